import { type CsvRecord, readCsvRecords } from '../domain/csv-records.ts';
import type { Import, ImportShape } from '../domain/import.ts';
import type { FileStore } from '../store/files.ts';

/**
 * Rows of the file behind the checkpoint. UTF-8 is read from the checkpoint's byte on; other encodings, whose bytes cannot
 * be told from the parser's, are read from the start and skipped.
 */
export async function* readImportRows(files: FileStore, state: Import, shape: ImportShape): AsyncGenerator<CsvRecord, void, void> {
  const start = state.byteOffset;
  if (start >= state.sizeBytes) return;
  const seeks = shape.encoding === 'utf-8';
  const chunks = files.read(state.uploadKey, { tag: state.uploadTag, start });
  // The header is a record too, unless the reading starts behind it.
  let skip = start > 0 ? 0 : 1 + state.rowsRead;
  for await (const record of readCsvRecords(chunks, shape, start > 0 ? state.rowsRead + 1 : 0)) {
    if (skip === 0) yield { cells: record.cells, endByte: seeks ? start + record.endByte : 0 };
    else skip -= 1;
  }
}
