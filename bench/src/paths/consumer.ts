import type { Benchmark } from '../benchmark.ts';
import type { Finding, Target } from '../finding.ts';
import { createBenchQueue } from '../messages/bench-queue.ts';
import { type Contender, type ContenderName, measureConsume, type MessageRate, startContender } from '../messages/tasks.ts';
import { measureRounds } from '../rounds.ts';
import { ratiosOf } from '../statistics.ts';
import { describeMessages } from './describe-messages.ts';

const MESSAGES = 4000;
/** It acknowledges one by one, and a rate is a rate. */
const TOOLKIT_MESSAGES = 1500;
const ROUNDS = 5;
const BUDGET_MS = 45_000;

interface ConsumerRound {
  readonly torii: MessageRate;
  readonly sqsConsumer: MessageRate;
  readonly sdk: MessageRate;
  readonly toolkit: MessageRate;
  readonly toolkitDeduplicated: MessageRate;
}

/** Messages that are in the queue already, until the last is acknowledged; the handler does nothing, so the rest is what is measured. */
export const consumerBenchmark: Benchmark = {
  name: 'consumer',
  title: 'consumer with inbox, from its start to the last acknowledgement',
  run: async (backends, say) => {
    const schema = await backends.createServiceSchema('catalog');
    const start = (name: ContenderName) => startContender(backends, name, schema);
    const [torii, sqsConsumer, sdk, toolkit] = [
      await start('torii'),
      await start('sqs-consumer'),
      await start('sdk'),
      await start('toolkit'),
    ];
    // A new queue each time: polls that are still open when their round is over would take messages of the next.
    const consume =
      (contender: Contender, task = 'consume', count = MESSAGES) =>
      async () =>
        measureConsume(contender, await createBenchQueue(), { task, count });
    const rounds = await measureRounds<ConsumerRound>(
      {
        torii: consume(torii),
        sqsConsumer: consume(sqsConsumer),
        sdk: consume(sdk),
        toolkitDeduplicated: consume(toolkit, 'consumeDeduplicated', TOOLKIT_MESSAGES),
        toolkit: consume(toolkit, 'consume', TOOLKIT_MESSAGES),
      },
      { rounds: ROUNDS, budgetMs: BUDGET_MS, onRound: (n) => say(`round ${n} of ${ROUNDS}`) },
    );
    return toFindings(rounds);
  },
};

function toFindings(rounds: readonly ConsumerRound[]): readonly Finding[] {
  const against = (name: Exclude<keyof ConsumerRound, 'torii'>, reference: string, target?: Target): Finding => ({
    path: 'consumer with inbox, messages/s',
    reference,
    ratios: ratiosOf(
      rounds,
      ({ torii }) => torii.perSecond,
      (round) => round[name].perSecond,
    ),
    ...(target !== undefined && { target }),
    note: describeMessages(name, rounds),
  });
  const [first, ...others] = [
    against('sqsConsumer', 'sqs-consumer in batches, without an inbox', { atLeast: 0.65 }),
    against('sdk', 'receive and delete in a loop, nothing else'),
    against('toolkitDeduplicated', 'message-queue-toolkit, deduplication in Redis', { atLeast: 3 }),
    against('toolkit', 'message-queue-toolkit, no deduplication'),
  ] as const;
  return [{ ...first, note: `${describeMessages('torii', rounds)}; ${first.note}` }, ...others];
}
