import type { ProcessName } from '../platform/processes.ts';
import { type Row, SOME_WRITES, type Stage } from './row.ts';

/** Kills a process while it stands at a step, and starts it again. */
async function killAtStep({ platform: { processes }, load }: Stage, name: ProcessName, step: string): Promise<void> {
  await load.progress(SOME_WRITES);
  await processes.get(name).standAt(step);
  await processes.restart(name);
  await load.progress(SOME_WRITES);
}

function killRow(name: string, process: ProcessName, step: string, invariant: string): Row {
  return { name, fault: `kill -9 ${process} at ${step}`, invariant, run: (stage) => killAtStep(stage, process, step) };
}

const ONE_EFFECT = 'acknowledged ⊆ committed; a retry with the same key has one effect';
const DRAINS = 'the outbox drains; duplicates at most, never a loss';
const ONCE = 'every message takes effect once';

export const killRows: readonly Row[] = [
  killRow('kill-api-before-commit', 'catalog', 'request.beforeCommit', ONE_EFFECT),
  killRow('kill-api-after-commit', 'catalog', 'request.afterCommit', ONE_EFFECT),
  killRow('kill-api-before-reply', 'catalog', 'request.beforeReply', ONE_EFFECT),
  killRow('kill-relay-before-publish', 'catalog', 'relay.beforePublish', DRAINS),
  killRow('kill-relay-after-publish', 'catalog', 'relay.afterPublish', DRAINS),
  killRow('kill-relay-before-delete', 'catalog', 'relay.beforeDelete', DRAINS),
  killRow('kill-consumer-before-commit', 'ledger', 'consumer.beforeCommit', ONCE),
  killRow('kill-consumer-after-commit', 'ledger', 'consumer.afterCommit', ONCE),
  killRow('kill-consumer-before-acknowledge', 'ledger', 'consumer.beforeAcknowledge', ONCE),
];
