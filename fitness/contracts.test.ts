// The gate in front of contracts, as people and continuous integration run it: it lets through what is released, and stops what breaks somebody.
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readBaseline, writeBaseline } from '../scripts/contracts/baseline.ts';
import { RELEASED_FOLDER } from '../scripts/contracts/check-contracts.ts';
import type { Contract } from '../scripts/contracts/contract.ts';
import { parseJsonSchema, toJsonText } from '../scripts/contracts/json-schema.ts';
import { CHECKS } from '../scripts/checks.ts';
import { ROOT } from './repository.ts';

const TYPE = 'catalog.item.deleted.v1';
const WITHOUT_SKU = ['itemId', 'ownerId', 'version'];
const GONE: Contract = {
  name: 'canary.song.sung.v1',
  kind: 'event',
  writers: ['canary'],
  readers: ['cat'],
  onBus: false,
  schema: { type: 'object', description: 'A song was sung.' },
};
let root: string;
let released: string;

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'torii-contracts-'));
  released = join(root, 'released');
  cpSync(RELEASED_FOLDER, released, { recursive: true });
});
afterEach(() => rmSync(root, { recursive: true }));

interface Outcome {
  readonly status: number | null;
  readonly output: string;
}

function run(script: string, ...words: readonly string[]): Outcome {
  const { status, stdout, stderr } = spawnSync(process.execPath, [join(ROOT, 'scripts', script), '--baseline', released, ...words], {
    encoding: 'utf8',
  });
  return { status, output: `${stdout}${stderr}` };
}

function git(...words: readonly string[]): void {
  const { GIT_DIR: _folder, GIT_WORK_TREE: _tree, GIT_INDEX_FILE: _index, ...env } = process.env;
  const identity = ['-c', 'user.name=Canary', '-c', 'user.email=canary@example.com', '-c', 'commit.gpgsign=false'];
  const { status, stderr } = spawnSync('git', [...identity, ...words], { cwd: root, env, encoding: 'utf8' });
  if (status !== 0) throw new Error(`git ${words.join(' ')} failed: ${stderr}`);
}

function commitRelease(): void {
  git('init', '--quiet', '--initial-branch=main');
  git('add', '--all');
  git('commit', '--quiet', '--message', 'A release');
}

/** Out of the manifest and with its files, as somebody does who wants to get past the check. */
function takeOut(name: string): void {
  const { [name]: _gone, ...rest } = readBaseline(released).manifest;
  writeFileSync(join(released, 'manifest.json'), toJsonText(rest));
  rmSync(join(released, name), { recursive: true });
}

/** As if another schema had been released, so that the source has changed since. */
function releaseOther(change: (schema: Readonly<Record<string, unknown>>) => object): void {
  const { contracts } = readBaseline(released);
  writeBaseline(
    released,
    contracts.map((contract) => (contract.name === TYPE ? { ...contract, schema: parseJsonSchema(change(contract.schema)) } : contract)),
  );
}

const readManifest = (): string => readFileSync(join(released, 'manifest.json'), 'utf8');

describe('npm run contracts:check', () => {
  it('is part of npm run check, which asks that additions are released too', () => {
    expect(CHECKS.map(({ command }) => command.join(' '))).toContain('node scripts/contracts-check.ts --released');
  });

  it('passes what is released', () => {
    expect(run('contracts-check.ts', '--released')).toEqual({ status: 0, output: expect.stringContaining('Nothing has changed') });
  });

  it('fails for a field that consumers miss in what was written before', () => {
    releaseOther((schema) => ({ ...schema, required: WITHOUT_SKU }));
    const { status, output } = run('contracts-check.ts');
    expect([status, output]).toEqual([1, expect.stringContaining('breaks catalog, jobs-projection')]);
    expect(output).toContain(`${TYPE}: sku was optional and is required now [field-made-required]`);
  });

  it('fails for an entry that was taken out of the manifest, also once it is released anew and committed', () => {
    commitRelease();
    expect(run('contracts-check.ts', '--released')).toEqual({
      status: 0,
      output: expect.stringContaining('Compared with 1 release in git'),
    });
    takeOut(TYPE);
    const lost = {
      status: 1,
      output: expect.stringContaining(`${TYPE} was released before, and is not in the manifest any more [release-lost]`),
    };
    expect(run('contracts-check.ts')).toEqual(lost);
    expect(run('contracts-release.ts')).toEqual(lost);
    commitRelease();
    expect(run('contracts-check.ts')).toEqual(lost);
  });

  it('says that it looked at no history where there is none', () => {
    takeOut(TYPE);
    expect(run('contracts-check.ts')).toEqual({ status: 0, output: expect.stringContaining('Skipped: whether everything') });
  });

  it('passes an addition, and with --released asks for its release', () => {
    releaseOther((schema) => ({ ...schema, description: 'As it was' }));
    expect(run('contracts-check.ts')).toEqual({ status: 0, output: expect.stringContaining('npm run contracts:release') });
    expect(run('contracts-check.ts', '--released').status).toBe(1);
  });
});

describe('npm run contracts:release', () => {
  it('moves the baseline to what is in the source', () => {
    const before = readManifest();
    releaseOther((schema) => ({ ...schema, description: 'As it was' }));
    expect(readManifest()).not.toBe(before);
    expect(run('contracts-release.ts')).toEqual({ status: 0, output: expect.not.stringContaining('npm run contracts:release') });
    expect(readManifest()).toBe(before);
  });

  it('refuses what breaks somebody, and an example that nobody can read', () => {
    const example = join(released, TYPE, 'examples', 'another.json');
    writeFileSync(example, '{}');
    expect(run('contracts-release.ts')).toEqual({ status: 1, output: expect.stringContaining('Nothing was released.') });
    rmSync(example);
    releaseOther((schema) => ({ ...schema, required: WITHOUT_SKU }));
    const before = readManifest();
    expect(run('contracts-release.ts')).toEqual({ status: 1, output: expect.stringContaining('Nothing was released.') });
    expect(readManifest()).toBe(before);
  });

  it('withdraws what is gone from the source when it is told to, and nothing else', () => {
    writeBaseline(released, [...readBaseline(released).contracts, GONE]);
    commitRelease();
    const gone = { status: 1, output: expect.stringContaining(`npm run contracts:release -- --withdraw ${GONE.name}`) };
    expect(run('contracts-release.ts')).toEqual(gone);
    expect(run('contracts-release.ts', '--withdraw', TYPE)).toEqual({ status: 1, output: expect.stringContaining('still has it') });
    expect(run('contracts-release.ts', '--withdraw', GONE.name)).toEqual({
      status: 0,
      output: expect.stringContaining('withdrawn: canary.song.sung.v1'),
    });
    expect(readBaseline(released).manifest[GONE.name]?.withdrawn).toMatch(/^\d{4}-\d\d-\d\d$/);
    expect(run('contracts-check.ts', '--released').status).toBe(0);
  });
});
