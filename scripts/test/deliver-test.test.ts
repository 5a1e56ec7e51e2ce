// The step test of buildspec.yml: which checks and tests it runs for whom. They are stand-ins that write down their words: what they do is
// what everything else here is about.
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { existsSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Outcome, prepareRehearsal, type Rehearsal } from './rehearse-build.ts';

const TIMEOUT_MS = 120_000;
const PROGRAMS = ['oxfmt', 'oxlint', 'tsc', 'depcruise', 'knip'];
const SCRIPTS = ['scripts/contracts-check.ts', 'scripts/migrations-check.ts'];

let rehearsal: Rehearsal;
let record: string;
beforeAll(() => {
  rehearsal = prepareRehearsal();
  record = join(rehearsal.folder, 'record');
  const packages = join(rehearsal.folder, 'node_modules');
  for (const name of ['.bin', 'jest']) rmSync(join(packages, name));
  mkdirSync(join(packages, '.bin'));
  mkdirSync(join(packages, 'jest', 'bin'), { recursive: true });
  symlinkSync(process.execPath, join(packages, '.bin', 'node'));
  for (const name of PROGRAMS) writeFileSync(join(packages, '.bin', name), `#!${process.execPath}\n${recorder()}`, { mode: 0o755 });
  for (const name of SCRIPTS) writeFileSync(join(rehearsal.folder, name), recorder());
  writeFileSync(join(packages, 'jest', 'bin', 'jest.js'), recorder(REPORT));
  // Programs that are there, so that nobody looks for MariaDB and Redis.
  const natives = join(rehearsal.folder, '.torii', 'native');
  mkdirSync(natives, { recursive: true });
  const found = { program: process.execPath, share: process.execPath };
  writeFileSync(join(natives, 'natives.json'), JSON.stringify({ mariadb: found, redis: found }));
});
afterAll(() => rehearsal.remove());
beforeEach(() => rmSync(record, { force: true }));

/** Notes its words, and fails when one of them is what FAIL says. */
function recorder(more = ''): string {
  return `import { appendFileSync, writeFileSync } from 'node:fs';
    import { basename } from 'node:path';
    const [program, ...words] = [basename(process.argv[1]), ...process.argv.slice(2)];
    appendFileSync(${JSON.stringify(record)}, [program, ...words].join(' ') + '\\n');
    const failed = words.includes(process.env.FAIL) ? 1 : 0;
    ${more}
    process.exitCode = failed;`;
}
const REPORT = `const file = words.find((word) => word.startsWith('--outputFile=')).slice('--outputFile='.length);
  writeFileSync(file, JSON.stringify({ numPassedTests: 1, numFailedTests: failed, numRuntimeErrorTestSuites: 0 }));`;

async function runTests(service: string, fail = ''): Promise<Outcome & { readonly ran: readonly string[] }> {
  const outcome = await rehearsal.run({ SERVICE: service, STEP: 'test', FAIL: fail });
  const lines = existsSync(record) ? readFileSync(record, 'utf8').trim().split('\n') : [];
  return { ...outcome, ran: lines.map((line) => line.replace(/ --json.*/, '')) };
}

const CHECKS = [
  'oxfmt --check .',
  'oxlint --type-aware --deny-warnings .',
  'tsc --project .',
  'knip',
  'contracts-check.ts --released',
  'migrations-check.ts --no-database',
  'jest.js --selectProjects unit',
  'jest.js --selectProjects fitness',
];

describe('the step test', () => {
  it.each([
    ['identity', ['migrations-check.ts --service identity', component('services/identity')]],
    ['jobs', ['migrations-check.ts --service jobs', component('services/jobs')]],
    ['frontend', [component('services/frontend')]],
    ['infrastructure', ['jest.js --selectProjects infra', 'jest.js --selectProjects local']],
  ])(
    'of %s runs all checks with the contract gate, then its own tests',
    async (service, own) => {
      const { code, output, ran } = await runTests(service);
      expect([code, output]).toEqual([0, expect.stringContaining('0 failed')]);
      expect(ran).toEqual(expect.arrayContaining(CHECKS));
      // After the last check: nobody waits a quarter of an hour for a comma.
      expect(ran.slice(-own.length)).toEqual(own);
      expect(rehearsal.hasArtifact('tested.json')).toBe(true);
    },
    TIMEOUT_MS,
  );

  it.each(['--released', '--service', 'component'])(
    'fails when what has the word %s fails, and hands nothing on',
    async (word) => {
      const { code, output } = await runTests('identity', word);
      expect([code, output]).toEqual([1, expect.stringContaining('identity cannot be released: its checks or tests have failed')]);
      expect(rehearsal.hasArtifact('tested.json')).toBe(false);
    },
    TIMEOUT_MS,
  );

  it('refuses a service that there is not', async () => {
    const { code, output, ran } = await runTests('shop');
    expect([code, ran, output]).toEqual([1, [], expect.stringContaining('SERVICE: is "shop"')]);
  });
});

function component(folder: string): string {
  return `jest.js --selectProjects component --testPathPatterns /${folder}/|/chassis/|/contracts/`;
}
