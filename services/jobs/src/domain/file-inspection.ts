import { parse } from 'csv-parse/sync';
import { csvOptions, toFileFault, type CsvFormat } from './csv-records.ts';
import { columnNameTooLong, columnRepeated, columnsTooMany, fileEmpty } from './errors.ts';
import { decodeText, detectEncoding } from './file-encoding.ts';

/** How much of a file is read to know its shape. */
export const HEAD_BYTES = 256 * 1024;
const DELIMITERS = [',', ';', '\t', '|'] as const;
/** Rows that vote on the delimiter. */
const DELIMITER_VOTERS = 20;
/** Rows shown before an import starts. */
const SAMPLE_ROWS = 5;
/** Spreadsheets end at 16,384; beyond a few hundred the delimiter was guessed wrong. */
const COLUMNS_MAX = 500;
/** What the contract takes as a column name in a mapping. */
const COLUMN_NAME_MAX = 300;

export interface FileShape extends CsvFormat {
  /** Trimmed and unique; a column without a name is called by its place. */
  readonly columns: readonly string[];
  /** The first rows, at most as many cells as there are columns. */
  readonly sample: readonly Readonly<Record<string, string>>[];
}

/**
 * What the beginning of a file says about the whole. `isWhole` is false when the file goes on after `head`.
 * @throws FILE_EMPTY, FILE_BINARY, ENCODING_UNKNOWN, ENCODING_WRONG, COLUMN_REPEATED, QUOTE_NOT_CLOSED, …
 */
export function inspectFile(head: Uint8Array, isWhole: boolean): FileShape {
  if (head.length === 0) throw fileEmpty();
  const encoding = detectEncoding(head, isWhole);
  const text = decodeText(head, encoding);
  if (text.trim() === '') throw fileEmpty();
  const delimiter = guessDelimiter(text);
  const records = parseHead(text, delimiter, isWhole);
  const [header, ...rows] = records;
  if (header === undefined) throw fileEmpty();
  const columns = parseHeader(header);
  const sample = rows
    .slice(0, SAMPLE_ROWS)
    .map((cells) => Object.fromEntries(columns.map((column, index) => [column, cells[index] ?? ''])));
  return { encoding, delimiter, columns, sample };
}

/**
 * Column names from the cells of the header.
 * @throws COLUMN_REPEATED, COLUMNS_TOO_MANY, COLUMN_NAME_TOO_LONG
 */
export function parseHeader(cells: readonly string[]): readonly string[] {
  if (cells.length > COLUMNS_MAX) throw columnsTooMany(cells.length, COLUMNS_MAX);
  const columns = cells.map((cell, index) => cell.trim() || `column ${index + 1}`);
  const tooLong = columns.findIndex((column) => column.length > COLUMN_NAME_MAX);
  if (tooLong !== -1) throw columnNameTooLong(tooLong + 1, COLUMN_NAME_MAX);
  const repeated = columns.find((column, index) => columns.indexOf(column) !== index);
  if (repeated !== undefined) throw columnRepeated(repeated);
  return columns;
}

/** A whole file is read to its end, so that its faults show before an import starts; of a longer one only the first rows. */
function parseHead(text: string, delimiter: string, isWhole: boolean): readonly (readonly string[])[] {
  const options = csvOptions(delimiter);
  try {
    return parse(text, isWhole ? options : { ...options, to: 1 + SAMPLE_ROWS });
  } catch (error) {
    throw toFileFault(error, 0);
  }
}

/** The delimiter by which the first rows have the same number of columns as the header, and then the most columns. */
function guessDelimiter(text: string): string {
  const votes = DELIMITERS.map((delimiter) => ({ delimiter, score: scoreDelimiter(text, delimiter) }));
  const best = votes.reduce((left, right) => (right.score > left.score ? right : left));
  return best.score > 0 ? best.delimiter : mostFrequentInFirstLine(text);
}

function scoreDelimiter(text: string, delimiter: string): number {
  try {
    const [header, ...rows] = parse(text, { ...csvOptions(delimiter), to: DELIMITER_VOTERS });
    if (header === undefined || header.length < 2) return 0;
    const agreeing = rows.filter((cells) => cells.length === header.length).length;
    const agreement = (agreeing + 1) / (rows.length + 1);
    return agreement * 1000 + header.length;
  } catch {
    // A wrong delimiter makes quotes look misplaced.
    return 0;
  }
}

/** For files whose quotes are broken near the beginning: so that the right fault is named. */
function mostFrequentInFirstLine(text: string): string {
  const line = text.split(/\r|\n/, 1)[0] ?? '';
  const counts = DELIMITERS.map((delimiter) => ({ delimiter, count: line.split(delimiter).length }));
  return counts.reduce((left, right) => (right.count > left.count ? right : left)).delimiter;
}
