import type { Database } from '@torii/chassis';
import { type DataOf, events, type UserId } from '@torii/contracts';
import { QueryTypes, type Transaction } from 'sequelize';

// The inbox knows a message by its id; a batch that is sent once more has another id. This table knows the batch.

export type BatchAnswer = DataOf<'catalog.import-batch.applied.v1'>;
export type BatchKey = Pick<BatchAnswer, 'jobId' | 'attempt' | 'batchNumber'>;

/** As long as the inbox: a dead letter is kept for 14 days, and nobody sends a batch of an older job. */
const KEPT_DAYS = 45;
const PRUNE_EVERY_BATCHES = 100;
/** More than come between two prunings. */
const PRUNED_ROWS = 500;

/** Only where no later attempt of the job has begun: that one applies the same rows, and newer ones must not be undone. */
const CLAIM = `INSERT IGNORE INTO applied_batches (job_id, attempt, batch_number, owner_id, answer)
  SELECT :jobId, :attempt, :batchNumber, :ownerId, '' FROM DUAL
  WHERE NOT EXISTS (SELECT 1 FROM applied_batches later WHERE later.job_id = :jobId AND later.attempt > :attempt)
  RETURNING batch_number`;
const MATCH = 'WHERE job_id = :jobId AND attempt = :attempt AND batch_number = :batchNumber';

/**
 * Claims the batch in the transaction of its effect; a claim under way elsewhere is waited for.
 * @returns false when it had its effect before, or a later attempt of its job has taken over
 */
export async function claimBatch(database: Database, tx: Transaction, batch: BatchKey & { readonly ownerId: UserId }): Promise<boolean> {
  const { jobId, attempt, batchNumber, ownerId } = batch;
  const replacements = { jobId, attempt, batchNumber, ownerId };
  return (await database.sequelize.query(CLAIM, { replacements, type: QueryTypes.SELECT, transaction: tx })).length > 0;
}

export async function saveAnswer(database: Database, tx: Transaction, answer: BatchAnswer): Promise<void> {
  const { jobId, attempt, batchNumber } = answer;
  const replacements = { jobId, attempt, batchNumber, answer: JSON.stringify(answer) };
  await database.sequelize.query(`UPDATE applied_batches SET answer = :answer ${MATCH}`, { replacements, transaction: tx });
}

/** @returns undefined for a batch that never had its effect */
export async function findAnswer(database: Database, tx: Transaction, batch: BatchKey): Promise<BatchAnswer | undefined> {
  const { jobId, attempt, batchNumber } = batch;
  const [row] = await database.sequelize.query<{ answer: string }>(`SELECT answer FROM applied_batches ${MATCH}`, {
    replacements: { jobId, attempt, batchNumber },
    type: QueryTypes.SELECT,
    transaction: tx,
  });
  return row === undefined ? undefined : events['catalog.import-batch.applied.v1'].schema.parse(JSON.parse(row.answer));
}

/**
 * Deletes the oldest answers now and then: at the first batch of an import, and every hundredth. Found without locks and deleted by key: a
 * range would wait for batches that others are claiming.
 */
export async function pruneAnswers(database: Database, tx: Transaction, { batchNumber }: BatchKey): Promise<void> {
  if (batchNumber % PRUNE_EVERY_BATCHES !== 0) return;
  const old = await database.sequelize.query<{ job_id: string; attempt: number; batch_number: number }>(
    `SELECT job_id, attempt, batch_number FROM applied_batches WHERE applied_at < NOW(3) - INTERVAL ${KEPT_DAYS} DAY
     ORDER BY applied_at LIMIT ${PRUNED_ROWS}`,
    { type: QueryTypes.SELECT, transaction: tx },
  );
  if (old.length === 0) return;
  // Written out: MariaDB reads, and locks, the whole table for one key in the tuple form.
  const keys = old.map(() => '(job_id = ? AND attempt = ? AND batch_number = ?)').join(' OR ');
  await database.sequelize.query(`DELETE FROM applied_batches WHERE ${keys}`, {
    replacements: old.flatMap((row) => [row.job_id, row.attempt, row.batch_number]),
    transaction: tx,
  });
}

/** Answers name skus of the rows that were refused. */
export async function deleteAnswersOf(database: Database, ownerId: UserId): Promise<void> {
  await database.sequelize.query('DELETE FROM applied_batches WHERE owner_id = ?', { replacements: [ownerId] });
}
