import { type Database, toSqlInstant } from '@torii/chassis';
import type { UserId } from '@torii/contracts';
import { QueryTypes, type Transaction } from 'sequelize';
import type { ProfileRecord, Tombstone, UserProfile } from '../domain/profile.ts';

interface ProfileRow {
  readonly id: string;
  readonly email: string | null;
  readonly display_name: string | null;
  readonly locale: string | null;
  readonly version: number;
  readonly created_at: Date;
  readonly deleted_at: Date | null;
}

const SELECT = 'SELECT id, email, display_name, locale, version, created_at, deleted_at FROM profiles WHERE id = ?';

export async function findProfile(database: Database, id: UserId): Promise<ProfileRecord | undefined> {
  const rows = await database.sequelize.query<ProfileRow>(SELECT, { replacements: [id], type: QueryTypes.SELECT });
  return rows.map(parseProfileRow)[0];
}

/** Holds the profile until the transaction ends. */
export async function lockProfile(database: Database, tx: Transaction, id: UserId): Promise<ProfileRecord | undefined> {
  const rows = await database.sequelize.query<ProfileRow>(`${SELECT} FOR UPDATE`, {
    replacements: [id],
    type: QueryTypes.SELECT,
    transaction: tx,
  });
  return rows.map(parseProfileRow)[0];
}

/** @returns false when there is a profile, or the tombstone of one, already */
export async function insertProfile(database: Database, tx: Transaction, profile: UserProfile): Promise<boolean> {
  const createdAt = toSqlInstant(profile.createdAt);
  const [, insertedRows] = await database.sequelize.query(
    'INSERT IGNORE INTO profiles (id, email, display_name, locale, version, created_at, updated_at) VALUES (?, ?, ?, ?, ?, ?, ?)',
    {
      replacements: [profile.id, profile.email, profile.displayName, profile.locale, profile.version, createdAt, createdAt],
      type: QueryTypes.INSERT,
      transaction: tx,
    },
  );
  return insertedRows === 1;
}

export async function updateProfile(database: Database, tx: Transaction, profile: UserProfile, changedAt: string): Promise<void> {
  await database.sequelize.query('UPDATE profiles SET display_name = ?, locale = ?, version = ?, updated_at = ? WHERE id = ?', {
    replacements: [profile.displayName, profile.locale, profile.version, toSqlInstant(changedAt), profile.id],
    transaction: tx,
  });
}

/** What deletion needs to know; a person whose profile was never made has one of version 0 from here to the end of the transaction. */
export async function lockForDeletion(
  database: Database,
  tx: Transaction,
  { id, at }: { readonly id: UserId; readonly at: string },
): Promise<{ readonly version: number; readonly isDeleted: boolean }> {
  const instant = toSqlInstant(at);
  await database.sequelize.query('INSERT IGNORE INTO profiles (id, version, created_at, updated_at) VALUES (?, 0, ?, ?)', {
    replacements: [id, instant, instant],
    transaction: tx,
  });
  const [row] = await database.sequelize.query<Pick<ProfileRow, 'version' | 'deleted_at'>>(
    'SELECT version, deleted_at FROM profiles WHERE id = ? FOR UPDATE',
    { replacements: [id], type: QueryTypes.SELECT, transaction: tx },
  );
  return { version: row?.version ?? 0, isDeleted: row !== undefined && row.deleted_at !== null };
}

/** Leaves a tombstone in place of the profile: nothing personal stays. */
export async function leaveTombstone(database: Database, tx: Transaction, { id, version, deletedAt }: Tombstone): Promise<void> {
  await database.sequelize.query(
    `UPDATE profiles SET email = NULL, display_name = NULL, locale = NULL, version = ?, updated_at = ?, deleted_at = ? WHERE id = ?`,
    { replacements: [version, toSqlInstant(deletedAt), toSqlInstant(deletedAt), id], transaction: tx },
  );
}

/** What is in the table passed the contract on its way in, so the types are asserted and not checked again. */
function parseProfileRow(row: ProfileRow): ProfileRecord {
  const id = row.id as UserId;
  if (row.deleted_at !== null) return { id, version: row.version, deletedAt: row.deleted_at.toISOString() };
  return {
    id,
    email: row.email as string,
    displayName: row.display_name,
    locale: row.locale as string,
    version: row.version,
    createdAt: row.created_at.toISOString(),
  };
}
