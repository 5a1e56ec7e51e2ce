import type { SQSClient } from '@aws-sdk/client-sqs';

/**
 * Counts what a client deletes from a queue, whoever makes it do so and one by one or in batches: the same end of the work for all.
 * @returns the moment of the last acknowledgement, by performance.now
 */
export function waitForAcknowledgements(sqs: SQSClient, count: number): Promise<number> {
  const { promise, resolve } = Promise.withResolvers<number>();
  let acknowledged = 0;
  sqs.middlewareStack.add(
    (next, { commandName = '' }) =>
      async (args) => {
        const answer = await next(args);
        acknowledged += countDeleted(commandName, args.input);
        if (acknowledged >= count) resolve(performance.now());
        return answer;
      },
    { step: 'initialize', name: 'benchAcknowledgements', override: true },
  );
  return promise;
}

function countDeleted(commandName: string, input: object): number {
  if (commandName === 'DeleteMessageCommand') return 1;
  return commandName === 'DeleteMessageBatchCommand' && 'Entries' in input && Array.isArray(input.Entries) ? input.Entries.length : 0;
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
