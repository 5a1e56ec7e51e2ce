import type { Job } from '@torii/contracts';

type Result = NonNullable<Job['result']>;
export type ImportResult = Extract<Result, { readonly created: number }>;
export type ExportResult = Extract<Result, { readonly downloadUrl: string }>;

/** What there is to show of a job's result. Told by its fields, not by the job's type: newer work that makes a file is shown as a file. */
export type JobOutcome =
  | { readonly kind: 'import'; readonly result: ImportResult }
  | { readonly kind: 'file'; readonly result: ExportResult }
  | { readonly kind: 'counts'; readonly counts: readonly (readonly [name: string, count: number])[] };

/** Undefined while there is no result. */
export function decideOutcome({ result }: Pick<Job, 'result'>): JobOutcome | undefined {
  if (result === null) return undefined;
  if ('downloadUrl' in result) return { kind: 'file', result };
  if ('created' in result) return { kind: 'import', result };
  return { kind: 'counts', counts: listCounts(result) };
}

function listCounts(result: Readonly<Record<string, unknown>>): readonly (readonly [string, number])[] {
  return Object.entries(result).filter((entry): entry is [string, number] => typeof entry[1] === 'number');
}

/** The lifecycle rule of the files bucket (`infra/src/constructs/messaging/files-bucket.ts`). */
const FILE_KEPT_DAYS = 30;
const DAY_MS = 24 * 60 * 60 * 1000;

/** Until when the file of a job that has ended can be had. */
export function decideFileExpiry({ updatedAt }: Pick<Job, 'updatedAt'>): Date {
  return new Date(Date.parse(updatedAt) + FILE_KEPT_DAYS * DAY_MS);
}

/** Whether there is a file to download at `now`: S3 answers for one that it has removed with a page of XML. */
export function hasFile(job: Pick<Job, 'result' | 'updatedAt'>, now: Date): boolean {
  return decideOutcome(job)?.kind === 'file' && now < decideFileExpiry(job);
}
