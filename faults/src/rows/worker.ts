import { waitFor } from '@torii/testing';
import { assertTrue, type Row, type Stage } from './row.ts';

const RESUMES = 'resumes; totals exact';
/** Several batches, several invocations; rows that break a rule are in the last batch. */
const SIZE = { rows: 620, badRows: 7 };

/** Kills the worker while it stands at a step of an import, as Lambda ends a function. */
async function killAt({ platform: { processes }, load }: Stage, step: string): Promise<string> {
  const ended = load.startImport(SIZE);
  await processes.get('worker').standAt(step);
  await processes.restart('worker');
  const { ended: job } = await ended;
  return `job ${job.status}`;
}

function killRow(name: string, step: string): Row {
  return { name, fault: `kill -9 the worker in mid-import at ${step}`, invariant: RESUMES, run: (stage) => killAt(stage, step) };
}

/** It stands for longer than its message is invisible; a second one takes the message over, and then the first goes on as well. */
const overlapping: Row = {
  name: 'worker-timed-out',
  fault: 'a worker stands still in mid-import until its message goes to a second one, and then goes on',
  invariant: RESUMES,
  run: async ({ platform: { processes, workerTraffic }, load }) => {
    const ended = load.startImport(SIZE);
    await processes.get('worker').standAt('worker.afterSend');
    await processes.start('worker-2');
    // The first polls no more while it stands: what comes a second time has gone to the second.
    await waitFor(() => workerTraffic.deliveries().repeated > 0, { timeoutMs: 60_000, what: 'The message for the second worker' });
    processes.get('worker').release('worker.afterSend');
    const { ended: job } = await ended;
    await processes.kill('worker-2');
    return `job ${job.status}`;
  },
};

const killJobs: Row = {
  name: 'kill-jobs-in-mid-import',
  fault: 'kill -9 the jobs service while an import runs',
  invariant: RESUMES,
  run: async ({ platform: { processes }, load }) => {
    const ended = load.startImport(SIZE);
    await processes.get('worker').standAt('worker.afterSend');
    await processes.kill('jobs');
    processes.get('worker').release('worker.afterSend');
    await processes.start('jobs');
    const { ended: job } = await ended;
    assertTrue(job.status === 'completed', `The job is ${job.status}.`);
  },
};

export const workerRows: readonly Row[] = [
  killRow('kill-worker-batch-sent', 'worker.afterSend'),
  killRow('kill-worker-checkpoint', 'worker.afterCommit'),
  killRow('kill-worker-before-complete', 'worker.beforeComplete'),
  overlapping,
  killJobs,
];
