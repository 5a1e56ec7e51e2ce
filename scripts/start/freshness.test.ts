import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { refresh, type Output } from './freshness.ts';

describe('refresh', () => {
  let folder = '';
  let made = 0;
  let output: Output;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'torii-fresh-'));
    mkdirSync(join(folder, 'source'));
    mkdirSync(join(folder, 'output'));
    writeFileSync(join(folder, 'source', 'a.ts'), '1');
    made = 0;
    const make = async (): Promise<void> => void (made += 1);
    output = { inputs: [join(folder, 'source'), join(folder, 'absent')], folder: join(folder, 'output'), make };
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  it('makes an output once as long as nothing changes', async () => {
    expect([await refresh(output), await refresh(output)]).toEqual([true, false]);
    expect(made).toBe(1);
  });

  it('makes it again when an input changes, appears or goes', async () => {
    await refresh(output);
    writeFileSync(join(folder, 'source', 'a.ts'), '2');
    expect(await refresh(output)).toBe(true);
    writeFileSync(join(folder, 'source', 'b.ts'), '1');
    expect(await refresh(output)).toBe(true);
    rmSync(join(folder, 'source', 'b.ts'));
    expect(await refresh(output)).toBe(true);
  });

  it('makes it again after a failure', async () => {
    const failing = { ...output, make: () => Promise.reject(new Error('no disk')) };
    await expect(refresh(failing)).rejects.toThrow('no disk');
    expect(await refresh(output)).toBe(true);
  });

  it('does not care for tests', async () => {
    await refresh(output);
    writeFileSync(join(folder, 'source', 'a.test.ts'), '1');
    expect(await refresh(output)).toBe(false);
  });
});
