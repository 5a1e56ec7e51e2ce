import type { Database } from '@torii/chassis';
import { columnMapping, jobId, type ImportTotals, type JobId } from '@torii/contracts';
import { QueryTypes, type Transaction } from 'sequelize';
import { z } from 'zod';
import type { Import, ImportShape } from '../domain/import.ts';
import { jsonText, toJsonText } from './json-text.ts';

const count = z.coerce.number();
const importRecord = z.object({
  job_id: jobId,
  attempt: z.number(),
  upload_key: z.string(),
  upload_tag: z.string(),
  size_bytes: count,
  mapping: jsonText.pipe(columnMapping),
  shape: jsonText.pipe(z.object({ columns: z.array(z.string()), delimiter: z.string(), encoding: z.string() }).nullable()),
  byte_offset: count,
  rows_read: count,
  batches_sent: count,
  batches_applied: count,
  sent_all: z.coerce.boolean(),
  created: count,
  updated: count,
  unchanged: count,
  rejected: count,
});

/** The attempt that a statement is about. */
export interface Attempt {
  readonly jobId: JobId;
  readonly attempt: number;
}

export interface Checkpoint {
  readonly byteOffset: number;
  readonly rowsRead: number;
  readonly batchesSent: number;
}

export async function insertImport(
  database: Database,
  tx: Transaction,
  start: Pick<Import, 'jobId' | 'attempt' | 'uploadKey' | 'uploadTag' | 'sizeBytes' | 'mapping'>,
): Promise<void> {
  await database.sequelize.query(
    `INSERT INTO imports (job_id, attempt, upload_key, upload_tag, size_bytes, mapping)
     VALUES (:jobId, :attempt, :uploadKey, :uploadTag, :sizeBytes, :mapping)`,
    { replacements: { ...start, mapping: toJsonText(start.mapping) }, transaction: tx },
  );
}

export async function findImport(database: Database, tx: Transaction | null, attempt: Attempt): Promise<Import | undefined> {
  const rows = await database.sequelize.query('SELECT * FROM imports WHERE job_id = :jobId AND attempt = :attempt', {
    replacements: { jobId: attempt.jobId, attempt: attempt.attempt },
    type: QueryTypes.SELECT,
    transaction: tx,
  });
  return rows.map(parseImport)[0];
}

export async function saveShape(database: Database, attempt: Attempt, shape: ImportShape): Promise<void> {
  await database.sequelize.query('UPDATE imports SET shape = :shape WHERE job_id = :jobId AND attempt = :attempt', {
    replacements: { jobId: attempt.jobId, attempt: attempt.attempt, shape: toJsonText(shape) },
  });
}

/** Moves the checkpoint; `rejected` rows are added to those counted before. */
export async function saveCheckpoint(
  database: Database,
  tx: Transaction,
  step: Attempt & Checkpoint & { readonly rejected: number },
): Promise<void> {
  await database.sequelize.query(
    `UPDATE imports SET byte_offset = :byteOffset, rows_read = :rowsRead, batches_sent = :batchesSent, rejected = rejected + :rejected
     WHERE job_id = :jobId AND attempt = :attempt`,
    { replacements: { ...step }, transaction: tx },
  );
}

export async function markSentAll(database: Database, tx: Transaction, attempt: Attempt): Promise<void> {
  await database.sequelize.query('UPDATE imports SET sent_all = TRUE WHERE job_id = :jobId AND attempt = :attempt', {
    replacements: { jobId: attempt.jobId, attempt: attempt.attempt },
    transaction: tx,
  });
}

/** @returns false when this batch was counted before */
export async function recordBatch(
  database: Database,
  tx: Transaction,
  batch: Attempt & ImportTotals & { readonly batchNumber: number },
): Promise<boolean> {
  const [, inserted] = await database.sequelize.query(
    'INSERT IGNORE INTO import_batches (job_id, attempt, batch_number) VALUES (:jobId, :attempt, :batchNumber)',
    { replacements: { ...batch }, type: QueryTypes.INSERT, transaction: tx },
  );
  if (inserted === 0) return false;
  await database.sequelize.query(
    `UPDATE imports SET batches_applied = batches_applied + 1, created = created + :created, updated = updated + :updated,
       unchanged = unchanged + :unchanged, rejected = rejected + :rejected
     WHERE job_id = :jobId AND attempt = :attempt`,
    { replacements: { ...batch }, transaction: tx },
  );
  return true;
}

/** Where a batch stands in the file. */
export interface BatchPlace {
  readonly batchNumber: number;
  readonly startByte: number;
  readonly endByte: number;
  readonly rowsBefore: number;
}

const placeRecord = z.object({ batch_number: z.number(), start_byte: count, end_byte: count, rows_before: count });

export async function insertBatchPlace(database: Database, tx: Transaction, place: Attempt & BatchPlace): Promise<void> {
  await database.sequelize.query(
    `INSERT INTO import_batch_places (job_id, attempt, batch_number, start_byte, end_byte, rows_before)
     VALUES (:jobId, :attempt, :batchNumber, :startByte, :endByte, :rowsBefore)`,
    { replacements: { ...place }, transaction: tx },
  );
}

/** Batches that have no answer and that resume number `resumes` has not sent again yet. */
export async function findMissingBatches(
  database: Database,
  tx: Transaction | null,
  { jobId, attempt, resumes, limit }: Attempt & { readonly resumes: number; readonly limit: number },
): Promise<readonly BatchPlace[]> {
  const rows = await database.sequelize.query(
    `SELECT place.batch_number, start_byte, end_byte, rows_before FROM import_batch_places place
     LEFT JOIN import_batches answer USING (job_id, attempt, batch_number)
     WHERE job_id = :jobId AND attempt = :attempt AND resent < :resumes AND answer.batch_number IS NULL
     ORDER BY place.batch_number LIMIT :limit`,
    { replacements: { jobId, attempt, resumes, limit }, type: QueryTypes.SELECT, transaction: tx },
  );
  return z
    .array(placeRecord)
    .parse(rows)
    .map((row) => ({ batchNumber: row.batch_number, startByte: row.start_byte, endByte: row.end_byte, rowsBefore: row.rows_before }));
}

/** @returns false when the batch was answered, or sent again, meanwhile */
export async function markResent(
  database: Database,
  tx: Transaction,
  { jobId, attempt, batchNumber, resumes }: Attempt & { readonly batchNumber: number; readonly resumes: number },
): Promise<boolean> {
  const [, changed] = await database.sequelize.query(
    `UPDATE import_batch_places SET resent = :resumes WHERE job_id = :jobId AND attempt = :attempt AND batch_number = :batchNumber
       AND resent < :resumes AND NOT EXISTS (SELECT 1 FROM import_batches
         WHERE job_id = :jobId AND attempt = :attempt AND batch_number = :batchNumber)`,
    { replacements: { jobId, attempt, batchNumber, resumes }, type: QueryTypes.UPDATE, transaction: tx },
  );
  return changed === 1;
}

function parseImport(row: unknown): Import {
  const parsed = importRecord.parse(row);
  return {
    jobId: parsed.job_id,
    attempt: parsed.attempt,
    uploadKey: parsed.upload_key,
    uploadTag: parsed.upload_tag,
    sizeBytes: parsed.size_bytes,
    mapping: parsed.mapping,
    shape: parsed.shape,
    byteOffset: parsed.byte_offset,
    rowsRead: parsed.rows_read,
    batchesSent: parsed.batches_sent,
    batchesApplied: parsed.batches_applied,
    sentAll: parsed.sent_all,
    totals: { created: parsed.created, updated: parsed.updated, unchanged: parsed.unchanged, rejected: parsed.rejected },
  };
}
