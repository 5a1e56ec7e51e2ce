import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { randomBytes } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { inventBooks } from '../src/csv.ts';
import { followJob, uploadFile, type Job } from '../src/import.ts';
import { openPlatform, signUpPerson, type Person } from '../src/journey.ts';

interface Trace {
  readonly spans: readonly { readonly service: string; readonly name: string }[];
}

/** X-Ray takes trace ids that begin with the time in seconds. */
function inventTraceparent(): { traceparent: string; traceId: string } {
  const traceId = Math.floor(Date.now() / 1000).toString(16) + randomBytes(12).toString('hex');
  return { traceId, traceparent: `00-${traceId}-${randomBytes(8).toString('hex')}-01` };
}

describe('the trace of an import', () => {
  let person: Person;
  beforeAll(async () => {
    person = await signUpPerson(openPlatform());
  });
  afterAll(() => person.client.close());

  it('is one from API Gateway through jobs, the worker and catalog and back', async () => {
    const token = person.tokens.accessToken;
    const { traceId, traceparent } = inventTraceparent();
    const uploadKey = await uploadFile(person.client, token, inventBooks(30, 'traced'));
    const { body: job } = await person.client.call<Job>('POST', '/jobs', {
      token,
      headers: { traceparent, 'idempotency-key': traceId },
      body: { type: 'catalog-import', input: { uploadKey, mapping: { sku: 'isbn', name: 'title' } } },
    });
    expect((await followJob(person.client, token, job.id)).status).toBe('completed');
    const hops = ['Api/v1', 'jobs', 'jobs-worker', 'catalog'];
    expect(await readServices(traceId, hops)).toEqual(expect.arrayContaining(hops));
  });
});

/** Spans are exported in batches: asks until every service has been seen or ten seconds are over. */
async function readServices(traceId: string, wanted: readonly string[]): Promise<readonly string[]> {
  let seen: readonly string[] = [];
  for (const deadline = Date.now() + 10_000; Date.now() < deadline; await delay(200)) {
    const response = await fetch(`${openPlatform().console}/traces/${traceId}`, { headers: { accept: 'application/json' } });
    if (response.ok) seen = [...new Set(((await response.json()) as Trace).spans.map((span) => span.service))];
    if (wanted.every((service) => seen.includes(service))) break;
  }
  return seen;
}
