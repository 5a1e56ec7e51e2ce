// The generator at work in a copy of this repository: what it adds passes what everything else has to pass.
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { spawnSync } from 'node:child_process';
import { existsSync, lstatSync, readFileSync, readlinkSync, rmSync, writeFileSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { ROOT } from '../steps.ts';
import { copyRepository } from './copy-repository.ts';

/** The copy, the generator, the compiler and the fitness tests: ten seconds, more on a busy machine. */
const TIMEOUT_MS = 120_000;
/** Templates of three environments, and what may be reached and done in them: a minute, more on a busy machine. */
const SYNTHESIS_TIMEOUT_MS = 300_000;
/** A name of two words: the forms it takes in files, code, SQL and variables all differ. */
const NAME = 'canary-songs';

let copy: string;
beforeAll(() => {
  copy = copyRepository('new-service');
  makeRoom();
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

/** The databases of the copy take the connections of one more service, however many there are by now. */
function makeRoom(): void {
  const file = join(copy, 'infra/src/environments.ts');
  writeFileSync(
    file,
    readFileSync(file, 'utf8')
      .replaceAll(/'t4g\.(small|medium)'/g, "'t4g.xlarge'")
      .replaceAll("'m7g.large'", "'m7g.4xlarge'"),
  );
}

/** Of the copy. */
function runTests(project: string, pattern: string): ReturnType<typeof run> {
  const words = ['--experimental-vm-modules', 'node_modules/jest/bin/jest.js', '--selectProjects', project, '--testPathPatterns', pattern];
  return run('node', ...words);
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
    ['handler', 'every service has another HandlerContext'],
    ['mysql', "mysql is a name of the database's own, and the schema and its user are named after the service"],
    ['root', "root is a name of the database's own, and the schema and its user are named after the service"],
    ['torii-admin', "torii_admin is a name of the database's own, and the schema and its user are named after the service"],
    ['test', "test is a name of the database's own, and the schema and its user are named after the service"],
    ['operators', 'it means who else writes messages'],
    ['schedule', 'it means who else writes messages'],
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
      expect(runTests('fitness', tests)).toEqual({ status: 0, output: expect.stringContaining('Test Suites: 7 passed, 7 total') });
    },
    TIMEOUT_MS,
  );

  it(
    'has what the templates should give it and nothing else, in every environment',
    () => {
      const tests = 'infra/test/(entrances|templates|messages|proofs/(permissions|reachability|resource-policies))';
      expect(runTests('infra', tests)).toEqual({ status: 0, output: expect.stringContaining('Test Suites: 6 passed, 6 total') });
    },
    SYNTHESIS_TIMEOUT_MS,
  );
});
