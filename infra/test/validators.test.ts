import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';

const BROKEN_APP = fileURLToPath(new URL('./fixtures/broken-app.ts', import.meta.url));
const APP = fileURLToPath(new URL('../src/app.ts', import.meta.url));

// Each case loads aws-cdk-lib in a process of its own, which takes long on a busy machine.
jest.setTimeout(60_000);

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'torii-broken-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('synthesis', () => {
  it.each([
    ['errors', ['AwsSolutions-SNS3', 'VisibilityTimeout']],
    ['warnings', ['W3010']],
  ])('fails when an app has %s', (kind, rules) => {
    const { status, output } = run(BROKEN_APP, folder, kind);
    for (const rule of rules) expect(output).toContain(rule);
    expect(status).toBe(1);
  });

  it('refuses an unknown environment before it begins', () => {
    const { status, output } = run(APP, '--env', 'qa');
    expect(output).toBe("Environment 'qa' cannot be synthesized: it is not one of dev, staging, prod.\n");
    expect(status).toBe(1);
  });
});

function run(program: string, ...args: readonly string[]): { readonly status: number | null; readonly output: string } {
  const { status, stdout, stderr } = spawnSync(process.execPath, [program, ...args], { encoding: 'utf8' });
  return { status, output: stdout + stderr };
}
