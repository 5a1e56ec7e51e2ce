// People keep repositories in folders whose names no URL leaves as they are.
import { execFile } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';

const SERVICE = join(import.meta.dirname, '..');
const ROOT = join(SERVICE, '..', '..');

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'torii 鳥居 50%-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

/** The service's sources elsewhere, with links to the packages, and a page of its own. */
function copyService(): string {
  const copy = join(folder, 'services', 'frontend');
  cpSync(join(SERVICE, 'src'), join(copy, 'src'), { recursive: true });
  writeFileSync(join(copy, 'package.json'), '{ "type": "module" }');
  symlinkSync(join(ROOT, 'node_modules'), join(folder, 'node_modules'));
  const nested = join(SERVICE, 'node_modules');
  if (existsSync(nested)) symlinkSync(nested, join(copy, 'node_modules'));
  mkdirSync(join(copy, 'dist'));
  writeFileSync(join(copy, 'dist', 'index.html'), '<title>Torii</title>');
  return copy;
}

const ENVIRONMENT = {
  SERVICE_NAME: 'frontend',
  ENVIRONMENT: 'test',
  LOG_LEVEL: 'error',
  HOST: '127.0.0.1',
  PORT: '0',
  API_URL: 'http://127.0.0.1:1/v1',
  USER_POOL_CLIENT_ID: 'web',
  SESSION_SECRET: 's'.repeat(64),
  FILES_BUCKET: 'files',
  AWS_REGION: 'eu-west-1',
};

describe('the service in a folder with a space, a percent sign and letters beyond ASCII', () => {
  it('finds its pages', async () => {
    const sources = join(copyService(), 'src');
    const load = (file: string): string => `await import(${JSON.stringify(pathToFileURL(join(sources, file)).href)})`;
    const program = `
      const [{ readConfig }, { createFrontend }] = [${load('config.ts')}, ${load('service.ts')}];
      const { port } = await (await createFrontend(readConfig(process.env))).start();
      const response = await fetch('http://127.0.0.1:' + port, { headers: { accept: 'text/html' } });
      console.log(response.status, await response.text());
      process.exit();`;
    const env = { ...process.env, NODE_OPTIONS: '', ...ENVIRONMENT };
    const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '--eval', program], { cwd: folder, env });
    expect(stdout).toBe('200 <title>Torii</title>\n');
  });
});
