import type { JobType } from '@torii/contracts';

/** Kinds of work that the pages have words for. A newer API may have more: those are shown in general words. */
const KNOWN: Readonly<Record<JobType, true>> = { 'catalog-import': true, 'catalog-export': true };

export type JobKind = JobType | 'other';

export function decideJobKind(type: string): JobKind {
  return isKnown(type) ? type : 'other';
}

function isKnown(type: string): type is JobType {
  return Object.hasOwn(KNOWN, type);
}
