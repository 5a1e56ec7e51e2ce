import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { randomBytes } from 'node:crypto';
import { inventBooks } from '../src/csv.ts';
import { followJob, startImport, uploadFile } from '../src/import.ts';
import { openPlatform, signUpPerson, type Person } from '../src/journey.ts';
import { runForJson } from '../src/operator-command.ts';
import { until } from '../src/until.ts';

type Row = Readonly<Record<string, string | number | null>>;

const ROWS = 60;
/** A sign-up and an import, on a busy machine. */
const SET_UP_TIMEOUT_MS = 120_000;

/** `sub` of the token. */
function pseudonymOf({ tokens }: Person): string {
  const [, claims = ''] = tokens.accessToken.split('.');
  return (JSON.parse(Buffer.from(claims, 'base64url').toString()) as { readonly sub: string }).sub;
}

describe('questions to the log lake', () => {
  const startedAt = new Date().toISOString();
  const traceId = Math.floor(Date.now() / 1000).toString(16) + randomBytes(12).toString('hex');
  let person: Person;

  const ask = async (query: string, ...words: readonly string[]): Promise<readonly Row[]> =>
    (await runForJson<{ readonly rows: readonly Row[] }>('logs', 'query', query, '--from', startedAt, ...words)).rows;

  beforeAll(async () => {
    person = await signUpPerson(openPlatform());
    const token = person.tokens.accessToken;
    for (let count = 0; count < 7; count += 1)
      await person.client.call('GET', '/catalog/items/00000000-0000-4000-8000-000000000000', { token });
    const uploadKey = await uploadFile(person.client, token, inventBooks(ROWS, 'lake'));
    const job = await startImport(person.client, token, { uploadKey, mapping: { sku: 'isbn', name: 'title' } });
    expect((await followJob(person.client, token, job.id)).status).toBe('completed');
    const headers = { traceparent: `00-${traceId}-${randomBytes(8).toString('hex')}-01` };
    await person.client.call('GET', '/catalog/items?limit=1', { token, headers });
    // The last of what is asked for below; whatever was written before it is there too.
    await until('the lines in the lake', async () => (await ask('trace', '--trace', traceId)).length > 0);
  }, SET_UP_TIMEOUT_MS);
  afterAll(() => person.client.close());

  it('find one request by its trace id', async () => {
    expect(await ask('trace', '--trace', traceId)).toEqual([
      expect.objectContaining({ service: 'catalog', method: 'GET', path: '/catalog/items', status: 200, message: 'request' }),
    ]);
  });

  it("find one user's journey by pseudonym, and the import at its end", async () => {
    const journey = await ask('user-journey', '--user', pseudonymOf(person));
    expect(journey.filter(({ status, code }) => status === 404 && code === 'ITEM_NOT_FOUND')).toHaveLength(7);
    expect(journey.filter(({ message }) => message === 'job completed')).toHaveLength(1);
  });

  it('count requests, refusals and errors', async () => {
    const [catalog] = (await ask('error-rate')).filter(({ service }) => service === 'catalog');
    expect(catalog).toMatchObject({ release: 'unknown' });
    // Other journeys may have come before; these eight are among them.
    expect(Number(catalog?.['refusals'])).toBeGreaterThanOrEqual(7);
    expect(Number(catalog?.['requests'])).toBeGreaterThanOrEqual(8);
    const routes = (await ask('slowest-routes')).map(({ service, route }) => `${service} ${route}`);
    expect(routes).toContain('catalog /catalog/items/:id');
  });

  it('add up what was imported', async () => {
    const days = await ask('import-throughput');
    expect(days.reduce((sum, { row_count: rows }) => sum + Number(rows), 0)).toBeGreaterThanOrEqual(ROWS);
  });

  it('know nobody by address', async () => {
    expect(JSON.stringify(await ask('user-journey', '--user', pseudonymOf(person)))).not.toContain(person.email);
  });
});
