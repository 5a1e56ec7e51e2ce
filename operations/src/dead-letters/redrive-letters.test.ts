import type { SQSClient } from '@aws-sdk/client-sqs';
import { describe, expect, it } from '@jest/globals';
import { createPace } from '../messages/pace.ts';
import { parseDeadLetter } from './dead-letter.ts';
import type { Hold } from './hold.ts';
import type { OpenQueue } from './open-queues.ts';
import { redriveLetters } from './redrive-letters.ts';

const letters = Array.from({ length: 12 }, (_none, number) =>
  parseDeadLetter('catalog-events', 20, { MessageId: `sqs-${number}`, Body: JSON.stringify({ id: `m-${number}` }) }),
);

/** Notes what is done, in order. */
function arrange(hold: Partial<Hold>, send: () => Promise<object> = async () => ({})) {
  const steps: string[] = [];
  const whole: Hold = {
    depth: { visible: 12, inFlight: 0, delayed: 0 },
    messages: [],
    hasMore: false,
    secure: async (ids) => (steps.push(`secure ${ids.length}`), new Set(ids)),
    remove: async (ids) => (steps.push(`remove ${ids.length}`), []),
    release: async () => {},
    ...hold,
  };
  const sqs = parseClient({ send: async () => (steps.push('send'), send()) });
  const queue: OpenQueue = { source: 'catalog-events', sourceUrl: 'source', hold: whole, letters };
  const run = () => redriveLetters(queue, { sqs, pace: createPace(undefined), signal: new AbortController().signal, onProgress: () => {} });
  return { steps, run };
}

function parseClient(client: object): SQSClient {
  return client as SQSClient;
}

describe('redriveLetters', () => {
  it('holds a batch, sends it, and deletes it only then', async () => {
    const { steps, run } = arrange({});
    expect(await run()).toEqual({ sent: 12, failed: [], lapsed: 0, undeleted: 0 });
    expect(steps).toEqual(['secure 10', 'send', 'remove 10', 'secure 2', 'send', 'remove 2']);
  });

  it('does not send what somebody else may have by now', async () => {
    const { run } = arrange({ secure: async (ids) => new Set(ids.slice(1)) });
    expect(await run()).toMatchObject({ sent: 10, lapsed: 2 });
  });

  it('deletes nothing when SQS is away, and stops', async () => {
    const { steps, run } = arrange({}, async () => {
      throw new Error('away');
    });
    expect(await run()).toMatchObject({ sent: 0, error: new Error('away') });
    expect(steps).toEqual(['secure 10', 'send', 'remove 0']);
  });

  it('deletes what was sent before SQS went away, and stops', async () => {
    let calls = 0;
    const { steps, run } = arrange({}, async () => {
      calls += 1;
      if (calls > 1) throw new Error('away');
      return { Failed: [{ Id: '9', SenderFault: false, Code: 'InternalError' }] };
    });
    expect(await run()).toEqual({ sent: 9, failed: [], lapsed: 0, undeleted: 0, error: new Error('away') });
    expect(steps).toEqual(['secure 10', 'send', 'send', 'remove 9']);
  });

  it('deletes nothing that was not taken', async () => {
    const removed: string[] = [];
    const refusal = { Failed: [{ Id: '0', SenderFault: true, Code: 'InvalidMessageContents' }] };
    const { run } = arrange({ remove: async (ids) => (removed.push(...ids), []) }, async () => refusal);
    expect(await run()).toMatchObject({ sent: 10, failed: [{ id: 'm-0' }, { id: 'm-10' }] });
    expect(removed).not.toContain('sqs-0');
    expect(removed).not.toContain('sqs-10');
  });

  it('tells of what was sent and is still there', async () => {
    const { run } = arrange({ remove: async (ids) => ids.slice(0, 1) });
    expect(await run()).toMatchObject({ sent: 12, undeleted: 2 });
  });
});
