// A query on the laptop: the objects of the local lake are fetched, and DuckDB reads them as the template's table says.
import { createWriteStream } from 'node:fs';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { type AthenaClient, ListTableMetadataCommand, type TableMetadata } from '@aws-sdk/client-athena';
import { GetObjectCommand, paginateListObjectsV2, type S3Client } from '@aws-sdk/client-s3';
import type { DuckDBConnection } from '@duckdb/node-api';
import { OperationError } from '../cli/usage-error.ts';
import { explainAwsError } from '../target/explain-aws-error.ts';
import type { Answer, Cell } from './answer.ts';
import type { NamedQuery } from './named-query.ts';
import { quoteName, quoteText, translateSql, translateType } from './translate-sql.ts';

export interface LocalQuestion {
  readonly athena: AthenaClient;
  readonly s3: S3Client;
  readonly query: NamedQuery;
  readonly values: readonly string[];
  readonly signal: AbortSignal;
}

/** At once, from this machine to itself. */
const FETCHES = 16;

/** @throws OperationError when the lake cannot be read, or DuckDB does not understand */
export async function askDuckDb(question: LocalQuestion): Promise<Answer> {
  const folder = await mkdtemp(join(tmpdir(), 'torii-logs-'));
  try {
    const tables = await listTables(question);
    const lakes = await Promise.all(tables.map(async (table) => ({ table, files: await fetchFiles(question, table, folder) })));
    const answer = await run(question, lakes);
    const count = lakes.reduce((sum, { files }) => sum + files.length, 0);
    return { ...answer, remark: `${count} file${count === 1 ? '' : 's'} read` };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

interface Lake {
  readonly table: Table;
  /** Copies of its objects. */
  readonly files: readonly string[];
}

interface Table {
  readonly name: string;
  readonly bucket: string;
  /** Ends with a slash. */
  readonly prefix: string;
  readonly columns: readonly { readonly name: string; readonly type: string; readonly field: string }[];
  /** The column that is no field but the folder of the file. */
  readonly partition: string;
}

async function listTables({ athena, query }: LocalQuestion): Promise<readonly Table[]> {
  try {
    const { TableMetadataList: found = [] } = await athena.send(
      new ListTableMetadataCommand({ CatalogName: 'AwsDataCatalog', DatabaseName: query.database }),
    );
    return found.map(parseTable);
  } catch (error) {
    throw explainAwsError(error, `The tables of ${query.database} cannot be listed`);
  }
}

function parseTable({
  Name: name = '',
  Columns: columns = [],
  PartitionKeys: keys = [],
  Parameters: parameters = {},
}: TableMetadata): Table {
  const [, bucket, prefix] = /^s3:\/\/([^/]+)\/(.*)$/.exec(parameters['location'] ?? '') ?? [];
  const [partition, ...others] = keys;
  if (bucket === undefined || prefix === undefined || partition?.Name === undefined || others.length > 0)
    throw new OperationError(`Table ${name} cannot be read here: it has no location in S3, or not one partition column.`);
  return {
    name,
    bucket,
    prefix,
    partition: partition.Name,
    columns: columns.map(({ Name = '', Type = '' }) => ({
      name: Name,
      type: Type,
      field: parameters[`serde.param.mapping.${Name}`] ?? Name,
    })),
  };
}

/** Only folders of the hours that are asked for, as Athena has it. */
async function fetchFiles(
  { s3, query, values, signal }: LocalQuestion,
  { bucket, prefix }: Table,
  folder: string,
): Promise<readonly string[]> {
  const bound = (name: string): string | undefined => values[query.parameters.indexOf(name)];
  const [first = '', last = '9'] = [bound('first-hour'), bound('last-hour')];
  const keys: string[] = [];
  try {
    for await (const page of paginateListObjectsV2({ client: s3 }, { Bucket: bucket, Prefix: prefix, StartAfter: `${prefix}${first}` })) {
      const found = (page.Contents ?? []).flatMap(({ Key: key }) => key ?? []);
      keys.push(...found.filter((key) => key.slice(prefix.length, prefix.length + last.length) <= last));
    }
    const waiting = [...keys];
    const fetchNext = async (): Promise<void> => {
      for (let key = waiting.pop(); key !== undefined; key = waiting.pop()) await fetchFile(s3, { bucket, key, folder, signal });
    };
    await Promise.all(Array.from({ length: FETCHES }, fetchNext));
  } catch (error) {
    if (signal.aborted) throw error;
    throw explainAwsError(error, `The lake s3://${bucket}/${prefix} cannot be read`);
  }
  return keys.map((key) => join(folder, key));
}

interface Fetch {
  readonly bucket: string;
  readonly key: string;
  readonly folder: string;
  readonly signal: AbortSignal;
}

async function fetchFile(s3: S3Client, { bucket, key, folder, signal }: Fetch): Promise<void> {
  const { Body: body } = await s3.send(new GetObjectCommand({ Bucket: bucket, Key: key }), { abortSignal: signal });
  if (!(body instanceof Readable)) throw new OperationError(`s3://${bucket}/${key} cannot be read: it has no body.`);
  const file = join(folder, key);
  await mkdir(dirname(file), { recursive: true });
  await pipeline(body, createWriteStream(file), { signal });
}

async function run({ query, values }: LocalQuestion, lakes: readonly Lake[]): Promise<Answer> {
  // Sixty megabytes of machine code: for those who ask.
  const { DuckDBInstance } = await import('@duckdb/node-api');
  const instance = await DuckDBInstance.create(':memory:', { autoinstall_known_extensions: 'false', autoload_known_extensions: 'false' });
  const connection = await instance.connect();
  try {
    for (const lake of lakes) await connection.run(createView(lake));
    return await ask(connection, translateSql(query.sql), values);
  } catch (error) {
    throw new OperationError(`Query ${query.name} cannot be answered here: ${error instanceof Error ? error.message : String(error)}`, {
      cause: error,
    });
  } finally {
    connection.closeSync();
    instance.closeSync();
  }
}

async function ask(connection: DuckDBConnection, sql: string, values: readonly string[]): Promise<Answer> {
  const statement = await connection.prepare(sql);
  values.forEach((value, index) => statement.bindVarchar(index + 1, value));
  const reader = await statement.runAndReadAll();
  return { columns: reader.columnNames(), rows: reader.getRowsJS().map((row) => row.map(toCell)) };
}

/** Whole numbers are wider than JavaScript's; none here is too large for it. */
function toCell(value: unknown): Cell {
  if (typeof value === 'bigint') return Number(value);
  if (value === null || typeof value === 'number' || typeof value === 'boolean' || typeof value === 'string') return value;
  return JSON.stringify(value);
}

/** The table as a view of the files: fields become columns, and the folder is one more. */
function createView({ table, files }: Lake): string {
  const { name, columns, partition, prefix } = table;
  const types = columns.map(({ field, type }) => `${quoteName(field)}: ${quoteText(translateType(type))}`);
  const selected = columns.map(({ name: column, field }) => `${quoteName(field)} AS ${quoteName(column)}`);
  if (files.length === 0) {
    const nothing = columns.map(({ name: column, type }) => `CAST(NULL AS ${translateType(type)}) AS ${quoteName(column)}`);
    return `CREATE VIEW ${quoteName(name)} AS SELECT ${[...nothing, `CAST(NULL AS VARCHAR) AS ${quoteName(partition)}`].join(', ')} WHERE false`;
  }
  const list = files.map(quoteText).join(', ');
  const options = `format = 'newline_delimited', columns = {${types.join(', ')}}, ignore_errors = true, filename = true`;
  const folder = `regexp_extract(filename, ${quoteText(`${prefix}(.*)/[^/]+$`)}, 1) AS ${quoteName(partition)}`;
  return `CREATE VIEW ${quoteName(name)} AS SELECT ${[...selected, folder].join(', ')} FROM read_json([${list}], ${options})`;
}
