import type { Benchmark } from '../benchmark.ts';
import type { Finding } from '../finding.ts';
import { createBenchQueue } from '../messages/bench-queue.ts';
import { type ContenderName, measurePublish, type MessageRate, startContender } from '../messages/tasks.ts';
import { measureRounds } from '../rounds.ts';
import { ratiosOf } from '../statistics.ts';
import { describeMessages } from './describe-messages.ts';

const MESSAGES = 8000;
/** It publishes one by one, and a rate is a rate. */
const TOOLKIT_MESSAGES = 2000;
const ROUNDS = 6;
const BUDGET_MS = 30_000;

interface RelayRound {
  readonly torii: MessageRate;
  readonly sdk: MessageRate;
  readonly toolkit: MessageRate;
}

/** The relay from its start to an empty outbox; the others publish the same messages from memory. All make eight calls at once. */
export const relayBenchmark: Benchmark = {
  name: 'relay',
  title: 'outbox relay, from the first read to an empty outbox',
  run: async (backends, say) => {
    const schema = await backends.createServiceSchema('catalog');
    const queue = await createBenchQueue();
    const start = (name: ContenderName) => startContender(backends, name, schema);
    const [torii, sdk, toolkit] = [await start('torii'), await start('sdk'), await start('toolkit')];
    const rounds = await measureRounds<RelayRound>(
      {
        sdk: () => measurePublish(sdk, queue, MESSAGES),
        torii: () => measurePublish(torii, queue, MESSAGES),
        toolkit: () => measurePublish(toolkit, queue, TOOLKIT_MESSAGES),
      },
      { rounds: ROUNDS, budgetMs: BUDGET_MS, onRound: (n) => say(`round ${n} of ${ROUNDS}`) },
    );
    return toFindings(rounds);
  },
};

function toFindings(rounds: readonly RelayRound[]): readonly Finding[] {
  const path = 'outbox relay, messages/s';
  const [torii, sdk, toolkit] = [
    ({ torii: rate }: RelayRound) => rate.perSecond,
    ({ sdk: rate }: RelayRound) => rate.perSecond,
    ({ toolkit: rate }: RelayRound) => rate.perSecond,
  ];
  return [
    {
      path,
      reference: 'PublishBatch loop without a database',
      ratios: ratiosOf(rounds, torii, sdk),
      target: { atLeast: 0.85 },
      note: `${describeMessages('torii', rounds)}; ${describeMessages('sdk', rounds)}`,
    },
    {
      path,
      reference: "message-queue-toolkit's publisher without a database",
      ratios: ratiosOf(rounds, torii, toolkit),
      note: describeMessages('toolkit', rounds),
    },
  ];
}
