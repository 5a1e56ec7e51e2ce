import { escapeFormula } from './formula.ts';

/** What stands before the columns of the file itself. */
const REASON_COLUMNS = ['row', 'code', 'reason'] as const;

export interface Rejection {
  readonly rowNumber: number;
  readonly code: string;
  readonly message: string;
  /** The row as it stood in the file; null when catalog refused it. */
  readonly cells: readonly string[] | null;
}

export function rejectsHeader(columns: readonly string[]): readonly string[] {
  return [...REASON_COLUMNS, ...columns];
}

/** Cells of one line of the rejects file. */
export function rejectsLine(rejection: Rejection): readonly string[] {
  return [String(rejection.rowNumber), rejection.code, rejection.message, ...(rejection.cells ?? [])].map(escapeFormula);
}

/** Where the rejected rows of one attempt are kept. */
export function rejectsKey(jobId: string, attempt: number): string {
  return `${rejectsPrefix(jobId)}${attempt}.csv`;
}

/** What the rejects files of every attempt of a job begin with. */
export function rejectsPrefix(jobId: string): string {
  return `rejects/${jobId}-`;
}
