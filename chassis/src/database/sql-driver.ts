import { EventEmitter } from 'node:events';
import { context } from '@opentelemetry/api';
import mysql, { type Connection, type ConnectionOptions } from 'mysql2';
import { failSpan, startSpan } from '../telemetry/spans.ts';
import { dropConnection } from './drop-connection.ts';

// Sequelize is given this instead of finding mysql2 itself: a Lambda bundle cannot require by name. It is also the one
// place every statement passes, so it is where statements get their timeout and their span.

interface DriverOptions {
  readonly queryTimeoutMs: number;
  /** Called when the server refuses the credentials. */
  readonly onAccessDenied: () => void;
}

type Callback = (error: Error | null, ...results: readonly unknown[]) => void;
type Run = (statement: unknown, ...rest: readonly unknown[]) => unknown;
/** The last of `rest` is the callback. */
type Send = (sql: string, ...rest: readonly unknown[]) => unknown;

/**
 * What a statement begins with that may travel together with the start of its transaction, which saves a round trip. It must not need the
 * `insertId` of its answer; should the transaction have begun before it, it runs as it is.
 */
export const JOINS_BEGIN = '/*joins-begin*/';

// As Sequelize writes them.
const BEGIN = 'START TRANSACTION;';
const ENDS: readonly string[] = ['COMMIT;', 'ROLLBACK;'];

/** The part of mysql2 that Sequelize uses. */
export function createSqlDriver(options: DriverOptions): object {
  return {
    createConnection(config: ConnectionOptions): Connection {
      const connection = mysql.createConnection(config);
      connection.on('error', (error: Error) => {
        if (Reflect.get(error, 'code') === 'ER_ACCESS_DENIED_ERROR') options.onAccessDenied();
      });
      delayBegin(connection, { query: guard(connection, 'query', options), execute: guard(connection, 'execute', options) });
      return connection;
    },
  };
}

/** @returns what sends statements: one without an answer in time fails, and its connection is thrown away, as the answer may still come */
function guard(connection: Connection, method: 'query' | 'execute', options: DriverOptions): Send {
  const run: Run = connection[method].bind(connection) as Run;
  return (sql, ...rest) => {
    const callback = rest.at(-1) as Callback;
    const span = startSpan(`SQL ${operationOf(sql)}`, {
      kind: 'client',
      attributes: { 'db.system.name': 'mariadb', 'db.operation.name': operationOf(sql) },
    });
    const caller = context.active();
    const done: Callback = (error, ...results) => {
      if (error !== null) failSpan(span, error);
      span.end();
      if (error !== null && Reflect.get(error, 'code') === 'PROTOCOL_SEQUENCE_TIMEOUT') dropConnection(connection);
      context.with(caller, () => callback(error, ...results));
    };
    return run({ sql, timeout: options.queryTimeoutMs }, ...rest.slice(0, -1), done);
  };
}

/** The start of a transaction waits for its first statement: at READ COMMITTED nothing is seen or locked before that. */
function delayBegin(connection: Connection, sends: Readonly<Record<'query' | 'execute', Send>>): void {
  let isBeginDue = false;
  for (const method of ['query', 'execute'] as const) {
    const send = sends[method];
    Reflect.set(connection, method, (statement: unknown, ...rest: readonly unknown[]): unknown => {
      const callback = rest.at(-1) as Callback;
      const sql = typeof statement === 'string' ? statement : String(Reflect.get(statement as object, 'sql'));
      const isBegin = sql === BEGIN;
      if (!isBegin && !isBeginDue) return send(sql, ...rest);
      isBeginDue = isBegin;
      // Nothing was done in it.
      if (isBegin || ENDS.includes(sql)) return answerNow(callback);
      if (method === 'query' && sql.startsWith(JOINS_BEGIN)) return send(joinBegin(sql), unwrapRows(callback));
      return sends.query(BEGIN, (error: Error | null) => {
        if (error === null) return void send(sql, ...rest);
        // Without a transaction, every further statement would commit by itself.
        dropConnection(connection);
        callback(error);
      });
    });
  }
}

/** MariaDB's compound statement: one packet, without `multipleStatements`, which would let an injected statement through anywhere. */
function joinBegin(sql: string): string {
  return `BEGIN NOT ATOMIC ${BEGIN} ${sql.slice(JOINS_BEGIN.length)}; END`;
}

/** A compound statement answers with the rows and then a header. */
function unwrapRows(callback: Callback): Callback {
  return (error, result, ...rest) => callback(error, Array.isArray(result) ? result[0] : result, ...rest);
}

function answerNow(callback: Callback): EventEmitter {
  process.nextTick(callback, null, {});
  return new EventEmitter();
}

/** First word of a statement; the rest may hold personal data. */
function operationOf(sql: string): string {
  return /^(?:\s|\/\*joins-begin\*\/)*(\w+)/.exec(sql)?.[1]?.toUpperCase() ?? 'STATEMENT';
}
