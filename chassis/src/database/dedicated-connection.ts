import mysql, { type ConnectionOptions } from 'mysql2/promise';
import { dropConnection } from './drop-connection.ts';

/** A connection of one's own, for what belongs to a connection: named locks. */
export interface DedicatedConnection {
  query<Row>(sql: string, values?: readonly unknown[]): Promise<readonly Row[]>;
  /** Runs a statement that changes rows. @returns how many */
  execute(sql: string, values?: readonly unknown[]): Promise<number>;
  /** False once the server or the network has ended it. */
  readonly isOpen: boolean;
  close(): Promise<void>;
}

/** @param queryTimeoutMs a statement without an answer in this time fails, and its connection is thrown away */
export async function openConnection(settings: ConnectionOptions, queryTimeoutMs: number): Promise<DedicatedConnection> {
  const connection = await mysql.createConnection({ ...settings, timezone: 'Z' });
  let isOpen = true;
  const markClosed = () => {
    isOpen = false;
  };
  connection.on('error', markClosed);
  connection.on('end', markClosed);
  const drop = (): void => dropConnection(connection);
  const run = async (sql: string, values: readonly unknown[]): Promise<unknown> => {
    try {
      const [result] = await connection.query({ sql, values: [...values], timeout: queryTimeoutMs });
      return result;
    } catch (error) {
      if (error instanceof Error && Reflect.get(error, 'code') === 'PROTOCOL_SEQUENCE_TIMEOUT') {
        markClosed();
        drop();
      }
      throw error;
    }
  };
  return {
    query: async <Row>(sql: string, values: readonly unknown[] = []) => parseRows<Row>(await run(sql, values)),
    execute: async (sql, values = []) => Number(Reflect.get(Object(await run(sql, values)), 'affectedRows') ?? 0),
    get isOpen() {
      return isOpen;
    },
    close: async () => {
      const wasOpen = isOpen;
      markClosed();
      if (wasOpen) await connection.end().catch(drop);
      else drop();
    },
  };
}

/** Statements other than queries answer with a header instead of rows. The statement itself says what its rows are. */
function parseRows<Row>(rows: unknown): readonly Row[] {
  return Array.isArray(rows) ? (rows as Row[]) : [];
}
