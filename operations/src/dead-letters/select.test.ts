import { describe, expect, it } from '@jest/globals';
import { parseDeadLetter } from './dead-letter.ts';
import { parseFilter } from './select.ts';

const NOW = Date.parse('2026-11-22T12:00:00Z');
const letter = parseDeadLetter('catalog-events', 20, {
  MessageId: 'sqs-1',
  Body: JSON.stringify({ id: 'm-1', type: 'catalog.item.deleted.v1', subject: 's' }),
  Attributes: { SentTimestamp: String(NOW - 3_600_000) },
});

describe('a filter of dead letters', () => {
  it.each([
    [{}, true],
    [{ id: ['m-1'] }, true],
    [{ id: ['sqs-1'] }, true],
    [{ id: ['m-2', 'm-1'] }, true],
    [{ id: ['m-2'] }, false],
    [{ type: ['catalog.item.deleted.v1'] }, true],
    [{ reason: ['receive-count-exceeded'] }, true],
    [{ reason: ['receive-count-exceeded'], type: ['catalog.item.changed.v2'] }, false],
    [{ 'older-than': '30m' }, true],
    [{ 'older-than': '2h' }, false],
    [{ 'newer-than': '2h' }, true],
    [{ 'older-than': '30m', 'newer-than': '50m' }, false],
  ])('%j: %s', (values, matches) => {
    expect(parseFilter(values, NOW).matches(letter)).toBe(matches);
  });

  it('takes queues by their own name or that of their dead-letter queue', () => {
    const { queues } = parseFilter({ queue: ['catalog-events', 'jobs-events-dlq'] }, NOW);
    expect(queues).toEqual(['catalog-events', 'jobs-events']);
  });

  it('is narrow as soon as anything is given', () => {
    expect(parseFilter({}, NOW).isNarrow).toBe(false);
    expect(parseFilter({ 'newer-than': '1h' }, NOW).isNarrow).toBe(true);
  });

  it('refuses a queue that does not exist, and times that leave nothing', () => {
    expect(() => parseFilter({ queue: ['nowhere'] }, NOW)).toThrow(
      '--queue cannot be "nowhere": there is no such queue. There are identity-commands',
    );
    expect(() => parseFilter({ 'older-than': '2h', 'newer-than': '1h' }, NOW)).toThrow('leave nothing');
  });
});

describe('a dead letter', () => {
  it('that the queue itself moved has the attempts of the queue', () => {
    expect(letter).toMatchObject({ reason: 'receive-count-exceeded', attempts: 20, diedAt: NOW - 3_600_000 });
  });

  it('that is no JSON is known by the id of SQS', () => {
    const failure = {
      DataType: 'String',
      StringValue: JSON.stringify({ reason: 'not-json', attempts: 1, failedAt: '2026-11-22T11:59:00.000Z' }),
    };
    expect(parseDeadLetter('catalog-events', 20, { MessageId: 'sqs-2', Body: 'oops', MessageAttributes: { failure } })).toMatchObject({
      id: 'sqs-2',
      type: '(no type)',
      attempts: 1,
      diedAt: NOW - 60_000,
      attributes: {},
    });
  });
});
