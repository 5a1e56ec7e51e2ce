import type { Database } from '@torii/chassis';
import type { JobId } from '@torii/contracts';
import { QueryTypes, type Transaction } from 'sequelize';
import { z } from 'zod';
import type { Rejection } from '../domain/rejects-file.ts';
import type { Attempt } from './imports.ts';
import { jsonText, toJsonText } from './json-text.ts';

/** Rows read at a time for the rejects file. */
const PAGE_ROWS = 1000;
/** Rows deleted by one statement: short locks, small undo log. */
const DELETE_ROWS = 10_000;

/** The largest number of the column. */
const EVERY_ATTEMPT = 2 ** 32 - 1;
/** Width of the column. */
const MESSAGE_MAX = 500;

const skuRow = z.object({ sku: z.string(), row_number: z.number() });
const rejectionRow = z.object({
  row_number: z.number(),
  code: z.string(),
  message: z.string(),
  cells: jsonText.pipe(z.array(z.string()).nullable()),
});

export interface SkuPlace {
  readonly sku: string;
  readonly rowNumber: number;
}

/**
 * Notes the skus of new rows.
 * @returns the rows before, by sku, of those that were noted already
 */
export async function noteSkus(
  database: Database,
  tx: Transaction,
  attempt: Attempt,
  places: readonly SkuPlace[],
): Promise<ReadonlyMap<string, number>> {
  if (places.length === 0) return new Map();
  const values = places.map(({ sku, rowNumber }) => [attempt.jobId, attempt.attempt, sku, rowNumber]);
  const [, inserted] = await database.sequelize.query('INSERT IGNORE INTO import_skus (job_id, attempt, sku, `row_number`) VALUES ?', {
    replacements: [values],
    type: QueryTypes.INSERT,
    transaction: tx,
  });
  if (inserted === places.length) return new Map();
  const rows = await database.sequelize.query('SELECT sku, `row_number` FROM import_skus WHERE job_id = ? AND attempt = ? AND sku IN (?)', {
    replacements: [attempt.jobId, attempt.attempt, places.map(({ sku }) => sku)],
    type: QueryTypes.SELECT,
    transaction: tx,
  });
  return new Map(
    z
      .array(skuRow)
      .parse(rows)
      .map((row) => [row.sku, row.row_number]),
  );
}

/** A row that was rejected before stays as it was. */
export async function insertRejections(
  database: Database,
  tx: Transaction,
  attempt: Attempt,
  rejections: readonly Rejection[],
): Promise<void> {
  if (rejections.length === 0) return;
  const values = rejections.map(({ rowNumber, code, message, cells }) => [
    attempt.jobId,
    attempt.attempt,
    rowNumber,
    code,
    message.slice(0, MESSAGE_MAX),
    toJsonText(cells),
  ]);
  await database.sequelize.query('INSERT IGNORE INTO import_rejections (job_id, attempt, `row_number`, code, message, cells) VALUES ?', {
    replacements: [values],
    transaction: tx,
  });
}

/** Every rejected row of an attempt in the order of the file, a page in memory at a time. */
export async function* readRejections(database: Database, attempt: Attempt): AsyncGenerator<Rejection, void, void> {
  let after = 0;
  for (;;) {
    const rows = await database.sequelize.query(
      `SELECT \`row_number\`, code, message, cells FROM import_rejections
       WHERE job_id = :jobId AND attempt = :attempt AND \`row_number\` > :after ORDER BY \`row_number\` LIMIT :limit`,
      { replacements: { jobId: attempt.jobId, attempt: attempt.attempt, after, limit: PAGE_ROWS }, type: QueryTypes.SELECT },
    );
    const page = z.array(rejectionRow).parse(rows);
    for (const { row_number: rowNumber, code, message, cells } of page) yield { rowNumber, code, message, cells };
    const last = page.at(-1);
    if (last === undefined || page.length < PAGE_ROWS) return;
    after = last.row_number;
  }
}

/** Numbers of rejected rows between two places of the file. */
export async function findRejectedRows(
  database: Database,
  tx: Transaction,
  { jobId, attempt, from, to }: Attempt & { readonly from: number; readonly to: number },
): Promise<ReadonlySet<number>> {
  const rows = await database.sequelize.query<{ row_number: number }>(
    'SELECT `row_number` FROM import_rejections WHERE job_id = :jobId AND attempt = :attempt AND `row_number` BETWEEN :from AND :to',
    { replacements: { jobId, attempt, from, to }, type: QueryTypes.SELECT, transaction: tx },
  );
  return new Set(rows.map((row) => row.row_number));
}

/** Once an attempt has read its file or is over, nobody asks for repeated skus any more. */
export async function clearSkus(database: Database, attempt: Attempt): Promise<void> {
  await clearRows(database, 'import_skus', attempt);
}

/** Empties what earlier attempts left behind. */
export async function clearAttempts(database: Database, upTo: Attempt): Promise<void> {
  await clearRows(database, 'import_skus', upTo);
  await clearRows(database, 'import_rejections', upTo);
}

/** Empties what all attempts of a job left behind. */
export async function clearJob(database: Database, id: JobId): Promise<void> {
  await clearAttempts(database, { jobId: id, attempt: EVERY_ATTEMPT });
}

/** A few rows at a time, outside any transaction. */
async function clearRows(database: Database, table: 'import_skus' | 'import_rejections', upTo: Attempt): Promise<void> {
  let deleted = DELETE_ROWS;
  while (deleted === DELETE_ROWS) {
    deleted = await database.sequelize.query(`DELETE FROM ${table} WHERE job_id = :jobId AND attempt <= :attempt LIMIT ${DELETE_ROWS}`, {
      replacements: { jobId: upTo.jobId, attempt: upTo.attempt },
      type: QueryTypes.BULKDELETE,
    });
  }
}
