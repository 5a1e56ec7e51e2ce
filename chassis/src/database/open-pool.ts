import { Sequelize } from 'sequelize';
import type { CredentialSource } from '../aws/secrets.ts';
import { createSqlDriver } from './sql-driver.ts';

export interface PoolOptions {
  readonly host: string;
  readonly port: number;
  readonly schema: string;
  readonly connections: number;
  readonly queryTimeoutMs: number;
  readonly ca: string | undefined;
  readonly credentials: CredentialSource;
}

/** A server that does not accept within this time is down. */
export const CONNECT_TIMEOUT_MS = 3_000;
/** How long a caller waits for a free connection before it is told to come back. */
const ACQUIRE_TIMEOUT_MS = 5_000;
const IDLE_TIMEOUT_MS = 60_000;
/**
 * Half the statement timeout, so that the server's clear error comes first. Tables too: a migration that waits for a table lets every later
 * statement on it wait behind itself, so it had better fail and be run again.
 */
const LOCK_WAIT_SECONDS = 5;

/** Once per connection rather than once per transaction, which would cost a round trip each. */
export const SESSION_SETTINGS = `SET SESSION tx_isolation = 'READ-COMMITTED', innodb_lock_wait_timeout = ${LOCK_WAIT_SECONDS}, lock_wait_timeout = ${LOCK_WAIT_SECONDS}`;

/** Sequelize over mysql2: TLS, UTC, READ COMMITTED; credentials as they are at the moment of each connect. */
export function openPool(options: PoolOptions): Sequelize {
  const { queryTimeoutMs, credentials } = options;
  const sequelize = new Sequelize({
    dialect: 'mysql',
    dialectModule: createSqlDriver({ queryTimeoutMs, onAccessDenied: credentials.forget }),
    host: options.host,
    port: options.port,
    database: options.schema,
    timezone: '+00:00',
    logging: false,
    define: { timestamps: false, underscored: true },
    dialectOptions: { ssl: tlsSettings(options.ca), connectTimeout: CONNECT_TIMEOUT_MS, charset: 'utf8mb4' },
    pool: { max: options.connections, min: 0, acquire: ACQUIRE_TIMEOUT_MS, idle: IDLE_TIMEOUT_MS },
    // Once: the first refusal has made the credentials be read again.
    retry: { max: 2, match: [/AccessDenied/] },
  });
  sequelize.addHook('beforeConnect', async (config: { username?: string; password?: string | null }) => {
    Object.assign(config, await credentials.current());
  });
  sequelize.addHook('afterConnect', (connection: unknown) => prepareSession(parseConnection(connection)));
  return sequelize;
}

/** @param ca PEM to trust instead of the process's own; undefined: the process's own */
export function tlsSettings(ca: string | undefined): Readonly<Record<string, unknown>> {
  return { rejectUnauthorized: true, verifyIdentity: true, minVersion: 'TLSv1.2', ...(ca === undefined ? {} : { ca }) };
}

interface SessionConnection {
  query(sql: string, callback: (error: Error | null) => void): void;
}

/** Sequelize hands the driver's connection over untyped. */
function parseConnection(connection: unknown): SessionConnection {
  return connection as SessionConnection;
}

function prepareSession(connection: SessionConnection): Promise<void> {
  return new Promise((resolve, reject) => {
    connection.query(SESSION_SETTINGS, (error) => (error === null ? resolve() : reject(error)));
  });
}
