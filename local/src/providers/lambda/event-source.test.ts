import { describe, expect, it } from '@jest/globals';
import { parseFailedIds } from './event-source.ts';

const batch = ['a', 'b'].map((MessageId) => ({ MessageId, ReceiptHandle: MessageId, Body: '' }));

describe('parseFailedIds', () => {
  it.each([[undefined], [null], [{}], [{ batchItemFailures: [] }], [{ batchItemFailures: null }]])(
    'takes %j for complete success',
    (response) => {
      expect(parseFailedIds(response, batch).size).toBe(0);
    },
  );

  it('gives the reported messages', () => {
    expect([...parseFailedIds({ batchItemFailures: [{ itemIdentifier: 'b' }] }, batch)]).toEqual(['b']);
  });

  it.each([[[{ itemIdentifier: 'c' }]], [[{ itemIdentifier: '' }]], [[{ itemIdentifier: null }]], [[{ id: 'a' }]], [[null]], ['a']])(
    'takes a report of %j for failure of the whole batch',
    (batchItemFailures) => {
      expect(() => parseFailedIds({ batchItemFailures }, batch)).toThrow('its answer');
    },
  );
});
