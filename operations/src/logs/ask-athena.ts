// A query in AWS. The workgroup decides how much may be read and where the answer is kept; values go beside the SQL, not into it.
import { setTimeout as delay } from 'node:timers/promises';
import {
  type AthenaClient,
  GetQueryExecutionCommand,
  paginateGetQueryResults,
  type QueryExecution,
  StartQueryExecutionCommand,
  StopQueryExecutionCommand,
} from '@aws-sdk/client-athena';
import { OperationError } from '../cli/usage-error.ts';
import { explainAwsError } from '../target/explain-aws-error.ts';
import type { Answer, Cell } from './answer.ts';
import type { NamedQuery } from './named-query.ts';
import { quoteText } from './translate-sql.ts';

export interface AthenaQuestion {
  readonly athena: AthenaClient;
  readonly workGroup: string;
  readonly query: NamedQuery;
  readonly values: readonly string[];
  readonly signal: AbortSignal;
}

/** Athena queues a query and runs it for seconds. */
const POLL_MS = 500;
const NUMBERS = /^(tinyint|smallint|integer|bigint|float|double|decimal)/;

/** @throws OperationError with Athena's own reason */
export async function askAthena(question: AthenaQuestion): Promise<Answer> {
  const { athena, query } = question;
  try {
    const id = await begin(question);
    const execution = await awaitEnd(id, question);
    const answer = await readAnswer(athena, id);
    const scanned = execution.Statistics?.DataScannedInBytes ?? 0;
    return { ...answer, remark: `${(scanned / 1_000_000).toFixed(1)} MB read` };
  } catch (error) {
    if (question.signal.aborted) throw error;
    throw explainAwsError(error, `Query ${query.name} cannot be answered`);
  }
}

async function begin({ athena, workGroup, query, values }: AthenaQuestion): Promise<string> {
  const { QueryExecutionId: id } = await athena.send(
    new StartQueryExecutionCommand({
      QueryString: query.sql,
      QueryExecutionContext: { Database: query.database },
      WorkGroup: workGroup,
      // Athena takes each as a literal of SQL; all of the lake's values are texts.
      ...(values.length > 0 && { ExecutionParameters: values.map(quoteText) }),
    }),
  );
  if (id === undefined) throw new OperationError(`Query ${query.name} cannot be answered: Athena gave it no id.`);
  return id;
}

/** An operator who gives up must not leave a query behind that reads on. */
async function awaitEnd(id: string, question: AthenaQuestion): Promise<QueryExecution> {
  const { athena, signal } = question;
  try {
    for (;;) {
      const asked = new GetQueryExecutionCommand({ QueryExecutionId: id });
      const { QueryExecution: execution } = await athena.send(asked, { abortSignal: signal });
      if (execution !== undefined && hasSucceeded(execution, question.query)) return execution;
      await delay(POLL_MS, undefined, { signal });
    }
  } catch (error) {
    if (signal.aborted) await athena.send(new StopQueryExecutionCommand({ QueryExecutionId: id })).catch(() => undefined);
    throw error;
  }
}

/** False while it runs. @throws OperationError when it has ended in another way */
function hasSucceeded({ Status: status }: QueryExecution, { name }: NamedQuery): boolean {
  const state = status?.State;
  if (state === 'FAILED' || state === 'CANCELLED')
    throw new OperationError(`Query ${name} cannot be answered: ${status?.StateChangeReason ?? state}`);
  return state === 'SUCCEEDED';
}

async function readAnswer(athena: AthenaClient, id: string): Promise<Answer> {
  const rows: Cell[][] = [];
  let columns: readonly { readonly name: string; readonly isNumber: boolean }[] = [];
  for await (const { ResultSet: set } of paginateGetQueryResults({ client: athena }, { QueryExecutionId: id })) {
    columns = (set?.ResultSetMetadata?.ColumnInfo ?? []).map(({ Name = '', Type = '' }) => ({ name: Name, isNumber: NUMBERS.test(Type) }));
    for (const { Data: data = [] } of set?.Rows ?? [])
      rows.push(columns.map(({ isNumber }, index) => toCell(data[index]?.VarCharValue, isNumber)));
  }
  // The first row repeats the names of the columns.
  return { columns: columns.map(({ name }) => name), rows: rows.slice(1) };
}

function toCell(text: string | undefined, isNumber: boolean): Cell {
  if (text === undefined) return null;
  return isNumber && Number.isFinite(Number(text)) ? Number(text) : text;
}
