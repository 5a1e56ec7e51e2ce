import type { ColumnMapping, ImportTotals, JobId } from '@torii/contracts';
import type { FileShape } from './file-inspection.ts';

/** The file of an import as it was when the attempt began. */
export interface UploadedFile {
  readonly uploadKey: string;
  /** The object's ETag. */
  readonly uploadTag: string;
  readonly sizeBytes: number;
}

export type ImportShape = Omit<FileShape, 'sample'>;

/** One attempt of an import: its checkpoint, and what has come of its rows. */
export interface Import extends UploadedFile {
  readonly jobId: JobId;
  readonly attempt: number;
  readonly mapping: ColumnMapping;
  /** Null until the first slice has looked at the file. */
  readonly shape: ImportShape | null;
  /** Just behind the last committed row. */
  readonly byteOffset: number;
  readonly rowsRead: number;
  readonly batchesSent: number;
  readonly batchesApplied: number;
  readonly sentAll: boolean;
  readonly totals: ImportTotals;
}

/** Both conditions may come last: the end of the file, and catalog's answer to the last batch. */
export function isAllApplied(state: Import): boolean {
  return state.sentAll && state.batchesApplied === state.batchesSent;
}

/** Exact at the end of the file; before, by the share of bytes read, which needs no second pass over the file; null before the first rows. */
export function estimateTotalRows(state: Import): number | null {
  if (state.sentAll) return state.rowsRead;
  if (state.byteOffset === 0) return null;
  return Math.max(state.rowsRead, Math.round((state.rowsRead * state.sizeBytes) / state.byteOffset));
}
