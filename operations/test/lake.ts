// A lake on a broker of its own, with the table and the queries of the templates, and an Athena that knows both: as the platform serves them,
// and as AWS would.
import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { startTestBroker } from '@torii/testing';
import { LOG_COLUMNS, LOG_TABLE, PARTITION_COLUMN } from '../../infra/src/log-lake/columns.ts';
import { readLogQueries } from '../../infra/src/log-lake/read-queries.ts';
import { logs } from '../src/commands/logs.ts';
import { hourOf } from '../src/logs/parse-values.ts';
import { type CommandResult, runProgram } from './harness.ts';

export interface Lake {
  /** An object of these lines in the folder of the hour. */
  put(lines: readonly string[], at?: Date): Promise<void>;
  /** `npm run logs`, in this process. */
  run(...words: readonly string[]): Promise<CommandResult>;
  /** The same with `--env`: it takes the broker for AWS. */
  runInAws(...words: readonly string[]): Promise<CommandResult>;
  /** What Athena was told to run. */
  readonly started: Started[];
  /** From now on every query fails for this reason. */
  failWith(reason: string | undefined): void;
  stop(): Promise<void>;
}

export interface Started {
  readonly QueryString: string;
  readonly WorkGroup: string;
  readonly QueryExecutionContext: { readonly Database: string };
  readonly ExecutionParameters?: readonly string[];
}

type Operation = (input: Readonly<Record<string, unknown>>) => unknown;

const DATABASE = 'torii_dev';

export async function startLake(): Promise<Lake> {
  const broker = await startTestBroker();
  broker.createQueue('torii-dev-identity-commands');
  const started: Started[] = [];
  const failure: Failure = { reason: undefined };
  const athena = await startAthena(athenaOperations(broker.messagesBucket, started, failure));
  // What the SDK finds AWS by, unless a command says otherwise, as it does for the platform on this machine.
  Object.assign(process.env, broker.env, { AWS_ENDPOINT_URL_ATHENA: athena.url });
  const home = mkdtempSync(join(tmpdir(), 'torii-lake-'));
  const endpoints = { sqs: broker.endpoint, s3: broker.endpoint, events: athena.url };
  writeFileSync(join(home, 'platform.json'), JSON.stringify({ region: 'eu-west-1', console: 'http://localhost:8002', endpoints }));
  const credentials = { accessKeyId: 'local', secretAccessKey: 'local' };
  const s3 = new S3Client({ region: 'eu-west-1', endpoint: broker.endpoint, forcePathStyle: true, credentials });
  return {
    started,
    failWith: (reason) => {
      failure.reason = reason;
    },
    put: async (lines, at = new Date()) => {
      const Key = `logs/${hourOf(at.getTime())}/torii-dev-log-lake-1-${randomUUID()}.ndjson.gz`;
      const Body = gzipSync(lines.map((line) => `${line.trimEnd()}\n`).join(''));
      await s3.send(new PutObjectCommand({ Bucket: broker.messagesBucket, Key, Body }));
    },
    run: (...words) => runProgram(logs, words, home),
    runInAws: (...words) => runProgram(logs, [...words, '--env', 'dev', '--region', 'eu-west-1'], home),
    stop: async () => {
      s3.destroy();
      await athena.stop();
      await broker.stop();
      rmSync(home, { recursive: true, force: true });
    },
  };
}

interface Failure {
  reason: string | undefined;
}

function athenaOperations(bucket: string, started: Started[], failure: Failure): Readonly<Record<string, Operation>> {
  const queries = readLogQueries();
  const column = ({ name, type }: { readonly name: string; readonly type: string }) => ({ Name: name, Type: type });
  return {
    ListNamedQueries: () => ({ NamedQueryIds: queries.map(({ name }) => name) }),
    BatchGetNamedQuery: () => ({
      NamedQueries: queries.map(({ name, description, sql }) => ({
        Name: name,
        Description: description,
        Database: DATABASE,
        QueryString: sql,
      })),
    }),
    ListTableMetadata: () => ({
      TableMetadataList: [
        {
          Name: LOG_TABLE,
          Columns: LOG_COLUMNS.map(column),
          PartitionKeys: [column({ name: PARTITION_COLUMN, type: 'string' })],
          Parameters: {
            location: `s3://${bucket}/logs/`,
            ...Object.fromEntries(LOG_COLUMNS.map(({ name, field }) => [`serde.param.mapping.${name}`, field])),
          },
        },
      ],
    }),
    StartQueryExecution: (input) => {
      started.push(parseStarted(input));
      return { QueryExecutionId: 'execution-1' };
    },
    GetQueryExecution: () => ({
      QueryExecution: {
        Status: { State: failure.reason === undefined ? 'SUCCEEDED' : 'FAILED', StateChangeReason: failure.reason },
        Statistics: { DataScannedInBytes: 2_500_000 },
      },
    }),
    GetQueryResults: () => ({
      ResultSet: {
        ResultSetMetadata: {
          ColumnInfo: [
            { Name: 'service', Type: 'varchar' },
            { Name: 'requests', Type: 'bigint' },
          ],
        },
        Rows: [
          ['service', 'requests'],
          ['catalog', '42'],
        ].map((cells) => ({ Data: cells.map((VarCharValue) => ({ VarCharValue })) })),
      },
    }),
  };
}

function parseStarted(input: unknown): Started {
  return input as Started;
}

async function startAthena(operations: Readonly<Record<string, Operation>>): Promise<{ readonly url: string; stop(): Promise<void> }> {
  const server = createServer((request, response) => {
    let text = '';
    request.on('data', (chunk: Buffer) => (text += chunk.toString()));
    request.on('end', () => {
      const name = String(request.headers['x-amz-target']).split('.')[1] ?? '';
      response.writeHead(200, { 'content-type': 'application/x-amz-json-1.1' });
      response.end(JSON.stringify(operations[name]?.(JSON.parse(text) as Record<string, unknown>)));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  return {
    url: `http://127.0.0.1:${port}`,
    stop: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
