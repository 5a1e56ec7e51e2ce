import { randomUUID } from 'node:crypto';
import type { Call, Reply } from './queue-proxy.ts';

// SNS speaks the query protocol: a form in, XML out (https://docs.aws.amazon.com/sns/latest/api/API_PublishBatch.html).

/** One entry of a PublishBatch: its fields, without the prefix that numbers it. */
export interface TopicEntry {
  readonly id: string;
  readonly fields: ReadonlyMap<string, string>;
}

const PREFIX = 'PublishBatchRequestEntries.member.';

export function readEntries(call: Call): readonly TopicEntry[] {
  const entries = new Map<string, Map<string, string>>();
  for (const [key, value] of new URLSearchParams(call.body.toString('utf8'))) {
    const [, number = '', field = ''] = /^PublishBatchRequestEntries\.member\.(\d+)\.(.+)$/.exec(key) ?? [];
    if (field === '') continue;
    const fields = entries.get(number) ?? new Map<string, string>();
    entries.set(number, fields.set(field, value));
  }
  return [...entries.values()].map((fields) => ({ id: fields.get('Id') ?? '', fields }));
}

/** The same call with other entries. */
export function withEntries(call: Call, entries: readonly TopicEntry[]): Call {
  const form = new URLSearchParams();
  for (const [key, value] of new URLSearchParams(call.body.toString('utf8'))) if (!key.startsWith(PREFIX)) form.append(key, value);
  for (const [index, { fields }] of entries.entries())
    for (const [field, value] of fields) form.append(`${PREFIX}${index + 1}.${field}`, value);
  return { ...call, body: Buffer.from(form.toString()) };
}

/** What SNS answers when it took some entries and refused others. */
export function answerBatch(taken: readonly TopicEntry[], refused: readonly TopicEntry[]): Reply {
  const successful = taken.map(({ id }) => `<member><Id>${id}</Id><MessageId>${randomUUID()}</MessageId></member>`);
  const failed = refused.map(
    ({ id }) => `<member><Id>${id}</Id><Code>InternalError</Code><Message>try again</Message><SenderFault>false</SenderFault></member>`,
  );
  const result = `<Successful>${successful.join('')}</Successful><Failed>${failed.join('')}</Failed>`;
  const metadata = `<ResponseMetadata><RequestId>${randomUUID()}</RequestId></ResponseMetadata>`;
  const body = `<PublishBatchResponse xmlns="http://sns.amazonaws.com/doc/2010-03-31/"><PublishBatchResult>${result}</PublishBatchResult>${metadata}</PublishBatchResponse>`;
  return { status: 200, headers: { 'content-type': 'text/xml' }, body: Buffer.from(body) };
}
