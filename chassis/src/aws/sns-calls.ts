import { PublishBatchCommand, type PublishBatchInput, type PublishBatchResponse } from '@aws-sdk/client-sns';
import { parseXML } from '@aws-sdk/xml-builder';
import { z } from 'zod';
import type { DirectCall } from './direct-calls.ts';

/** `PublishBatch` in SNS's query protocol. @returns undefined for any other command, and for attributes that are not text */
export function toSnsCall(command: object, timeoutMs: number): DirectCall | undefined {
  if (!(command instanceof PublishBatchCommand)) return undefined;
  const body = toForm(command.input);
  if (body === undefined) return undefined;
  return {
    operation: 'PublishBatch',
    resource: command.input.TopicArn ?? '',
    headers: { 'Content-Type': 'application/x-www-form-urlencoded' },
    body,
    timeoutMs,
    hasSpan: true,
    parseAnswer: parsePublished,
  };
}

function toForm({ TopicArn = '', PublishBatchRequestEntries = [] }: PublishBatchInput): string | undefined {
  let form = `Action=PublishBatch&Version=2010-03-31&TopicArn=${encodeURIComponent(TopicArn)}`;
  for (const [index, { Id = '', Message = '', MessageAttributes = {}, ...others }] of PublishBatchRequestEntries.entries()) {
    // A subject, a group, a structure: nothing here uses them.
    if (Object.keys(others).length > 0) return undefined;
    const entry = `&PublishBatchRequestEntries.member.${index + 1}.`;
    form += `${entry}Id=${encodeURIComponent(Id)}${entry}Message=${encodeURIComponent(Message)}`;
    for (const [position, [name, value]] of Object.entries(MessageAttributes).entries()) {
      if (value.StringValue === undefined) return undefined;
      const attribute = `${entry}MessageAttributes.entry.${position + 1}.`;
      form += `${attribute}Name=${encodeURIComponent(name)}${attribute}Value.DataType=${encodeURIComponent(value.DataType ?? '')}`;
      form += `${attribute}Value.StringValue=${encodeURIComponent(value.StringValue)}`;
    }
  }
  return form;
}

const failedEntry = z.object({ Id: z.string(), Code: z.string(), SenderFault: z.stringbool(), Message: z.string().optional() });
const answer = z.object({
  PublishBatchResponse: z.object({
    // A list of one is that one.
    PublishBatchResult: z.object({ Failed: z.object({ member: z.union([failedEntry, z.array(failedEntry)]) }) }),
  }),
});

/** Only what failed: nobody asks for the ids that SNS gave the others. */
function parsePublished(xml: string): Pick<PublishBatchResponse, 'Failed'> {
  // Nearly always; to read the whole answer takes as long as to sign the call.
  if (!xml.includes('<Failed>') || /<Failed>\s*<\/Failed>/.test(xml)) return { Failed: [] };
  return { Failed: [answer.parse(parseXML(xml)).PublishBatchResponse.PublishBatchResult.Failed.member].flat() };
}
