import { describe, expect, it } from '@jest/globals';
import type { Call } from './queue-proxy.ts';
import { answerBatch, readEntries, withEntries } from './topic-batch.ts';

const form = new URLSearchParams({
  Action: 'PublishBatch',
  TopicArn: 'arn:aws:sns:eu-west-1:222222222222:torii-catalog-events',
  'PublishBatchRequestEntries.member.1.Id': '17',
  'PublishBatchRequestEntries.member.1.Message': '{"id":"a"}',
  'PublishBatchRequestEntries.member.2.Id': '18',
  'PublishBatchRequestEntries.member.2.Message': '{"id":"b"}',
});
const call: Call = {
  service: 'sns',
  operation: 'PublishBatch',
  target: 'torii-catalog-events',
  method: 'POST',
  path: '/',
  headers: {},
  body: Buffer.from(form.toString()),
};

describe('a PublishBatch', () => {
  it('is read as its entries', () => {
    expect(readEntries(call).map(({ id, fields }) => [id, fields.get('Message')])).toEqual([
      ['17', '{"id":"a"}'],
      ['18', '{"id":"b"}'],
    ]);
  });

  it('is the same call with other entries', () => {
    const changed = withEntries(call, readEntries(call).slice(1));
    const fields = new URLSearchParams(changed.body.toString());
    expect(fields.get('Action')).toBe('PublishBatch');
    expect(fields.get('PublishBatchRequestEntries.member.1.Id')).toBe('18');
    expect(fields.has('PublishBatchRequestEntries.member.2.Id')).toBe(false);
  });

  it('is answered with what was taken and what was refused', () => {
    const [taken, refused] = [readEntries(call).slice(0, 1), readEntries(call).slice(1)];
    const body = answerBatch(taken, refused).body.toString();
    expect(body).toMatch(/<Successful><member><Id>17<\/Id>/);
    expect(body).toMatch(/<Failed><member><Id>18<\/Id>/);
  });
});
