import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createLogger } from '@torii/chassis';
import { startCognitoTrial } from '../../../local/test/cognito-trial.ts';
import { createAccounts } from '../src/cognito/accounts.ts';
import { readConfig } from '../src/config.ts';
import { createFrontend } from '../src/service.ts';
import { createTestBrowser, type TestBrowser } from './test-browser.ts';

/** A request as it reached the API. */
export interface Received {
  readonly method: string;
  readonly url: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}

export type Answer = (received: Received, response: ServerResponse) => void;

/** The whole service in this process, before a real user pool API and a server that stands for API Gateway. */
export interface TestFrontend {
  readonly baseUrl: string;
  readonly api: { readonly received: Received[]; answer: Answer; readonly url: string };
  /** Code of the newest message to this address. */
  codeFor(email: string): string;
  /** Moves the clocks of the user pool and of the service. */
  advance(ms: number): void;
  browser(): TestBrowser;
  /** A browser in which a new person has signed up, confirmed and logged in. */
  loggedIn(): Promise<TestBrowser & { readonly email: string }>;
  stop(): Promise<void>;
}

export const PASSWORD = 'Correct-horse-9';
const SILENT = createLogger({ serviceName: 'frontend', level: process.env['TEST_LOG_LEVEL'] ?? 'silent' });
const INDEX = '<!doctype html><meta name="csp-nonce" content="__CSP_NONCE__"><title>Torii</title>';

export interface TestFrontendOptions {
  /** The built pages. @default an empty page */
  readonly webFolder?: string;
  /** Where presigned links lead. */
  readonly s3Url?: string;
}

export async function startTestFrontend(options: TestFrontendOptions = {}): Promise<TestFrontend> {
  const [cognito, api, emptyFolder] = [await startCognitoTrial(), await startTestApi(), await createWebFolder()];
  let offsetMs = 0;
  let people = 0;
  const config = readConfig({
    SERVICE_NAME: 'frontend',
    ENVIRONMENT: 'test',
    HOST: '127.0.0.1',
    PORT: '0',
    API_URL: `${api.url}/`,
    USER_POOL_CLIENT_ID: cognito.clientId,
    SESSION_SECRET: 's'.repeat(64),
    FILES_BUCKET: 'files',
    AWS_REGION: 'eu-west-1',
    AWS_ENDPOINT_URL_S3: options.s3Url ?? 'http://127.0.0.1:1',
  });
  const service = await createFrontend(config, {
    logger: SILENT,
    telemetry: { flush: async () => {}, shutdown: async () => {} },
    accounts: createAccounts(cognito.clientId, cognito.client),
    clock: { now: () => new Date(Date.now() + offsetMs) },
    webFolder: options.webFolder ?? emptyFolder,
  });
  const { port } = await service.start();
  const baseUrl = `http://127.0.0.1:${port}`;
  const codeFor = (email: string) => cognito.mails.findLast(({ to }) => to === email)?.code ?? '';
  const browser = () => createTestBrowser(baseUrl);
  return {
    baseUrl,
    api,
    codeFor,
    browser,
    advance: (ms) => {
      offsetMs += ms;
      cognito.advance(ms);
    },
    loggedIn: async () => {
      const visitor = browser();
      const email = `person-${(people += 1)}@example.com`;
      await visitor.post('/bff/sign-up', { email, password: PASSWORD, locale: 'en' });
      await visitor.post('/bff/sign-up/confirm', { email, code: codeFor(email) });
      await visitor.post('/bff/session', { email, password: PASSWORD });
      return { ...visitor, email };
    },
    stop: async () => {
      await service.stop();
      await Promise.all([api.stop(), cognito.stop(), rm(emptyFolder, { recursive: true })]);
    },
  };
}

async function startTestApi() {
  const api = { received: [] as Received[], answer: answerOk as Answer };
  const receive = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const body = Buffer.concat(await request.toArray()).toString();
    const received = { method: request.method ?? '', url: request.url ?? '', headers: request.headers, body };
    api.received.push(received);
    api.answer(received, response);
  };
  const server = createServer((request, response) => void receive(request, response));
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const stop = () =>
    new Promise<void>((resolve) => {
      server.close(() => resolve());
      server.closeAllConnections();
    });
  return Object.assign(api, { url: `http://127.0.0.1:${port}/v1`, stop });
}

function answerOk(_received: Received, response: ServerResponse): void {
  response.writeHead(200, { 'content-type': 'application/json' }).end('{}');
}

async function createWebFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'torii-web-'));
  await mkdir(join(folder, 'assets'));
  await writeFile(join(folder, 'index.html'), INDEX);
  await writeFile(join(folder, 'assets', 'app-1a2b.js'), 'export {};');
  return folder;
}
