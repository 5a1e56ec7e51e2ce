// A broker with the queues of stage `dev`, a parameter store, and the operator's commands as processes of their own that find both by a
// `platform.json`, as they find a running platform.
import { type ChildProcess, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough, Writable } from 'node:stream';
import { PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { type Message, SendMessageBatchCommand, SendMessageCommand } from '@aws-sdk/client-sqs';
import { listQueues, type QueueName } from '@torii/contracts';
import { startTestBroker, type TestBroker } from '@torii/testing';
import type { Program } from '../src/cli/io.ts';
import { execute } from '../src/cli/run-command.ts';
import { dlq } from '../src/commands/dlq.ts';
import { replayHistory } from '../src/commands/replay-history.ts';
import type { DeadLetterSource } from '../src/dead-letters/queues.ts';

export interface CommandResult {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface RunningCommand {
  readonly process: ChildProcess;
  readonly ended: Promise<CommandResult>;
}

export interface Operations {
  readonly broker: TestBroker;
  /** Runs `dlq` or `replay` to its end, in this process; standard input is no terminal. */
  run(command: 'dlq' | 'replay', ...words: readonly string[]): Promise<CommandResult>;
  /** The same at a terminal where somebody types `answer`. */
  runAndAnswer(answer: string, command: 'dlq' | 'replay', ...words: readonly string[]): Promise<CommandResult>;
  /** In a process of its own. */
  start(command: 'dlq' | 'replay', ...words: readonly string[]): RunningCommand;
  /** In a process of its own that takes the broker for AWS: by the environment, as the SDK has it. */
  startInAws(command: 'dlq' | 'replay', ...words: readonly string[]): RunningCommand;
  queueUrl(name: QueueName | `${DeadLetterSource}-dlq`): string;
  /** Messages in the queue, those that somebody holds included. */
  depth(name: QueueName | `${DeadLetterSource}-dlq`): number;
  /** Takes and deletes all that is visible. */
  takeAll(name: QueueName | `${DeadLetterSource}-dlq`): Promise<readonly Message[]>;
  /** Puts dead letters into the queue's dead-letter queue, as a consumer does. */
  addDeadLetters(name: DeadLetterSource, letters: readonly Letter[]): Promise<void>;
  /** An object of the archive. @param hour `YYYY/MM/DD/HH` */
  archive(publisher: string, hour: string, lines: readonly string[], ending?: string): Promise<string>;
  readonly home: string;
  /** Commands reach SQS by this URL; undefined: at the broker itself. */
  routeSqs(url: string | undefined): void;
  stop(): Promise<void>;
}

export interface Letter {
  readonly body: string;
  /** Undefined: the queue itself moved it. */
  readonly failure?: Readonly<Record<string, unknown>> | undefined;
  readonly attributes?: Readonly<Record<string, string>>;
}

const SOURCES = join(import.meta.dirname, '..', 'src');
/** `npm run` of this many seconds is a hanging one. */
const COMMAND_TIMEOUT_MS = 90_000;

export async function startOperations(): Promise<Operations> {
  const broker = await startTestBroker();
  const urls = new Map<string, string>();
  for (const { name } of listQueues()) {
    const url = broker.createQueue(`torii-dev-${name}`);
    urls.set(name, url).set(`${name}-dlq`, `${url}-dlq`);
  }
  const schedules = broker.createQueue('torii-dev-schedules');
  urls.set('schedules-dlq', `${schedules}-dlq`);
  const parameters = await startParameterStore({ '/torii/dev/messages-bucket': broker.messagesBucket });
  const home = mkdtempSync(join(tmpdir(), 'torii-operations-'));
  const routeSqs: Operations['routeSqs'] = (url = broker.endpoint) => {
    const endpoints = { sqs: url, s3: broker.endpoint, events: parameters.url };
    writeFileSync(join(home, 'platform.json'), JSON.stringify({ region: 'eu-west-1', console: 'http://localhost:8002', endpoints }));
  };
  routeSqs(undefined);
  const s3 = new S3Client({
    region: 'eu-west-1',
    endpoint: broker.endpoint,
    forcePathStyle: true,
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
  });
  const queueUrl: Operations['queueUrl'] = (name) => urls.get(name) ?? '';
  const start: Operations['start'] = (command, ...words) => startCommand(join(SOURCES, `${command}.ts`), words, { TORII_HOME: home });
  const aws = { ...broker.env, AWS_REGION: undefined, AWS_ENDPOINT_URL_SSM: parameters.url };
  return {
    broker,
    home,
    routeSqs,
    queueUrl,
    start,
    startInAws: (command, ...words) => startCommand(join(SOURCES, `${command}.ts`), words, aws),
    run: (command, ...words) => runProgram(PROGRAMS[command], words, home),
    runAndAnswer: (answer, command, ...words) => runProgram(PROGRAMS[command], words, home, answer),
    depth: (name) => broker.depth(queueUrl(name)),
    takeAll: (name) => broker.receiveAll(queueUrl(name), broker.depth(queueUrl(name))),
    addDeadLetters: (name, letters) => addDeadLetters(broker, queueUrl(`${name}-dlq`), letters),
    archive: async (publisher, hour, lines, ending = '\n') => {
      const key = `archive/${publisher}/${hour}/torii-dev-${publisher}-1-${randomUUID()}`;
      await s3.send(new PutObjectCommand({ Bucket: broker.messagesBucket, Key: key, Body: `${lines.join('\n')}${ending}` }));
      return key;
    },
    stop: async () => {
      s3.destroy();
      await parameters.stop();
      await broker.stop();
      rmSync(home, { recursive: true, force: true });
    },
  };
}

const PROGRAMS = { dlq, replay: replayHistory } as const;

/** Runs it to its end, in this process. @param answer typed at a terminal; undefined: there is none */
export async function runProgram(program: Program, words: readonly string[], home: string, answer?: string): Promise<CommandResult> {
  const texts = { stdout: '', stderr: '' };
  const collect = (name: keyof typeof texts) =>
    new Writable({
      write: (chunk: Buffer, _encoding, done) => {
        texts[name] += chunk.toString();
        done();
      },
    });
  const [stdin, stderr] = [new PassThrough(), collect('stderr')];
  if (answer !== undefined) {
    for (const stream of [stdin, stderr]) Object.assign(stream, { isTTY: true });
    stdin.write(`${answer}\n`);
  }
  const io = { env: { TORII_HOME: home }, stdin, stdout: collect('stdout'), stderr };
  return { code: await execute(program, words, io, new AbortController().signal), ...texts };
}

function startCommand(file: string, words: readonly string[], variables: NodeJS.ProcessEnv): RunningCommand {
  const env = { PATH: process.env['PATH'], HOME: tmpdir(), ...variables };
  const child = spawn(process.execPath, [file, ...words], { env, stdio: ['ignore', 'pipe', 'pipe'], timeout: COMMAND_TIMEOUT_MS });
  const texts = { stdout: '', stderr: '' };
  child.stdout.on('data', (chunk: Buffer) => (texts.stdout += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (texts.stderr += chunk.toString()));
  const ended = new Promise<CommandResult>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => resolve({ code, ...texts }));
  });
  return { process: child, ended };
}

/** As much of Systems Manager as the commands ask for. */
async function startParameterStore(parameters: Readonly<Record<string, string>>): Promise<{ url: string; stop(): Promise<void> }> {
  const server = createServer((request, response) => {
    let text = '';
    request.on('data', (chunk: Buffer) => (text += chunk.toString()));
    request.on('end', () => {
      const { Name: name } = JSON.parse(text) as { Name: string };
      const value = parameters[name];
      response.writeHead(value === undefined ? 400 : 200, { 'content-type': 'application/x-amz-json-1.1' });
      response.end(JSON.stringify(value === undefined ? { __type: 'ParameterNotFound' } : { Parameter: { Name: name, Value: value } }));
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

async function addDeadLetters({ sqs }: TestBroker, queueUrl: string, letters: readonly Letter[]): Promise<void> {
  for (let at = 0; at < letters.length; at += 10) {
    const Entries = letters.slice(at, at + 10).map(({ body, failure, attributes = {} }, index) => ({
      Id: String(index),
      MessageBody: body,
      MessageAttributes: toAttributes({ ...attributes, ...(failure !== undefined && { failure: JSON.stringify(failure) }) }),
    }));
    await sqs.send(new SendMessageBatchCommand({ QueueUrl: queueUrl, Entries }));
  }
}

export async function send({ sqs }: TestBroker, queueUrl: string, body: string): Promise<void> {
  await sqs.send(new SendMessageCommand({ QueueUrl: queueUrl, MessageBody: body }));
}

function toAttributes(texts: Readonly<Record<string, string>>): Record<string, { DataType: string; StringValue: string }> {
  return Object.fromEntries(Object.entries(texts).map(([name, value]) => [name, { DataType: 'String', StringValue: value }]));
}

/** An envelope as JSON. */
export function toBody(id: string, type: string, data: unknown, more: Readonly<Record<string, unknown>> = {}): string {
  return JSON.stringify({
    specversion: '1.0',
    id,
    source: `/torii/${type.split('.')[0]}`,
    type,
    subject: 'subject-1',
    time: '2025-11-22T12:30:00.000Z',
    datacontenttype: 'application/json',
    ...more,
    data,
  });
}

/** Ids of envelopes, sorted. */
export function idsOf(messages: readonly Message[]): readonly string[] {
  return messages.map(({ Body: body = '{}' }) => String((JSON.parse(body) as { id?: unknown }).id)).toSorted();
}
