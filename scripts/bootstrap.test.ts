import { execFile } from 'node:child_process';
import { chmodSync, copyFileSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';

const SCRIPTS = ['bootstrap.mjs', 'native-packages.mjs'];
let root: string;
let programs: string;

/** A repository without packages, and a PATH with an `npm` that notes it was called and installs Node. */
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'torii-bootstrap-'));
  programs = join(root, 'programs');
  mkdirSync(join(root, 'scripts'));
  mkdirSync(programs);
  for (const name of SCRIPTS) copyFileSync(join(import.meta.dirname, name), join(root, 'scripts', name));
  writeLockfile('1.0.0');
  symlinkSync(process.execPath, join(programs, 'node'));
  writeProgram(
    'npm',
    `echo "$@" >> '${root}/npm-calls'; mkdir -p '${root}/node_modules/.bin'; ln -sf '${process.execPath}' '${root}/node_modules/.bin/node'`,
  );
  writeFileSync(
    join(root, 'script.ts'),
    'const words: readonly string[] = process.argv.slice(2); console.log(words.join("+")); process.exit(words.length);',
  );
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

function writeLockfile(version: string): void {
  writeFileSync(
    join(root, 'package-lock.json'),
    JSON.stringify({ packages: { '': {}, 'node_modules/one': { version }, 'node_modules/other-platform': { optional: true } } }),
  );
}

function writeProgram(name: string, script: string): void {
  writeFileSync(join(programs, name), `#!/bin/sh\n${script}\n`);
  chmodSync(join(programs, name), 0o755);
}

interface Outcome {
  readonly code: number;
  readonly output: string;
  readonly errors: string;
}

function bootstrap(...args: readonly string[]): Promise<Outcome> {
  const env = { PATH: `${programs}:/usr/bin:/bin`, HOME: root };
  return new Promise((resolve) => {
    execFile(process.execPath, [join(root, 'scripts', 'bootstrap.mjs'), ...args], { env }, (error, output, errors) => {
      resolve({ code: error === null ? 0 : Number(error.code), output, errors });
    });
  });
}

const npmCalls = (): number =>
  existsSync(join(root, 'npm-calls')) ? readFileSync(join(root, 'npm-calls'), 'utf8').trim().split('\n').length : 0;

describe('bootstrap.mjs', () => {
  it('installs packages once, then runs the script with its words and passes on its exit code', async () => {
    const first = await bootstrap('--no-natives', 'script.ts', 'a', 'b');
    expect(first).toMatchObject({ code: 2, output: 'a+b\n' });
    expect(first.errors).toMatch(/packages: ready in \d+\.\d s/);
    expect(await bootstrap('--no-natives', 'script.ts', 'a')).toEqual({ code: 1, output: 'a\n', errors: '' });
    expect(npmCalls()).toBe(1);
  });

  it('installs again when the lockfile has changed', async () => {
    await bootstrap('--no-natives', 'script.ts');
    writeLockfile('2.0.0');
    await bootstrap('--no-natives', 'script.ts');
    expect(npmCalls()).toBe(2);
  });

  it('does not when npm has already installed what the lockfile says', async () => {
    await bootstrap('--no-natives', 'script.ts');
    writeLockfile('2.0.0');
    writeFileSync(
      join(root, 'node_modules', '.package-lock.json'),
      JSON.stringify({ packages: { 'node_modules/one': { version: '2.0.0' } } }),
    );
    await bootstrap('--no-natives', 'script.ts');
    expect(npmCalls()).toBe(1);
  });

  it('says what to do when npm fails', async () => {
    writeProgram('npm', 'echo "network is away" >&2; exit 7');
    const { code, errors } = await bootstrap('--no-natives', 'script.ts');
    expect(code).toBe(1);
    expect(errors).toContain('network is away');
    expect(errors).toContain('Packages cannot be installed: npm ci ended with code 7');
  });

  it('finds MariaDB and Redis on PATH, and records them', async () => {
    writeProgram('mariadbd', '');
    writeProgram('redis-server', '');
    mkdirSync(join(root, 'share', 'mysql'), { recursive: true });
    writeFileSync(join(root, 'share', 'mysql', 'mysql_system_tables.sql'), '');
    expect((await bootstrap('script.ts')).code).toBe(0);
    const natives: unknown = JSON.parse(readFileSync(join(root, '.torii', 'native', 'natives.json'), 'utf8'));
    expect(natives).toEqual({
      mariadb: { program: join(programs, 'mariadbd'), prefix: root, share: join(root, 'share', 'mysql'), libraryPath: null },
      redis: { program: join(programs, 'redis-server'), libraryPath: null },
    });
  });

  it('names the script that does not exist', async () => {
    expect(await bootstrap('--no-natives', 'nothing.ts')).toMatchObject({
      code: 1,
      errors: expect.stringContaining('nothing.ts cannot be run: there is no such file'),
    });
  });
});
