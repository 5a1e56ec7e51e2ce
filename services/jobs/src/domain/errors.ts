import { ServiceError, type ErrorKind } from '@torii/chassis';
import type { JobType, Reason } from '@torii/contracts';

/** A file that cannot be imported as it is: the answer to a preview, or the reason why a job failed. */
function fileFault(code: string, message: string, cause?: unknown): ServiceError {
  return new ServiceError({ code, kind: 'invalid', message, cause });
}

export const fileEmpty = (): ServiceError => fileFault('FILE_EMPTY', 'The file cannot be imported: it is empty.');

export const fileBinary = (hint: string): ServiceError => fileFault('FILE_BINARY', `The file cannot be imported: it is not text. ${hint}`);

export const encodingUnknown = (): ServiceError =>
  fileFault('ENCODING_UNKNOWN', 'The file cannot be imported: its text encoding is not recognised. Save it as UTF-8.');

export const encodingWrong = (encoding: string): ServiceError =>
  fileFault('ENCODING_WRONG', `The file cannot be imported: it begins as ${encoding} but holds bytes that are not. Save it as UTF-8.`);

export const columnRepeated = (column: string): ServiceError =>
  fileFault('COLUMN_REPEATED', `The file cannot be imported: its header names the column "${column}" twice.`);

export const columnsTooMany = (count: number, limit: number): ServiceError =>
  fileFault('COLUMNS_TOO_MANY', `The file cannot be imported: its header has ${count} columns, at most ${limit} are taken.`);

export const columnNameTooLong = (position: number, limit: number): ServiceError =>
  fileFault('COLUMN_NAME_TOO_LONG', `The file cannot be imported: the name of column ${position} is longer than ${limit} characters.`);

export const columnMissing = (column: string, target: string, columns: readonly string[]): ServiceError =>
  fileFault(
    'COLUMN_MISSING',
    `The file cannot be imported: the column "${column}", mapped to ${target}, is not in its header (${columns.join(', ')}).`,
  );

export const quoteNotClosed = (where: string, cause?: unknown): ServiceError =>
  fileFault('QUOTE_NOT_CLOSED', `The file cannot be read from ${where} on: a quote that opens there is never closed.`, cause);

export const quoteMisplaced = (where: string, cause?: unknown): ServiceError =>
  fileFault(
    'QUOTE_MISPLACED',
    `The file cannot be read from ${where} on: a quote stands in the middle of a field. Put the field in quotes and double the quote inside.`,
    cause,
  );

export const rowTooLong = (where: string, limitKib: number, cause?: unknown): ServiceError =>
  fileFault(
    'ROW_TOO_LONG',
    `The file cannot be read from ${where} on: it is longer than ${limitKib} KiB, or a quote that opens there is never closed.`,
    cause,
  );

export const uploadChanged = (): ServiceError =>
  fileFault('UPLOAD_CHANGED', 'The file cannot be imported further: it was replaced while the import was running. Start a new import.');

/** Also the answer for somebody else's upload, so that nobody learns which keys exist. */
export const uploadNotFound = (): ServiceError =>
  new ServiceError({
    code: 'UPLOAD_NOT_FOUND',
    kind: 'not-found',
    message: 'The file cannot be read: nothing was uploaded under this uploadKey. Upload it first, to the url of POST /jobs/uploads.',
  });

export const uploadTooLarge = (limitMib: number): ServiceError =>
  new ServiceError({
    code: 'UPLOAD_TOO_LARGE',
    kind: 'too-large',
    message: `The file cannot be imported: it is larger than ${limitMib} MiB.`,
  });

export const filesUnavailable = (cause: unknown): ServiceError =>
  new ServiceError({
    code: 'FILES_UNAVAILABLE',
    kind: 'unavailable',
    message: 'The file cannot be read now: the store of uploaded files does not answer. Try again shortly.',
    cause,
  });

/** Also the answer for somebody else's job. */
export const jobNotFound = (id: string): ServiceError =>
  new ServiceError({ code: 'JOB_NOT_FOUND', kind: 'not-found', message: `Job ${id} cannot be found: there is none of yours.` });

export const ownerDeleted = (ownerId: string): ServiceError =>
  new ServiceError({
    code: 'OWNER_DELETED',
    kind: 'forbidden',
    message: `Nothing can be accepted from user ${ownerId}: the account has been deleted.`,
  });

export const commandTooOld = (time: string): ServiceError =>
  new ServiceError({
    code: 'COMMAND_TOO_OLD',
    kind: 'invalid',
    message: `The copy of the catalog cannot be emptied: the command was written at ${time}, which is more than 15 minutes from now. Send a new one.`,
  });

function jobConflict(code: string, message: string): ServiceError {
  return new ServiceError({ code, kind: 'conflict', message });
}

export const jobNotCancellable = (id: string, status: string): ServiceError =>
  jobConflict('JOB_NOT_CANCELLABLE', `Job ${id} cannot be cancelled: it is ${status}.`);

export const jobNotRetryable = (id: string, status: string): ServiceError =>
  jobConflict('JOB_NOT_RETRYABLE', `Job ${id} cannot be retried: it is ${status}, only failed and cancelled jobs can.`);

const INTERRUPTED: Readonly<Record<JobType, Reason>> = {
  'catalog-import': {
    code: 'IMPORT_INTERRUPTED',
    message: 'The import could not be finished for a reason of ours. Rows that were taken stay; retry the job to go on.',
  },
  'catalog-export': {
    code: 'EXPORT_INTERRUPTED',
    message: 'The export could not be finished for a reason of ours. Retry the job to begin again.',
  },
};

/** What the owner is told when the worker gave up for a reason of ours; the log has it. */
export function interruptedBy(type: JobType): Reason {
  return INTERRUPTED[type];
}

export const idempotencyKeyMissing = (): ServiceError =>
  new ServiceError({
    code: 'IDEMPOTENCY_KEY_MISSING',
    kind: 'invalid',
    message: 'The job cannot be accepted: the request has no Idempotency-Key header. Send one, and the same again when you repeat it.',
  });

/** Kinds that mean "this file cannot be imported", as opposed to a failure that passes or a bug. */
const FILE_FAULT_KINDS: ReadonlySet<ErrorKind> = new Set(['invalid', 'not-found', 'too-large']);

export function isFileFault(error: unknown): error is ServiceError {
  return error instanceof ServiceError && FILE_FAULT_KINDS.has(error.kind);
}
