import { EventEmitter } from 'node:events';
import { context } from '@opentelemetry/api';
import mysql, { type Connection, type ConnectionOptions } from 'mysql2';
import { failSpan, startSpan } from '../telemetry/spans.ts';
import { dropConnection } from './drop-connection.ts';
import { createJoiner, describeStatements, isTogether, joinStatements } from './join-statements.ts';

// Sequelize is given this instead of finding mysql2 itself: a Lambda bundle cannot require by name. It is also the one
// place every statement passes, so it is where statements get their timeout and their span.

interface DriverOptions {
  readonly queryTimeoutMs: number;
  /** Called when the server refuses the credentials. */
  readonly onAccessDenied: () => void;
}

type Callback = (error: Error | null, ...results: readonly unknown[]) => void;
type Run = (statement: unknown, ...rest: readonly unknown[]) => unknown;
/** Several statements are sent as one. The last of `rest` is the callback. */
type Send = (statements: readonly string[], ...rest: readonly unknown[]) => unknown;

/** The part of mysql2 that Sequelize uses. */
export function createSqlDriver(options: DriverOptions): object {
  return {
    createConnection(config: ConnectionOptions): Connection {
      const connection = mysql.createConnection({ ...config, queryFormat: asItIs });
      connection.on('error', (error: Error) => {
        if (Reflect.get(error, 'code') === 'ER_ACCESS_DENIED_ERROR') options.onAccessDenied();
      });
      joinPackets(connection, { query: guard(connection, 'query', options), execute: guard(connection, 'execute', options) });
      return connection;
    },
  };
}

/** @returns what sends statements: one without an answer in time fails, and its connection is thrown away, as the answer may still come */
function guard(connection: Connection, method: 'query' | 'execute', options: DriverOptions): Send {
  const run: Run = connection[method].bind(connection) as Run;
  return (statements, ...rest) => {
    const callback = rest.at(-1) as Callback;
    const operation = describeStatements(statements);
    const span = startSpan(`SQL ${operation}`, {
      kind: 'client',
      attributes: { 'db.system.name': 'mariadb', 'db.operation.name': operation },
    });
    const caller = context.active();
    const done: Callback = (error, ...results) => {
      if (error !== null) {
        nameClosed(error);
        failSpan(span, error);
      }
      span.end();
      if (error !== null && Reflect.get(error, 'code') === 'PROTOCOL_SEQUENCE_TIMEOUT') dropConnection(connection);
      context.with(caller, () => callback(error, ...results));
    };
    return run({ sql: joinStatements(statements), timeout: options.queryTimeoutMs }, ...rest.slice(0, -1), done);
  };
}

/** Sequelize has put the values in; mysql2 would look through every character for places to put some. */
function asItIs(sql: string): string {
  return sql;
}

/** A connection that has ended refuses statements without a code, by which others know that the database is away. */
function nameClosed(error: Error): void {
  if (Reflect.get(error, 'fatal') === true && Reflect.get(error, 'code') === undefined)
    Reflect.set(error, 'code', 'PROTOCOL_CONNECTION_LOST');
}

/** Has statements wait for each other; see join-statements.ts. */
function joinPackets(connection: Connection, sends: Readonly<Record<'query' | 'execute', Send>>): void {
  const decide = createJoiner();
  for (const method of ['query', 'execute'] as const) {
    const send = sends[method];
    Reflect.set(connection, method, (statement: unknown, ...rest: readonly unknown[]): unknown => {
      const callback = rest.at(-1) as Callback;
      const sql = typeof statement === 'string' ? statement : String(Reflect.get(statement as object, 'sql'));
      const step = decide(sql, method === 'query');
      if (step.kind === 'answer') return answerNow(callback);
      if (step.kind === 'send') return sendStep(send, step.statements, rest);
      return sends.query(step.earlier, (error: Error | null) => {
        if (error === null) return void send([sql], ...rest);
        // Without a transaction, every further statement would commit by itself.
        dropConnection(connection);
        callback(error);
      });
    });
  }
}

/** A compound statement answers with the rows of each of its statements, and then a header. */
function sendStep(send: Send, statements: readonly string[], rest: readonly unknown[]): unknown {
  const last = statements.at(-1) ?? '';
  if (statements.length === 1 && !isTogether(last)) return send(statements, ...rest);
  const callback = rest.at(-1) as Callback;
  return send(statements, ((error, result, ...others) => {
    const rows: unknown = Array.isArray(result) ? (isTogether(last) ? result.slice(0, -1) : result[0]) : result;
    callback(error, rows, ...others);
  }) satisfies Callback);
}

function answerNow(callback: Callback): EventEmitter {
  process.nextTick(callback, null, {});
  return new EventEmitter();
}
