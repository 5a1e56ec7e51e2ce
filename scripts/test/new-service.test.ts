// The generator at work in a copy of this repository: what it adds passes what everything else has to pass.
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { spawnSync } from 'node:child_process';
import { existsSync, lstatSync, readFileSync, readlinkSync, rmSync, writeFileSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { ROOT } from '../steps.ts';
import { copyRepository } from './copy-repository.ts';

/** The copy, the generator, the compiler and the fitness tests: ten seconds, more on a busy machine. */
const TIMEOUT_MS = 120_000;
/** A name of two words: the forms it takes in files, code, SQL and variables all differ. */
const NAME = 'order-history';

let copy: string;
beforeAll(() => {
  copy = copyRepository('new-service');
}, TIMEOUT_MS);
afterAll(() => rmSync(copy, { recursive: true, force: true }));

function run(program: string, ...words: readonly string[]): { readonly status: number | null; readonly output: string } {
  const { JEST_WORKER_ID: _worker, ...env } = process.env;
  const path = [dirname(process.execPath), join(copy, 'node_modules', '.bin'), process.env['PATH']].join(delimiter);
  const { status, stdout, stderr } = spawnSync(program, words, {
    cwd: copy,
    encoding: 'utf8',
    env: { ...env, PATH: path, NODE_OPTIONS: '', FORCE_COLOR: '0' },
  });
  return { status, output: `${stdout}${stderr}` };
}

const generate = (...words: readonly string[]): ReturnType<typeof run> => run('node', 'scripts/new-service.ts', ...words);
const readCopy = (path: string): string => readFileSync(join(copy, path), 'utf8');

describe('npm run new:service', () => {
  it('says what it would write, and writes nothing, when asked for a dry run', () => {
    const { status, output } = generate(NAME, '--dry-run');
    expect([status, existsSync(join(copy, 'services', NAME))]).toEqual([0, false]);
    expect(output).toContain(`new      services/${NAME}/src/service.ts`);
    expect(output).toContain('changed  contracts/src/topology.ts');
    expect(readCopy('contracts/src/topology.ts')).toBe(readFileSync(join(ROOT, 'contracts/src/topology.ts'), 'utf8'));
  });

  it.each([
    ['frontend', 'there is services/frontend'],
    ['chassis', 'there is chassis/package.json'],
    ['data', 'there is infra/src/stacks/data-stack.ts'],
    ['problem', 'there is contracts/src/http/problem.ts'],
    ['jobs-worker', 'contracts/src/topology.ts has it'],
    ['logger', 'every service has another createLogger'],
  ])('refuses %s: it is taken', (name, reason) => {
    const { status, output } = generate(name);
    expect([status, output]).toEqual([1, `'${name}' cannot be the name of a service: ${reason}. Choose another name.\n`]);
  });

  it('writes nothing when a file has no place for what it adds, and names the file', () => {
    const file = 'services/frontend/src/domain/api-target.ts';
    const text = readCopy(file);
    writeFileSync(join(copy, file), text.replace('const OPEN_PATHS', 'const PATHS'));
    const { status, output } = generate(NAME);
    writeFileSync(join(copy, file), text);
    expect([status, existsSync(join(copy, 'services', NAME))]).toEqual([1, false]);
    expect(output).toMatch(/^services\/frontend\/src\/domain\/api-target\.ts cannot be changed: .*OPEN_PATHS.* Nothing was written/);
  });
});

describe('the service that it makes', () => {
  beforeAll(() => {
    const { status, output } = generate(NAME);
    expect([status, output]).toEqual([0, expect.stringContaining(`POST and GET /v1/${NAME}/notes`)]);
  }, TIMEOUT_MS);

  it(
    'compiles, with everything that knows of services',
    () => {
      expect(run('tsc', '--project', '.')).toEqual({ status: 0, output: '' });
    },
    TIMEOUT_MS,
  );

  it(
    'is formatted and passes the linter',
    () => {
      const folders = [`services/${NAME}`, `infra/src/stacks/${NAME}-stack.ts`, `contracts/src/http/${NAME}.ts`];
      expect(run('oxfmt', '--check', ...folders, 'contracts/src/topology.ts', 'infra')).toMatchObject({ status: 0 });
      expect(run('oxlint', '--type-aware', '--deny-warnings', ...folders)).toMatchObject({ status: 0 });
    },
    TIMEOUT_MS,
  );

  it('has released what it says, with an example', () => {
    const { status, output } = run('node', 'scripts/contracts-check.ts', '--released');
    expect([status, output]).toEqual([0, expect.stringContaining('Nothing has changed since the release.')]);
    expect(readCopy('docs/events.md')).toContain(`### ${NAME}.note.created.v1`);
  });

  it('is linked as npm links workspaces', () => {
    const link = join(copy, 'node_modules', '@torii', NAME);
    expect([lstatSync(link).isSymbolicLink(), readlinkSync(link)]).toEqual([true, `../../services/${NAME}`]);
    expect(readCopy('node_modules/.package-lock.json')).toContain(`"services/${NAME}": {`);
  });

  it(
    'is held to by the tests about READMEs, topology, images, packages, variables, errors and names',
    () => {
      const tests = 'fitness/(topology|images|packages|configuration|errors|names|documents)';
      const { status, output } = run(
        'node',
        '--experimental-vm-modules',
        'node_modules/jest/bin/jest.js',
        '--selectProjects',
        'fitness',
        '--testPathPatterns',
        tests,
      );
      expect(output).toContain('Test Suites: 7 passed, 7 total');
      expect(status).toBe(0);
    },
    TIMEOUT_MS,
  );
});
