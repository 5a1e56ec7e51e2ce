import { type Database, toSqlInstant } from '@torii/chassis';
import { QueryTypes, type Transaction } from 'sequelize';

// Whether the copy of the catalog is whole. All times are the database's: those of operators and tasks may be off.

/** How old or how far ahead a command may be that empties the copy: one from another day has no replay behind it. */
const COMMAND_MINUTES = 15;
/** A rebuild whose end nobody tells is taken for over after this long. */
const EXPIRES_HOURS = 24;

const BEGIN = `INSERT INTO projection_rebuilds (projection, emptied_by, begun_at)
  SELECT 'item_copies', :id, NOW(3) FROM DUAL WHERE :time BETWEEN NOW(3) - INTERVAL ${COMMAND_MINUTES} MINUTE AND NOW(3) + INTERVAL ${COMMAND_MINUTES} MINUTE
  ON DUPLICATE KEY UPDATE emptied_by = VALUES(emptied_by), begun_at = VALUES(begun_at), ended_at = NULL
  RETURNING emptied_by`;

/** What was read from the copy is of one piece when this is the same before and after, and no rebuild is under way. */
export interface CopyRebuild {
  /** Id of the command that emptied the copy last; null when it never was. */
  readonly emptiedBy: string | null;
  readonly isUnderWay: boolean;
}

/**
 * Marks the copy as being rebuilt, at once and outside any transaction: nobody may find it emptied and not marked.
 * @returns false when the command was not written just now, and nothing was marked
 */
export async function beginRebuild(database: Database, command: { readonly id: string; readonly time: string }): Promise<boolean> {
  const replacements = { id: command.id, time: toSqlInstant(command.time) };
  return (await database.sequelize.query(BEGIN, { replacements, type: QueryTypes.SELECT })).length > 0;
}

/** The end of a rebuild that another one has replaced changes nothing. */
export async function endRebuild(database: Database, tx: Transaction, emptiedBy: string): Promise<void> {
  const sql = `UPDATE projection_rebuilds SET ended_at = NOW(3) WHERE projection = 'item_copies' AND emptied_by = ? AND ended_at IS NULL`;
  await database.sequelize.query(sql, { replacements: [emptiedBy], transaction: tx });
}

/** From where exports read the copy: a replica that lags has copy and mark of the same moment. */
export async function findRebuild(database: Database): Promise<CopyRebuild> {
  const [row] = await database.read.query<{ emptied_by: string; under_way: unknown }>(
    `SELECT emptied_by, ended_at IS NULL AND begun_at > NOW(3) - INTERVAL ${EXPIRES_HOURS} HOUR AS under_way
     FROM projection_rebuilds WHERE projection = 'item_copies'`,
    { type: QueryTypes.SELECT },
  );
  return { emptiedBy: row?.emptied_by ?? null, isUnderWay: Number(row?.under_way ?? 0) === 1 };
}
