import type { Job } from '@torii/contracts';

/** While a person watches, progress should feel live; a job that takes minutes needs no answer every second. */
const DELAYS_MS = [
  { afterPolls: 180, delayMs: 5_000 },
  { afterPolls: 60, delayMs: 2_000 },
  { afterPolls: 0, delayMs: 1_000 },
] as const;

export function isUnderWay(job: Pick<Job, 'status'>): boolean {
  return job.status === 'queued' || job.status === 'running';
}

/** Time until the state of unfinished jobs is asked for again, after `polls` answers; false when nothing can change. */
export function decidePollDelayMs(jobs: readonly Pick<Job, 'status'>[], polls: number): number | false {
  if (!jobs.some(isUnderWay)) return false;
  return DELAYS_MS.find(({ afterPolls }) => polls >= afterPolls)?.delayMs ?? DELAYS_MS[0].delayMs;
}
