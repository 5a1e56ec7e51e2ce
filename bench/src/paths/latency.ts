import type { Benchmark } from '../benchmark.ts';
import type { Finding, Target } from '../finding.ts';
import { createBenchQueue } from '../messages/bench-queue.ts';
import { type ContenderName, measureLatency, startContender } from '../messages/tasks.ts';
import { measureRounds } from '../rounds.ts';
import { median, percentile, ratiosOf } from '../statistics.ts';

/** Few enough that nobody queues: the time on the way is measured, not the backlog. */
const COMMITS_PER_SECOND = 100;
const COMMITS = 300;
const ROUNDS = 5;
const BUDGET_MS = 60_000;

/** Latencies of one round, in milliseconds. */
interface LatencyRound {
  readonly torii: readonly number[];
  readonly polling: readonly number[];
  readonly sdk: readonly number[];
  readonly toolkit: readonly number[];
}

/** From a commit to the commit of what the consumer did, both in one process by one clock; relay and broker lie between. */
export const latencyBenchmark: Benchmark = {
  name: 'latency',
  title: 'commit to handled',
  run: async (backends, say) => {
    const schema = await backends.createServiceSchema('catalog');
    await schema.query('CREATE TABLE bench_changes (id CHAR(36) CHARACTER SET ascii COLLATE ascii_bin PRIMARY KEY)');
    // A new topic and queue each time: polls that are still open when their round is over would take messages of the next.
    const start = async (name: ContenderName) => {
      const contender = await startContender(backends, name, schema);
      return async () => {
        const { topicArn, queueUrl } = await createBenchQueue();
        return measureLatency(contender, { topicArn, queueUrl, count: COMMITS, perSecond: COMMITS_PER_SECOND });
      };
    };
    const variants = {
      torii: await start('torii'),
      polling: await start('polling-relay'),
      sdk: await start('sdk'),
      toolkit: await start('toolkit'),
    };
    const rounds = await measureRounds<LatencyRound>(variants, {
      rounds: ROUNDS,
      budgetMs: BUDGET_MS,
      onRound: (n) => say(`round ${n} of ${ROUNDS}`),
    });
    return toFindings(rounds);
  },
};

function toFindings(rounds: readonly LatencyRound[]): readonly Finding[] {
  const against = (name: Exclude<keyof LatencyRound, 'torii'>, reference: string, targets: readonly Target[] = []): readonly Finding[] =>
    [0.5, 0.99].map((share, index) => {
      const target = targets[index];
      const describe = (which: keyof LatencyRound): string =>
        `${which} ${median(rounds.map((round) => percentile(round[which], share))).toFixed(1)} ms`;
      return {
        path: `commit → handled, p${share * 100}`,
        reference,
        ratios: ratiosOf(
          rounds,
          ({ torii }) => percentile(torii, share),
          (round) => percentile(round[name], share),
        ),
        ...(target !== undefined && { target }),
        note: `${describe('torii')}, ${describe(name)}`,
      };
    });
  return [
    ...against('polling', 'relay that polls every 200 ms', [{ atMost: 0.04 }, { atMost: 0.083 }]),
    ...against('sdk', 'publish after the commit, no outbox, no inbox'),
    ...against('toolkit', 'message-queue-toolkit after the commit, no outbox'),
  ];
}
