import { IMPORT_BATCH_MAX_BYTES, IMPORT_BATCH_MAX_ROWS } from '@torii/contracts';
import { v5 } from 'uuid';
import type { CsvRecord } from './csv-records.ts';
import type { ValidatedRow, ValidateRow } from './import-row.ts';

/** Namespace of the ids of batches; any fixed UUID serves. */
const BATCH_NAMESPACE = '6f1c6a0e-9c53-4f0e-8f0a-5d1f3b0f7f52';

/** Rows that are committed together with the checkpoint behind them. */
export interface ImportChunk {
  readonly rows: readonly ValidatedRow[];
  /** Number of the last row in it. */
  readonly lastRow: number;
  /** `CsvRecord.endByte` of the last row. */
  readonly endByte: number;
}

/**
 * Cuts validated rows into chunks of at most 500 rows and 200 KiB as JSON. Where it cuts depends on the rows alone, so a
 * worker that starts again from the same checkpoint makes the same chunks, and catalog recognises the batches it has seen.
 */
export async function* chunkRows(
  records: AsyncIterable<CsvRecord>,
  validate: ValidateRow,
  rowsBefore: number,
): AsyncGenerator<ImportChunk, void, void> {
  let rows: ValidatedRow[] = [];
  let bytes = 0;
  let last: CsvRecord | undefined;
  let lastRow = rowsBefore;
  for await (const record of records) {
    const row = validate(record.cells, lastRow + 1);
    const rowBytes = sizeOf(row);
    if (last !== undefined && (rows.length === IMPORT_BATCH_MAX_ROWS || bytes + rowBytes > IMPORT_BATCH_MAX_BYTES)) {
      yield { rows, lastRow, endByte: last.endByte };
      rows = [];
      bytes = 0;
    }
    rows.push(row);
    bytes += rowBytes;
    last = record;
    lastRow += 1;
  }
  if (last !== undefined) yield { rows, lastRow, endByte: last.endByte };
}

/**
 * Same batch, same id: catalog's inbox drops what a worker sends twice. A batch that is sent again because no answer came gets
 * an id by the number of the resume, so that catalog answers again: its rows are found unchanged.
 */
export function batchMessageId(jobId: string, attempt: number, batchNumber: number, resume = 0): string {
  const name = `${jobId}/${attempt}/${batchNumber}`;
  return v5(resume === 0 ? name : `${name}/${resume}`, BATCH_NAMESPACE);
}

/** Bytes it takes in the message, or, when rejected, in the database: both are bounded. One byte is for the comma. */
function sizeOf(row: ValidatedRow): number {
  return Buffer.byteLength(JSON.stringify(row.accepted ? row.row : row.cells)) + 1;
}
