import { SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { queueUrlVariable } from '@torii/contracts';
import { decideRegisterUser, toTraceparent } from '../domain/register-user-command.ts';

// Cognito's PostConfirmation trigger. Cognito waits five seconds for it and calls it up to three times: the inbox recognises
// the repetitions by their message id. When all fail, the person is confirmed all the same and their first request makes the
// profile. It imports nothing of the chassis: the smaller the bundle, the sooner a cold start answers.

/** Two attempts must fit into Cognito's five seconds. */
const REQUEST_TIMEOUT_MS = 1_500;
const MAX_ATTEMPTS = 2;

const sqs = new SQSClient({
  maxAttempts: MAX_ATTEMPTS,
  requestHandler: { connectionTimeout: 1_000, requestTimeout: REQUEST_TIMEOUT_MS, throwOnRequestTimeout: true },
});

/** @returns the event, which is how a trigger agrees */
export async function handler<Event>(event: Event): Promise<Event> {
  const traceparent = toTraceparent(process.env['_X_AMZN_TRACE_ID']);
  const command = decideRegisterUser(event, { now: new Date(), traceparent });
  if (command === undefined) return event;
  await sqs.send(
    new SendMessageCommand({
      QueueUrl: readQueueUrl(),
      MessageBody: JSON.stringify(command),
      MessageAttributes: {
        type: { DataType: 'String', StringValue: command.type },
        ...(traceparent === undefined ? {} : { traceparent: { DataType: 'String', StringValue: traceparent } }),
      },
    }),
  );
  return event;
}

function readQueueUrl(): string {
  const variable = queueUrlVariable('identity-commands');
  const url = process.env[variable];
  if (url === undefined || url === '') throw new Error(`The registration cannot be sent: ${variable} is not set.`);
  return url;
}
