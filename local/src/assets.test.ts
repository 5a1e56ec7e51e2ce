import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { keepAssets } from './assets.ts';

describe('keepAssets', () => {
  let folder = '';
  const source = (): string => join(folder, 'cdk.out', 'asset.abc');
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'torii-assets-'));
    mkdirSync(source(), { recursive: true });
    writeFileSync(join(source(), 'index.mjs'), 'bundle');
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  it('gives a copy that outlives the assembly', () => {
    const findAsset = keepAssets({ findAsset: (key) => (key === 'abc.zip' ? source() : undefined) }, join(folder, 'state'));
    const copy = findAsset('abc.zip') ?? '';
    rmSync(join(folder, 'cdk.out'), { recursive: true });
    expect(readFileSync(join(copy, 'index.mjs'), 'utf8')).toBe('bundle');
    expect(findAsset('abc.zip')).toBe(copy);
  });

  it('has nothing for a key that no asset has', () => {
    expect(keepAssets({ findAsset: () => undefined }, folder)('nope.zip')).toBeUndefined();
  });
});
