import type { Job } from '@torii/contracts';
import { decideJobKind } from './job-kind.ts';

export interface MeasuredProgress {
  /** Of the bar, 0 to 100: full while work of unknown length runs. */
  readonly percent: number;
  /** What to say beside the bar; `about` where the total is an estimate. */
  readonly words: 'rowsSoFar' | 'rowsOf' | 'rowsOfAbout' | 'doneSoFar' | 'doneOf';
}

export function measureProgress(job: Pick<Job, 'type' | 'status' | 'progress'>): MeasuredProgress {
  const { total, unit } = job.progress;
  const percent = job.status === 'completed' ? 100 : decidePercent(job);
  if (unit !== 'rows') return { percent, words: total === null ? 'doneSoFar' : 'doneOf' };
  if (total === null) return { percent, words: 'rowsSoFar' };
  // Items come and go while an export reads them: it knows how many there were only at its end.
  const isEstimate = decideJobKind(job.type) === 'catalog-export' && job.status !== 'completed';
  return { percent, words: isEstimate ? 'rowsOfAbout' : 'rowsOf' };
}

function decidePercent({ status, progress: { done, total } }: Pick<Job, 'status' | 'progress'>): number {
  if (total === null) return status === 'queued' ? 0 : 100;
  if (total === 0) return 100;
  return Math.min(100, Math.floor((done / total) * 100));
}
