import type { SQSClient } from '@aws-sdk/client-sqs';
import { describe, expect, it } from '@jest/globals';
import { waitUntilDrained } from './queue-depth.ts';

/** Answers one look after the other, then that the queue is empty. */
function createSqs(looks: readonly number[]): SQSClient {
  const left = [...looks];
  return parseClient({ send: async () => ({ Attributes: { ApproximateNumberOfMessages: String(left.shift() ?? 0) } }) });
}

function parseClient(client: object): SQSClient {
  return client as SQSClient;
}

async function watch(looks: readonly number[], settleMs: number): Promise<readonly number[]> {
  const seen: number[] = [];
  const onLook = (waiting: number): void => void seen.push(waiting);
  await waitUntilDrained(createSqs(looks), 'url', { settleMs, signal: new AbortController().signal, onLook });
  return seen;
}

describe('waitUntilDrained', () => {
  it('does not believe at once that a queue is empty in which nothing has been seen', async () => {
    expect(await watch([0, 0, 0, 3, 0], 400)).toEqual(expect.arrayContaining([3]));
  });

  it('believes it sooner once something has been seen, and is gone', async () => {
    const looks = (await watch([2, 0], 400)).length;
    expect(looks).toBeLessThan((await watch([], 400)).length);
  });

  it('begins anew when something comes back', async () => {
    const seen = await watch([1, 0, 1, 0], 300);
    expect(seen.lastIndexOf(1)).toBe(2);
  });

  it('ends when it is interrupted', async () => {
    const waiting = waitUntilDrained(createSqs([1]), 'url', { settleMs: 10, signal: AbortSignal.abort(), onLook: () => {} });
    await expect(waiting).rejects.toThrow('abort');
  });
});
