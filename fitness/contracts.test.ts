// The gate in front of contracts, as people and continuous integration run it: it lets through what is released, and stops what breaks somebody.
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readBaseline, writeBaseline } from '../scripts/contracts/baseline.ts';
import { RELEASED_FOLDER } from '../scripts/contracts/check-contracts.ts';
import { parseJsonSchema } from '../scripts/contracts/json-schema.ts';
import { CHECKS } from '../scripts/checks.ts';
import { ROOT } from './repository.ts';

const TYPE = 'catalog.item.deleted.v1';
const WITHOUT_SKU = ['itemId', 'ownerId', 'version'];
let released: string;

beforeEach(() => {
  released = mkdtempSync(join(tmpdir(), 'torii-released-'));
  cpSync(RELEASED_FOLDER, released, { recursive: true });
});
afterEach(() => rmSync(released, { recursive: true }));

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
    expect(run('contracts-release.ts').status).toBe(0);
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
});
