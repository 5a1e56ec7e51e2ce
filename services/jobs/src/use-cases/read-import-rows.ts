import { type CsvRecord, readCsvRecords } from '../domain/csv-records.ts';
import type { Import, ImportShape } from '../domain/import.ts';
import type { FileStore } from '../store/files.ts';

/** Rows of the file behind the checkpoint, within `limit` bytes; their `endByte` counts from the start of the file. */
export async function* readImportRows(
  files: FileStore,
  state: Import,
  shape: ImportShape,
  limit?: number,
): AsyncGenerator<CsvRecord, void, void> {
  const start = state.byteOffset;
  if (start >= state.sizeBytes) return;
  const chunks = files.read(state.uploadKey, { tag: state.uploadTag, start, ...(limit === undefined ? {} : { limit }) });
  // The header is a record too.
  let isHeader = start === 0;
  for await (const record of readCsvRecords(chunks, shape, isHeader ? 0 : state.rowsRead + 1)) {
    if (!isHeader) yield { cells: record.cells, endByte: start + record.endByte };
    isHeader = false;
  }
}
