import { type Database, toSqlInstant } from '@torii/chassis';
import { type JobId, jobId, type JobStatus, type UserId } from '@torii/contracts';
import { QueryTypes, type Transaction } from 'sequelize';
import type { Job } from '../domain/job.ts';
import { JOB_COLUMNS, parseJobRow, toJobValues } from './job-row.ts';

const SELECT_JOB = `SELECT ${JOB_COLUMNS.join(', ')} FROM jobs`;
const INSERT_JOB = `INSERT INTO jobs (${JOB_COLUMNS.join(', ')}) VALUES (${JOB_COLUMNS.map((column) => `:${column}`).join(', ')})`;
const FIXED: ReadonlySet<string> = new Set(['id', 'owner_id', 'type', 'input', 'created_at']);

/**
 * How long nothing may happen to a job that waits or runs. A worker that dies leaves its message invisible for three minutes,
 * so two are left for it to begin again by itself. Each resume doubles it: what is only slow is left alone for longer.
 */
const LEASE_SECONDS = 300;
const UPDATE_JOB = `UPDATE jobs SET ${JOB_COLUMNS.filter((column) => !FIXED.has(column))
  .map((column) => `${column} = :${column}`)
  .join(', ')}, lease_until = NOW(3) + INTERVAL ${LEASE_SECONDS} * POW(2, :resumes) SECOND WHERE id = :id`;

/** What is kept below a job. */
const CHILDREN = ['import_skus', 'import_rejections', 'import_batches', 'import_batch_places', 'imports', 'exports'] as const;

/** Place of a job in the list, newest first. */
export interface JobPosition {
  readonly createdAt: Date;
  readonly id: string;
}

export interface JobSearch {
  readonly ownerId: UserId;
  readonly status?: JobStatus | undefined;
  /** The last job of the page before. */
  readonly after?: JobPosition | undefined;
  readonly limit: number;
}

export async function insertJob(database: Database, tx: Transaction, job: Job): Promise<void> {
  await database.sequelize.query(INSERT_JOB, { replacements: toJobValues(job), transaction: tx });
}

/** Writes a job this transaction has locked, and renews its lease. */
export async function saveJob(database: Database, tx: Transaction, job: Job): Promise<void> {
  await database.sequelize.query(UPDATE_JOB, { replacements: toJobValues(job), transaction: tx });
}

/** From the primary: who has just made a job looks for it at once. */
export async function findJob(database: Database, id: JobId): Promise<Job | undefined> {
  const rows = await database.sequelize.query(`${SELECT_JOB} WHERE id = ?`, { replacements: [id], type: QueryTypes.SELECT });
  return rows.map(parseJobRow)[0];
}

/**
 * Holds the job until the transaction ends. Whatever changes a job, its import or its rows locks this first, so that
 * worker, API and consumer never wait for each other in a circle.
 */
export async function lockJob(database: Database, tx: Transaction, id: JobId): Promise<Job | undefined> {
  const rows = await database.sequelize.query(`${SELECT_JOB} WHERE id = ? FOR UPDATE`, {
    replacements: [id],
    type: QueryTypes.SELECT,
    transaction: tx,
  });
  return rows.map(parseJobRow)[0];
}

export async function searchJobs(database: Database, search: JobSearch): Promise<readonly Job[]> {
  const conditions = ['owner_id = :ownerId'];
  if (search.status !== undefined) conditions.push('status = :status');
  // Written out: MariaDB reads the whole index for the tuple form `(created_at, id) < (?, ?)`.
  if (search.after !== undefined) conditions.push('created_at <= :createdAt AND (created_at < :createdAt OR id < :id)');
  const sql = `${SELECT_JOB} WHERE ${conditions.join(' AND ')} ORDER BY created_at DESC, id DESC LIMIT :limit`;
  const { ownerId, status, after, limit } = search;
  const position = after === undefined ? {} : { createdAt: toSqlInstant(after.createdAt), id: after.id };
  const rows = await database.sequelize.query(sql, { replacements: { ownerId, status, limit, ...position }, type: QueryTypes.SELECT });
  return rows.map(parseJobRow);
}

/** Ids of jobs of an owner. Locking, so that it waits for a job that is being made. */
export async function lockJobsOfOwner(
  database: Database,
  tx: Transaction,
  { ownerId, limit }: { readonly ownerId: UserId; readonly limit: number },
): Promise<readonly JobId[]> {
  const rows = await database.sequelize.query<{ id: string }>('SELECT id FROM jobs WHERE owner_id = ? LIMIT ? FOR UPDATE', {
    replacements: [ownerId, limit],
    type: QueryTypes.SELECT,
    transaction: tx,
  });
  return rows.map(({ id }) => jobId.parse(id));
}

/** Holds jobs whose lease has run out. Leaves out what another transaction holds: somebody works on that. */
export async function lockStalledJobs(database: Database, tx: Transaction, limit: number): Promise<readonly Job[]> {
  const rows = await database.sequelize.query(
    `${SELECT_JOB} FORCE INDEX (jobs_by_lease) WHERE status IN ('queued', 'running') AND lease_until < NOW(3)
     LIMIT ? FOR UPDATE SKIP LOCKED`,
    { replacements: [limit], type: QueryTypes.SELECT, transaction: tx },
  );
  return rows.map(parseJobRow);
}

/** Deletes a job and what is left below it. The job first: whatever writes below it locks it before. */
export async function deleteJob(database: Database, tx: Transaction, id: JobId): Promise<void> {
  await database.sequelize.query('DELETE FROM jobs WHERE id = ?', { replacements: [id], transaction: tx });
  for (const table of CHILDREN)
    await database.sequelize.query(`DELETE FROM ${table} WHERE job_id = ?`, { replacements: [id], transaction: tx });
}
