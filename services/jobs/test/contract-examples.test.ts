// Jobs, its copy of the catalog and its worker take every golden example of every message that their queues may bring, retired versions too.
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { deliverExample, listGoldenExamples } from '@torii/testing';
import { startTestJobs, type TestJobs } from './start-test-jobs.ts';

let jobs: TestJobs;

beforeAll(async () => {
  jobs = await startTestJobs();
  await jobs.startEventSource();
});
afterAll(() => jobs.stop());

/** The one command that is obeyed only at once; the others as they are, byte for byte. */
function asOfNow<E extends { readonly type: string; readonly body: string }>(example: E): E {
  if (example.type !== 'jobs.empty-projection.v1') return example;
  return { ...example, body: JSON.stringify({ ...(JSON.parse(example.body) as object), time: new Date().toISOString() }) };
}

describe.each([
  ['jobs-events', 3],
  ['jobs-commands', 1],
  ['jobs-projection-events', 8],
  ['jobs-projection-commands', 2],
  ['jobs-worker-commands', 3],
] as const)('%s', (queue, floor) => {
  const examples = listGoldenExamples(queue);

  it(`has at least ${floor} examples`, () => {
    expect(examples.length).toBeGreaterThanOrEqual(floor);
  });

  it.each(examples)('brings $type, $name', async (example) => {
    expect(await deliverExample(jobs.broker, queue, asOfNow(example))).toBeUndefined();
    const { id } = JSON.parse(example.body) as { readonly id: string };
    const rows = await jobs.schema.query("SELECT 1 FROM inbox_messages WHERE consumer LIKE 'jobs%' AND message_id = ?", [id]);
    expect(rows).toHaveLength(1);
  });
});
