import { join } from 'node:path';
import type { SQLOutputValue, StatementSync } from 'node:sqlite';
import { openDatabase } from '../../state-files.ts';
import type { PasswordHash } from './passwords.ts';
import type { SrpVerifier } from './srp.ts';

export type UserStatus = 'UNCONFIRMED' | 'CONFIRMED' | 'FORCE_CHANGE_PASSWORD' | 'RESET_REQUIRED';
export type CodePurpose = 'sign-up' | 'password';

/** A code on its way to its owner, and how often somebody guessed. */
export interface IssuedCode {
  /** Salted hash, or undefined when none is valid but the counts still matter. */
  readonly hashHex: string | undefined;
  readonly expiresAtMs: number;
  readonly attempts: number;
  readonly sent: number;
  /** Start of the hour that `attempts` and `sent` are counted in. */
  readonly countedFromMs: number;
}

export interface User {
  readonly sub: string;
  /** All but `sub`; `email` always, and `email_verified` as "true" or "false". */
  readonly attributes: Readonly<Record<string, string>>;
  readonly status: UserStatus;
  readonly enabled: boolean;
  readonly password: PasswordHash | undefined;
  readonly srp: SrpVerifier | undefined;
  readonly temporaryPasswordExpiresAtMs: number | undefined;
  readonly codes: Readonly<Partial<Record<CodePurpose, IssuedCode>>>;
  readonly failedSignIns: { readonly count: number; readonly lockedUntilMs: number };
  readonly groups: readonly string[];
  readonly createdAtMs: number;
  readonly modifiedAtMs: number;
}

export interface RefreshToken {
  readonly hash: string;
  readonly poolId: string;
  readonly clientId: string;
  readonly sub: string;
  /** Ties access and id tokens to the log-in they came from; revocation is by origin. */
  readonly origin: string;
  readonly authTimeSeconds: number;
  readonly expiresAtMs: number;
}

/** Users, refresh tokens, revocations and signing keys of every pool, in one SQLite file that survives a restart. */
export interface CognitoStore {
  findUser(poolId: string, subOrEmail: string): User | undefined;
  /** False when another user has the e-mail address, in any case. */
  insertUser(poolId: string, user: User): boolean;
  /** Reads, changes and writes in one go; undefined when the user is gone. False of `change` is not possible: throw to refuse. */
  updateUser(poolId: string, sub: string, change: (user: User) => User): User | undefined;
  deleteUser(poolId: string, sub: string): void;
  /** Users after this sub, in its order. */
  listUsers(poolId: string, afterSub: string, limit: number): readonly User[];
  insertRefreshToken(token: RefreshToken): void;
  findRefreshToken(hash: string): RefreshToken | undefined;
  revokeOrigin(origin: string, untilMs: number): void;
  revokeUser(poolId: string, sub: string, untilMs: number): void;
  isRevoked(origin: string): boolean;
  /** The PEM of the pool's private key; made by `create` the first time. */
  signingKey(poolId: string, create: () => string): string;
  prune(nowMs: number): void;
  close(): void;
}

const SCHEMA = `
  PRAGMA journal_mode = WAL;
  PRAGMA synchronous = NORMAL;
  CREATE TABLE IF NOT EXISTS users (pool_id TEXT, sub TEXT, email TEXT NOT NULL, data TEXT NOT NULL, PRIMARY KEY (pool_id, sub), UNIQUE (pool_id, email));
  CREATE TABLE IF NOT EXISTS refresh_tokens (hash TEXT PRIMARY KEY, pool_id TEXT, client_id TEXT, sub TEXT, origin TEXT, auth_time INTEGER, expires_at INTEGER);
  CREATE INDEX IF NOT EXISTS refresh_tokens_by_user ON refresh_tokens (pool_id, sub);
  CREATE INDEX IF NOT EXISTS refresh_tokens_by_origin ON refresh_tokens (origin);
  CREATE TABLE IF NOT EXISTS revocations (origin TEXT PRIMARY KEY, expires_at INTEGER NOT NULL);
  CREATE TABLE IF NOT EXISTS signing_keys (pool_id TEXT PRIMARY KEY, pem TEXT NOT NULL);`;

export function openCognitoStore(folder: string): CognitoStore {
  const database = openDatabase(join(folder, 'cognito.sqlite'), SCHEMA);
  const sql = (text: string): StatementSync => database.prepare(text);
  return { ...userStatements(sql), ...tokenStatements(sql), ...keyStatements(sql), close: () => database.close() };
}

type Sql = (text: string) => StatementSync;

function userStatements(sql: Sql): Pick<CognitoStore, 'findUser' | 'insertUser' | 'updateUser' | 'deleteUser' | 'listUsers'> {
  const bySub = sql('SELECT data FROM users WHERE pool_id = ? AND sub = ?');
  const byEmail = sql('SELECT data FROM users WHERE pool_id = ? AND email = ?');
  const insert = sql('INSERT OR IGNORE INTO users (pool_id, sub, email, data) VALUES (?, ?, ?, ?)');
  const update = sql('UPDATE users SET email = ?, data = ? WHERE pool_id = ? AND sub = ?');
  const remove = sql('DELETE FROM users WHERE pool_id = ? AND sub = ?');
  const page = sql('SELECT data FROM users WHERE pool_id = ? AND sub > ? ORDER BY sub LIMIT ?');
  return {
    findUser: (poolId, name) => parseUser(bySub.get(poolId, name) ?? byEmail.get(poolId, name.toLowerCase())),
    insertUser: (poolId, user) => insert.run(poolId, user.sub, emailOf(user), JSON.stringify(user)).changes === 1,
    updateUser(poolId, sub, change) {
      const user = parseUser(bySub.get(poolId, sub));
      if (user === undefined) return undefined;
      const changed = change(user);
      update.run(emailOf(changed), JSON.stringify(changed), poolId, sub);
      return changed;
    },
    deleteUser: (poolId, sub) => void remove.run(poolId, sub),
    listUsers: (poolId, afterSub, limit) => page.all(poolId, afterSub, limit).flatMap((row) => parseUser(row) ?? []),
  };
}

type TokenStatements = Pick<
  CognitoStore,
  'insertRefreshToken' | 'findRefreshToken' | 'revokeOrigin' | 'revokeUser' | 'isRevoked' | 'prune'
>;

function tokenStatements(sql: Sql): TokenStatements {
  const insert = sql(
    'INSERT INTO refresh_tokens (hash, pool_id, client_id, sub, origin, auth_time, expires_at) VALUES (?, ?, ?, ?, ?, ?, ?)',
  );
  const find = sql('SELECT * FROM refresh_tokens WHERE hash = ?');
  const dropOrigin = sql('DELETE FROM refresh_tokens WHERE origin = ?');
  const dropUser = sql('DELETE FROM refresh_tokens WHERE pool_id = ? AND sub = ?');
  const revoke = sql('INSERT OR IGNORE INTO revocations (origin, expires_at) VALUES (?, ?)');
  const revokeOfUser = sql(
    'INSERT OR IGNORE INTO revocations (origin, expires_at) SELECT origin, ? FROM refresh_tokens WHERE pool_id = ? AND sub = ?',
  );
  const revoked = sql('SELECT 1 FROM revocations WHERE origin = ?');
  const pruneTokens = sql('DELETE FROM refresh_tokens WHERE expires_at < ?');
  const pruneRevocations = sql('DELETE FROM revocations WHERE expires_at < ?');
  return {
    insertRefreshToken: (token) =>
      void insert.run(token.hash, token.poolId, token.clientId, token.sub, token.origin, token.authTimeSeconds, token.expiresAtMs),
    findRefreshToken: (hash) => parseRefreshToken(find.get(hash)),
    revokeOrigin(origin, untilMs) {
      revoke.run(origin, untilMs);
      dropOrigin.run(origin);
    },
    revokeUser(poolId, sub, untilMs) {
      revokeOfUser.run(untilMs, poolId, sub);
      dropUser.run(poolId, sub);
    },
    isRevoked: (origin) => revoked.get(origin) !== undefined,
    prune(nowMs) {
      pruneTokens.run(nowMs);
      pruneRevocations.run(nowMs);
    },
  };
}

function keyStatements(sql: Sql): Pick<CognitoStore, 'signingKey'> {
  const find = sql('SELECT pem FROM signing_keys WHERE pool_id = ?');
  const insert = sql('INSERT INTO signing_keys (pool_id, pem) VALUES (?, ?)');
  return {
    signingKey(poolId, create) {
      const row = find.get(poolId);
      if (row !== undefined) return String(row['pem']);
      const pem = create();
      insert.run(poolId, pem);
      return pem;
    },
  };
}

type Row = Readonly<Record<string, SQLOutputValue>>;

function parseUser(row: Row | undefined): User | undefined {
  return row === undefined ? undefined : (JSON.parse(String(row['data'])) as User);
}

function parseRefreshToken(row: Row | undefined): RefreshToken | undefined {
  if (row === undefined) return undefined;
  return {
    hash: String(row['hash']),
    poolId: String(row['pool_id']),
    clientId: String(row['client_id']),
    sub: String(row['sub']),
    origin: String(row['origin']),
    authTimeSeconds: Number(row['auth_time']),
    expiresAtMs: Number(row['expires_at']),
  };
}

function emailOf(user: User): string {
  return (user.attributes['email'] ?? user.sub).toLowerCase();
}
