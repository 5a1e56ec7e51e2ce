import { setTimeout as delay } from 'node:timers/promises';
import { type Connection, createConnection } from 'mysql2/promise';

/** Runs SQL as the administrator, past every proxy. */
export type Query = <Row>(sql: string, values?: readonly unknown[]) => Promise<readonly Row[]>;

export interface Observer {
  readonly query: Query;
  close(): Promise<void>;
}

const ATTEMPTS = 40;
const RETRY_MS = 250;
const QUERY_TIMEOUT_MS = 20_000;

/** Outlives the server it looks at: a connection that was lost is made again. Statements may run twice. */
export function createObserver(options: {
  readonly port: number;
  readonly username: string;
  readonly password: string;
  readonly ca: string;
}): Observer {
  let connection: Connection | undefined;
  const connect = async (): Promise<Connection> => {
    const opened = await createConnection({
      host: 'localhost',
      port: options.port,
      user: options.username,
      password: options.password,
      ssl: { ca: options.ca },
      timezone: 'Z',
    });
    opened.on('error', () => undefined);
    return opened;
  };
  const query: Query = async <Row>(sql: string, values: readonly unknown[] = []) => {
    for (let attempt = 1; ; attempt += 1) {
      try {
        connection ??= await connect();
        const [rows] = await connection.query({ sql, values: [...values], timeout: QUERY_TIMEOUT_MS });
        return parseRows<Row>(rows);
      } catch (error) {
        if (!isLost(error) || attempt === ATTEMPTS) throw error;
        connection?.destroy();
        connection = undefined;
        await delay(RETRY_MS);
      }
    }
  };
  return {
    query,
    close: async () => {
      await connection?.end().catch(() => connection?.destroy());
    },
  };
}

function isLost(error: unknown): boolean {
  const code: unknown = error instanceof Error ? Reflect.get(error, 'code') : undefined;
  const message = error instanceof Error ? error.message : '';
  return /^(ECONN|EPIPE|PROTOCOL_|ER_SERVER_SHUTDOWN)/.test(String(code)) || message.includes('closed state');
}

function parseRows<Row>(rows: unknown): readonly Row[] {
  return Array.isArray(rows) ? (rows as Row[]) : [];
}
