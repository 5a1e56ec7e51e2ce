import { SendMessageCommand } from '@aws-sdk/client-sqs';
import type { QueueName } from '@torii/contracts';
import type { TestBroker } from './broker.ts';
import type { GoldenExample } from './released-contracts.ts';
import { waitFor } from './wait-for.ts';

/**
 * Puts the example into the queue, byte for byte, and waits until its consumer is done with it.
 * @returns the `failure` attribute of the dead letter that it became; undefined when it was acknowledged
 * @throws Error when it is still in the queue after 20 s
 */
export async function deliverExample(broker: TestBroker, queue: QueueName, example: GoldenExample): Promise<string | undefined> {
  const [queueUrl, deadLetterUrl] = [broker.queueUrl(queue), broker.queueUrl(`${queue}-dlq`)];
  const MessageAttributes = { type: { DataType: 'String', StringValue: example.type } };
  await broker.sqs.send(new SendMessageCommand({ QueueUrl: queueUrl, MessageBody: example.body, MessageAttributes }));
  await waitFor(() => broker.depth(queueUrl) === 0, { what: `The end of ${example.type} "${example.name}"` });
  if (broker.depth(deadLetterUrl) === 0) return undefined;
  const [deadLetter] = await broker.receiveAll(deadLetterUrl, 1);
  return deadLetter?.MessageAttributes?.['failure']?.StringValue ?? 'no reason given';
}
