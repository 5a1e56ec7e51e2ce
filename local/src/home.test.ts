import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { listResets, resetHome, takeHome } from './home.ts';

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
    takeHome(home)();
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

  it.each(['state/mine.txt', 'platform.json'])("does not take somebody else's %s for a platform's", (path) => {
    writeStranger(path);
    expect(() => takeHome(home)).toThrow(`${join(home, path)} is there already, and no platform's state beside it. Choose another folder`);
    expect(readFileSync(join(home, path), 'utf8')).toBe('mine');
  });

  it('keeps secrets from a repository that the home lies in', () => {
    takeHome(home);
    expect(readFileSync(join(home, 'state', '.gitignore'), 'utf8')).toBe('*\n');
    expect(statSync(join(home, 'state')).mode & 0o777).toBe(0o700);
  });
});

describe('resetHome', () => {
  it("deletes what is a platform's, and nothing beside it", () => {
    takeHome(home)();
    writeStranger('notes.txt');
    expect(listResets(home)).toEqual([join(home, 'state')]);
    expect(resetHome(home)).toEqual([join(home, 'state')]);
    expect(readdirSync(home)).toEqual(['notes.txt']);
  });

  it('refuses while the platform runs', () => {
    takeHome(home);
    expect(() => resetHome(home)).toThrow(`the platform is running as process ${process.pid}`);
  });

  it("deletes nothing that is not a platform's", () => {
    writeStranger('state/mine.txt');
    expect(() => resetHome(home)).toThrow("nothing in it says that it is a platform's state");
    expect(readFileSync(join(home, 'state', 'mine.txt'), 'utf8')).toBe('mine');
  });

  it('has nothing to do where no platform was, whatever else is there', () => {
    writeStranger('platform.json');
    expect(resetHome(home)).toEqual([]);
    expect(readdirSync(home)).toEqual(['platform.json']);
  });

  it('knows a state that was made before states were marked', () => {
    for (const name of ['resources.json', 'tls', 'mariadb']) writeStranger(`state/${name}/file`);
    resetHome(home);
    expect(existsSync(join(home, 'state'))).toBe(false);
  });
});

function writeStranger(path: string): void {
  const file = join(home, path);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, 'mine');
}
