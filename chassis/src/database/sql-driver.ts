import { context } from '@opentelemetry/api';
import mysql, { type Connection, type ConnectionOptions } from 'mysql2';
import { failSpan, startSpan } from '../telemetry/spans.ts';

// Sequelize is given this instead of finding mysql2 itself: a Lambda bundle cannot require by name. It is also the one
// place every statement passes, so it is where statements get their timeout and their span.

interface DriverOptions {
  readonly queryTimeoutMs: number;
  /** Called when the server refuses the credentials. */
  readonly onAccessDenied: () => void;
}

type Callback = (error: Error | null, ...results: readonly unknown[]) => void;
type Run = (statement: unknown, ...rest: readonly unknown[]) => unknown;

/** The part of mysql2 that Sequelize uses. */
export function createSqlDriver(options: DriverOptions): object {
  return {
    createConnection(config: ConnectionOptions): Connection {
      const connection = mysql.createConnection(config);
      connection.on('error', (error: Error) => {
        if (Reflect.get(error, 'code') === 'ER_ACCESS_DENIED_ERROR') options.onAccessDenied();
      });
      for (const method of ['query', 'execute'] as const) guard(connection, method, options);
      return connection;
    },
  };
}

/** A statement without an answer in time fails, and its connection is thrown away: the answer may still come. */
function guard(connection: Connection, method: 'query' | 'execute', options: DriverOptions): void {
  const run: Run = connection[method].bind(connection) as Run;
  const guarded: Run = (statement, ...rest) => {
    const callback = rest.at(-1) as Callback;
    const sql = typeof statement === 'string' ? statement : String(Reflect.get(statement as object, 'sql'));
    const span = startSpan(`SQL ${operationOf(sql)}`, {
      kind: 'client',
      attributes: { 'db.system.name': 'mariadb', 'db.operation.name': operationOf(sql) },
    });
    const caller = context.active();
    const done: Callback = (error, ...results) => {
      if (error !== null) failSpan(span, error);
      span.end();
      if (error !== null && Reflect.get(error, 'code') === 'PROTOCOL_SEQUENCE_TIMEOUT') connection.destroy();
      context.with(caller, () => callback(error, ...results));
    };
    return run({ sql, timeout: options.queryTimeoutMs }, ...rest.slice(0, -1), done);
  };
  Reflect.set(connection, method, guarded);
}

/** First word of a statement; the rest may hold personal data. */
function operationOf(sql: string): string {
  return /^\s*(\w+)/.exec(sql)?.[1]?.toUpperCase() ?? 'STATEMENT';
}
