// Identity takes every golden example of every message that its queue may bring, whoever wrote it and however long ago.
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { deliverExample, listGoldenExamples } from '@torii/testing';
import { startTestIdentity, type TestIdentity } from './start-test-identity.ts';

let identity: TestIdentity;

beforeAll(async () => {
  identity = await startTestIdentity();
});
afterAll(() => identity.stop());

describe('identity-commands', () => {
  const examples = listGoldenExamples('identity-commands');

  it('has examples', () => {
    expect(examples.length).toBeGreaterThanOrEqual(3);
  });

  it.each(examples)('brings $type, $name', async (example) => {
    expect(await deliverExample(identity.broker, 'identity-commands', example)).toBeUndefined();
    const { id } = JSON.parse(example.body) as { readonly id: string };
    const rows = await identity.schema.query("SELECT 1 FROM inbox_messages WHERE consumer = 'identity' AND message_id = ?", [id]);
    expect(rows).toHaveLength(1);
  });
});
