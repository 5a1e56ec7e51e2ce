import { pipeline } from 'node:stream';
import { CsvError, parse } from 'csv-parse';
import { quoteMisplaced, quoteNotClosed, rowTooLong } from './errors.ts';
import type { FileEncoding } from './file-encoding.ts';
import { openUtf8Source } from './utf8-source.ts';

/**
 * Longest row in bytes, well above what catalog takes of one (a full description and full attributes are 60 KiB), and half
 * of what a preview reads: a longer row shows there. Without a limit a stray quote makes one row of the rest of the file.
 */
const RECORD_MAX_BYTES = 128 * 1024;

/** How the text of a file is cut into rows. */
export interface CsvFormat {
  readonly encoding: FileEncoding;
  readonly delimiter: string;
}

export interface CsvRecord {
  readonly cells: readonly string[];
  /** Bytes from the first chunk to just behind this record. */
  readonly endByte: number;
}

/** Options every reading of a CSV shares: strict quotes, any line end, rows of any width (row validation names the wrong ones). */
export function csvOptions(delimiter: string) {
  return {
    delimiter,
    bom: true,
    record_delimiter: ['\r\n', '\n', '\r'],
    relax_column_count: true,
    skip_empty_lines: true,
    max_record_size: RECORD_MAX_BYTES,
  };
}

/**
 * Reads records one by one and holds no more than a few chunks in memory. `firstRow` is the number of the first record,
 * for messages only; 0 is the header.
 * @throws ENCODING_WRONG, QUOTE_NOT_CLOSED, QUOTE_MISPLACED, ROW_TOO_LONG
 */
export async function* readCsvRecords(
  chunks: AsyncIterable<Uint8Array>,
  format: CsvFormat,
  firstRow: number,
): AsyncGenerator<CsvRecord, void, void> {
  const parser = parse({ ...csvOptions(format.delimiter), info: true });
  const source = openUtf8Source(chunks, format.encoding);
  // Failures of the source reach the reader through the parser, which the pipeline destroys with them.
  pipeline(source.bytes, parser, () => undefined);
  try {
    for await (const { record, info } of parser as AsyncIterable<{ record: string[]; info: { bytes: number } }>) {
      yield { cells: record, endByte: source.toFileOffset(info.bytes) };
    }
  } catch (error) {
    throw toFileFault(error, firstRow);
  }
}

/** The fault of the file that a failure of csv-parse means; any other error as it is. */
export function toFileFault(error: unknown, firstRow: number): unknown {
  if (!(error instanceof CsvError)) return error;
  const records: unknown = error['records'];
  const rowNumber = firstRow + (typeof records === 'number' ? records : 0);
  const where = rowNumber === 0 ? 'the header' : `row ${rowNumber}`;
  if (error.code === 'CSV_QUOTE_NOT_CLOSED') return quoteNotClosed(where, error);
  if (error.code === 'CSV_MAX_RECORD_SIZE') return rowTooLong(where, RECORD_MAX_BYTES / 1024, error);
  return quoteMisplaced(where, error);
}
