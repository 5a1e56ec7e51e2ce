import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { resetHome, takeHome } from './home.ts';

let home: string;
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'torii-home-'));
});
afterEach(() => rmSync(home, { recursive: true, force: true }));

describe('takeHome', () => {
  it('lets one platform have a home at a time, and names it to the next', () => {
    const release = takeHome(home);
    expect(() => takeHome(home)).toThrow(`it already runs as process ${process.pid} with its state in ${home}`);
    release();
    expect(() => takeHome(home)).not.toThrow();
  });

  it.each([
    ['has ended', '4194303 1'],
    ['left its id to another process', `${process.pid} 1`],
    ['left a damaged record', 'garbage'],
  ])('is not kept from a home by a platform that %s', (_case, record) => {
    writeFileSync(join(home, 'platform.pid'), record);
    writeFileSync(join(home, 'platform.json'), '{}');
    takeHome(home);
    expect(existsSync(join(home, 'platform.json'))).toBe(false);
    expect(readFileSync(join(home, 'platform.pid'), 'utf8')).toContain(String(process.pid));
  });

  it('says why a folder cannot be a home, and how to choose another', () => {
    writeFileSync(join(home, 'file'), '');
    expect(() => takeHome(join(home, 'file', 'home'))).toThrow(/^The platform cannot keep its state in .*: ENOTDIR.*TORII_HOME=/);
  });
});

describe('resetHome', () => {
  it('clears the state, and refuses while the platform runs', () => {
    const release = takeHome(home);
    expect(() => resetHome(home)).toThrow(`the platform is running as process ${process.pid}`);
    release();
    expect(statSync(join(home, 'state')).mode & 0o777).toBe(0o700);
    resetHome(home);
    expect(existsSync(join(home, 'state'))).toBe(false);
  });
});
