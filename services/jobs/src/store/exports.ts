import type { Database } from '@torii/chassis';
import { jobId } from '@torii/contracts';
import { QueryTypes, type Transaction } from 'sequelize';
import { z } from 'zod';
import type { Export } from '../domain/export.ts';
import type { Attempt } from './imports.ts';
import { jsonText, toJsonText } from './json-text.ts';

const count = z.coerce.number();
const exportRecord = z.object({
  job_id: jobId,
  attempt: z.number(),
  file_key: z.string(),
  upload_id: z.string().nullable(),
  parts: jsonText.pipe(z.array(z.object({ number: z.number(), tag: z.string() }))),
  tail: z.string(),
  last_id: z.string().nullable(),
  rows_read: count,
  size_bytes: count,
  read_all: z.coerce.boolean(),
});

/** @param start with what the file begins with, whatever comes of the first items */
export async function insertExport(
  database: Database,
  tx: Transaction,
  start: Attempt & Pick<Export, 'fileKey'> & { readonly head: string },
): Promise<void> {
  await database.sequelize.query(
    `INSERT INTO exports (job_id, attempt, file_key, parts, tail) VALUES (:jobId, :attempt, :fileKey, '[]', :head)`,
    { replacements: { ...start }, transaction: tx },
  );
}

export async function findExport(database: Database, tx: Transaction | null, { jobId, attempt }: Attempt): Promise<Export | undefined> {
  const rows = await database.sequelize.query('SELECT * FROM exports WHERE job_id = :jobId AND attempt = :attempt', {
    replacements: { jobId, attempt },
    type: QueryTypes.SELECT,
    transaction: tx,
  });
  return rows.map(parseExport)[0];
}

/** Attempts whose multipart upload S3 may still hold. */
export async function findUploads(database: Database, id: Export['jobId']): Promise<readonly Export[]> {
  const rows = await database.sequelize.query('SELECT * FROM exports WHERE job_id = ? AND upload_id IS NOT NULL', {
    replacements: [id],
    type: QueryTypes.SELECT,
  });
  return rows.map(parseExport);
}

/** Notes the multipart upload of the attempt, and takes the next number for a part of it. */
export async function claimPart(database: Database, tx: Transaction, { jobId, attempt }: Attempt, uploadId: string): Promise<number> {
  await database.sequelize.query(
    'UPDATE exports SET upload_id = :uploadId, parts_claimed = parts_claimed + 1 WHERE job_id = :jobId AND attempt = :attempt',
    { replacements: { jobId, attempt, uploadId }, transaction: tx },
  );
  const [row] = await database.sequelize.query<{ parts_claimed: number }>(
    'SELECT parts_claimed FROM exports WHERE job_id = :jobId AND attempt = :attempt',
    { replacements: { jobId, attempt }, type: QueryTypes.SELECT, transaction: tx },
  );
  return row?.parts_claimed ?? 0;
}

export async function saveExport(database: Database, tx: Transaction, state: Export): Promise<void> {
  await database.sequelize.query(
    `UPDATE exports SET parts = :parts, tail = :tail, last_id = :lastId, rows_read = :rowsRead, size_bytes = :sizeBytes, read_all = :readAll
     WHERE job_id = :jobId AND attempt = :attempt`,
    { replacements: { ...state, parts: toJsonText(state.parts) }, transaction: tx },
  );
}

function parseExport(row: unknown): Export {
  const parsed = exportRecord.parse(row);
  return {
    jobId: parsed.job_id,
    attempt: parsed.attempt,
    fileKey: parsed.file_key,
    uploadId: parsed.upload_id,
    parts: parsed.parts,
    tail: parsed.tail,
    lastId: parsed.last_id,
    rowsRead: parsed.rows_read,
    sizeBytes: parsed.size_bytes,
    readAll: parsed.read_all,
  };
}
