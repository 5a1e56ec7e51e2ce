import { beforeEach, describe, expect, it } from '@jest/globals';
import { currentCorrelationId, withCorrelation } from '../telemetry/correlation.ts';
import { createBatchedReads } from './batched-reads.ts';

const asked: (readonly string[])[] = [];
const read = createBatchedReads(async (keys) => {
  asked.push(keys);
  if (keys.includes('bad')) throw new Error('no answer');
  return keys.map((key) => `value of ${key}`);
});
beforeEach(() => void asked.splice(0));

describe('createBatchedReads', () => {
  it('asks once for all callers of one turn, and gives each its own answer', async () => {
    expect(await Promise.all([read('a'), read('b'), read('a')])).toEqual(['value of a', 'value of b', 'value of a']);
    expect(asked).toEqual([['a', 'b', 'a']]);
  });

  it('asks again for who comes later, also while an answer is awaited', async () => {
    const first = read('a');
    await new Promise((resolve) => setImmediate(resolve));
    expect(await Promise.all([read('a'), first])).toEqual(['value of a', 'value of a']);
    expect(asked).toEqual([['a'], ['a']]);
  });

  it('leaves every caller with its own correlation', async () => {
    const readAs = (correlationId: string) =>
      withCorrelation({ correlationId }, async () => [await read(correlationId), currentCorrelationId()]);
    expect(await Promise.all([readAs('a'), readAs('b')])).toEqual([
      ['value of a', 'a'],
      ['value of b', 'b'],
    ]);
  });

  it('fails all callers of a turn whose command fails, and no other', async () => {
    expect(await Promise.allSettled([read('a'), read('bad')])).toEqual([
      { status: 'rejected', reason: new Error('no answer') },
      { status: 'rejected', reason: new Error('no answer') },
    ]);
    expect(await read('a')).toBe('value of a');
  });
});
