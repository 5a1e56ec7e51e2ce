// The pages as they are built, in a real Chromium, before the whole frontend service and stand-ins for the API and S3.
import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { launchChromium } from '../../../e2e/src/chromium.ts';
import { createStandInApi, type StandInApi } from './stand-in-api.ts';
import { type StandInFiles, startStandInFiles } from './stand-in-files.ts';
import { startTestFrontend, type TestFrontend } from './start-test-frontend.ts';

type Browser = Awaited<ReturnType<typeof launchChromium>>;
type Page = Awaited<ReturnType<Browser['newPage']>>;

export interface WebTrial {
  readonly api: StandInApi;
  readonly files: StandInFiles;
  readonly frontend: TestFrontend;
  /** Errors of pages, and what the content security policy kept from happening. */
  readonly faults: string[];
  /** A tab of somebody who is logged in. */
  openPage(look?: Look): Promise<Page>;
  stop(): Promise<void>;
}

export interface Look {
  readonly width?: number;
  readonly locale?: string;
  readonly colorScheme?: 'light' | 'dark';
}

const FRONTEND = join(import.meta.dirname, '..');
const VITE = join(FRONTEND, '..', '..', 'node_modules', '.bin', 'vite');
const PATIENCE_MS = 10_000;

export async function startWebTrial(): Promise<WebTrial> {
  const webFolder = await mkdtemp(join(tmpdir(), 'torii-pages-'));
  await promisify(execFile)(VITE, ['build', 'web', '--outDir', webFolder, '--logLevel', 'error'], { cwd: FRONTEND });
  const [api, files, browser] = [createStandInApi(), await startStandInFiles(), await launchChromium()];
  const frontend = await startTestFrontend({ webFolder, s3Url: files.url });
  frontend.api.answer = api.answer;
  const faults: string[] = [];
  const { cookies } = await frontend.loggedIn();
  return {
    api,
    files,
    frontend,
    faults,
    openPage: async ({ width = 1280, locale = 'en-GB', colorScheme = 'light' } = {}) => {
      const context = await browser.newContext({ baseURL: frontend.baseUrl, locale, colorScheme, viewport: { width, height: 900 } });
      await context.addCookies([...cookies].map(([name, value]) => ({ name, value, url: frontend.baseUrl, httpOnly: true })));
      const page = await context.newPage();
      page.setDefaultTimeout(PATIENCE_MS);
      page.on('pageerror', (error) => faults.push(error.message));
      page.on('console', (message) => /Content Security Policy/.test(message.text()) && faults.push(message.text()));
      return page;
    },
    stop: async () => {
      await browser.close();
      await Promise.all([frontend.stop(), files.stop(), rm(webFolder, { recursive: true })]);
    },
  };
}
