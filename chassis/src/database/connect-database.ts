import type { Sequelize, Transaction } from 'sequelize';
import { type CredentialSource, type SecretReader, createCredentialSource, createSecretReader } from '../aws/secrets.ts';
import type { Failpoints } from '../lifecycle/failpoints.ts';
import { type DedicatedConnection, openConnection } from './dedicated-connection.ts';
import { CONNECT_TIMEOUT_MS, SESSION_SETTINGS, openPool, tlsSettings } from './open-pool.ts';
import { type TransactionOptions, runTransaction } from './run-transaction.ts';

export interface DatabaseOptions {
  /** Secret `{ username, password }`; read at connect time, and again when the server refuses what it held. */
  readonly secretArn: string;
  readonly host: string;
  readonly port: number;
  /** Schema, which is also the service's name. */
  readonly name: string;
  /** Reads that may be a moment old go here. @default the primary */
  readonly replicaHost?: string | undefined;
  /** Connections. @default 10 */
  readonly pool?: number;
  /** No statement takes longer; it fails as `unavailable`. @default 10000 */
  readonly queryTimeoutMs?: number;
  /** PEM of the CA to trust. @default those of the process */
  readonly ca?: string | undefined;
  /** @default Secrets Manager */
  readonly secretReader?: SecretReader;
  readonly failpoints?: Failpoints<'beforeCommit' | 'afterCommit'>;
}

export interface Database {
  readonly sequelize: Sequelize;
  /** The replica, or the primary when there is none. */
  readonly read: Sequelize;
  readonly name: string;
  /**
   * Commits what `run` did, or nothing. READ COMMITTED. On deadlock or lock timeout `run` is called again, so it must have
   * no effect outside the transaction.
   */
  transaction<T>(run: (tx: Transaction) => Promise<T>, options?: TransactionOptions): Promise<T>;
  /** A connection outside the pool; the caller closes it. */
  connect(): Promise<DedicatedConnection>;
  /** @throws when the primary does not answer */
  ping(): Promise<void>;
  close(): Promise<void>;
}

const DEFAULT_POOL = 10;
const DEFAULT_QUERY_TIMEOUT_MS = 10_000;

/** Connects to MariaDB over TLS. Returns at once: the first statement opens the first connection. */
export async function connectDatabase(options: DatabaseOptions): Promise<Database> {
  const credentials = createCredentialSource(options.secretReader ?? createSecretReader(), options.secretArn);
  const { port, name, ca } = options;
  const shared = { port, ca, credentials, schema: name, connections: options.pool ?? DEFAULT_POOL };
  const queryTimeoutMs = options.queryTimeoutMs ?? DEFAULT_QUERY_TIMEOUT_MS;
  const sequelize = openPool({ ...shared, queryTimeoutMs, host: options.host });
  const read = options.replicaHost === undefined ? sequelize : openPool({ ...shared, queryTimeoutMs, host: options.replicaHost });
  return {
    sequelize,
    read,
    name,
    transaction: (run, transactionOptions) => runTransaction(sequelize, run, { ...transactionOptions, failpoints: options.failpoints }),
    connect: () => connect(options, credentials, queryTimeoutMs),
    ping: async () => {
      await sequelize.query('SELECT 1');
    },
    close: async () => {
      await Promise.all([...new Set([sequelize, read])].map((pool) => pool.close()));
    },
  };
}

async function connect(options: DatabaseOptions, credentials: CredentialSource, queryTimeoutMs: number): Promise<DedicatedConnection> {
  const { host, port, name: database } = options;
  const { username: user, password } = await credentials.current();
  const settings = {
    host,
    port,
    user,
    password,
    database,
    ssl: tlsSettings(options.ca),
    connectTimeout: CONNECT_TIMEOUT_MS,
    charset: 'utf8mb4',
  };
  try {
    const connection = await openConnection(settings, queryTimeoutMs);
    await connection.query(SESSION_SETTINGS);
    return connection;
  } catch (error) {
    // The caller tries again; should the password have changed, it does so with the new one.
    credentials.forget();
    throw error;
  }
}
