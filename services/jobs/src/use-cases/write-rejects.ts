import { pipeline, Readable } from 'node:stream';
import { stringify } from 'csv-stringify';
import { isFileFault } from '../domain/errors.ts';
import type { Import, ImportShape } from '../domain/import.ts';
import { type Rejection, rejectsHeader, rejectsKey, rejectsLine } from '../domain/rejects-file.ts';
import { readRejections } from '../store/import-rows.ts';
import { readImportRows } from './read-import-rows.ts';
import type { WorkerContext } from './worker-context.ts';

type Dependencies = Pick<WorkerContext, 'database' | 'files'>;
type Cells = readonly string[];

/**
 * Writes the rejected rows of a finished import, with their reasons, as a CSV in the order of the file.
 * @returns its key, or null when no row was rejected
 */
export async function writeRejects(context: Dependencies, state: Import): Promise<string | null> {
  const { shape } = state;
  if (state.totals.rejected === 0 || shape === null) return null;
  const key = rejectsKey(state.jobId, state.attempt);
  // The byte order mark tells spreadsheets that it is UTF-8.
  const csv = stringify({ bom: true, record_delimiter: 'windows' });
  // Failures of the lines reach the upload through `csv`, which the pipeline destroys with them.
  pipeline(Readable.from(rejectsLines(context, state, shape)), csv, () => undefined);
  await context.files.write(key, 'text/csv; charset=utf-8', csv);
  return key;
}

async function* rejectsLines({ database, files }: Dependencies, state: Import, shape: ImportShape): AsyncGenerator<Cells, void, void> {
  yield rejectsHeader(shape.columns);
  const findCells = createCellFinder(() => readImportRows(files, { ...state, byteOffset: 0, rowsRead: 0 }, shape));
  for await (const rejection of readRejections(database, state)) yield rejectsLine(await complete(rejection, findCells));
}

/** Rows that catalog refused are remembered by number only. Should their file be gone or replaced, number and reason must do. */
async function complete(rejection: Rejection, findCells: (rowNumber: number) => Promise<Cells>): Promise<Rejection> {
  if (rejection.cells !== null) return rejection;
  try {
    return { ...rejection, cells: await findCells(rejection.rowNumber) };
  } catch (error) {
    if (isFileFault(error)) return rejection;
    throw error;
  }
}

/** Finds rows of ascending numbers, reading the file once and only if it is asked. */
function createCellFinder(open: () => AsyncGenerator<{ readonly cells: Cells }, void, void>): (rowNumber: number) => Promise<Cells> {
  let rows: AsyncGenerator<{ readonly cells: Cells }, void, void> | undefined;
  let at = 0;
  return async (rowNumber) => {
    rows ??= open();
    let cells: Cells = [];
    while (at < rowNumber) {
      const next = await rows.next();
      if (next.done === true) return [];
      cells = next.value.cells;
      at += 1;
    }
    return cells;
  };
}
