import { DeleteMessageBatchCommand, DeleteMessageCommand, type SQSClient } from '@aws-sdk/client-sqs';

type Send = (command: object, options?: object) => Promise<object>;

/** Of one client: how many messages it has yet to delete, and who waits for the last. */
interface Countdown {
  remaining: number;
  end(): void;
}

const countdowns = new WeakMap<SQSClient, Countdown>();

/**
 * Counts what a client deletes from a queue, whoever makes it do so and one by one or in batches: the same end of the work for all.
 * @returns the moment of the last acknowledgement, by performance.now
 */
function waitForAcknowledgements(sqs: SQSClient, count: number): Promise<number> {
  const { promise, resolve } = Promise.withResolvers<number>();
  if (!countdowns.has(sqs)) watchDeletions(sqs);
  countdowns.set(sqs, { remaining: count, end: () => resolve(performance.now()) });
  return promise;
}

function watchDeletions(sqs: SQSClient): void {
  const send: Send = sqs.send.bind(sqs) as Send;
  const sendAndCount: Send = async (command, options) => {
    const answer = await send(command, options);
    const countdown = countdowns.get(sqs);
    if (countdown !== undefined) {
      countdown.remaining -= countDeleted(command);
      if (countdown.remaining <= 0) countdown.end();
    }
    return answer;
  };
  Object.assign(sqs, { send: sendAndCount });
}

function countDeleted(command: object): number {
  if (command instanceof DeleteMessageCommand) return 1;
  return command instanceof DeleteMessageBatchCommand ? (command.input.Entries ?? []).length : 0;
}

/** Messages per second from `start` to the last acknowledgement; `stop` is not in it, as long polls are waited for. */
export async function measureConsumption(
  { sqs, count }: { readonly sqs: SQSClient; readonly count: number },
  start: () => Promise<() => Promise<unknown>>,
): Promise<{ readonly perSecond: number }> {
  const last = waitForAcknowledgements(sqs, count);
  const startedAtMs = performance.now();
  const stop = await start();
  const perSecond = count / (((await last) - startedAtMs) / 1000);
  await stop();
  return { perSecond };
}
