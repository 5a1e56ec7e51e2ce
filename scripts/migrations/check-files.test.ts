import { describe, expect, it } from '@jest/globals';
import { checkFiles } from './check-files.ts';
import type { Manifest } from './manifest.ts';
import type { MigrationFile } from './migration-files.ts';

type Migration = Pick<MigrationFile, 'name' | 'sha256' | 'contraction'>;

const FIRST: Migration = { name: '0001-create-orders', sha256: 'a' };
const SECOND: Migration = { name: '0002-add-notes', sha256: 'b' };
const THIRD: Migration = {
  name: '0003-drop-remarks',
  sha256: 'c',
  contraction: { expandedIn: SECOND.name, because: 'notes are read instead' },
};

const released = (...migrations: readonly Migration[]): Manifest =>
  Object.fromEntries(migrations.map(({ name, sha256 }) => [name, { sha256, changes: [] }]));

interface World {
  readonly files: readonly Migration[];
  readonly manifest: Manifest;
  readonly mainLine?: Manifest;
}

const check = ({ files, manifest, mainLine }: World): readonly string[] =>
  checkFiles('shop', files, { manifest, mainLine }).map(({ migration, rule }) => `${migration} ${rule}`);

describe('migrations that were released', () => {
  const manifest = released(FIRST, SECOND);

  it('are fine as they are, with and without a history', () => {
    expect(check({ files: [FIRST, SECOND], manifest })).toEqual([]);
    expect(check({ files: [FIRST, SECOND], manifest, mainLine: released(FIRST) })).toEqual([]);
  });

  it('are not edited', () => {
    expect(check({ files: [FIRST, { ...SECOND, sha256: 'x' }], manifest })).toEqual(['0002-add-notes edited']);
  });

  it('are not removed, nor given another name', () => {
    expect(check({ files: [FIRST], manifest })).toEqual(['0002-add-notes removed']);
    expect(check({ files: [FIRST, { ...SECOND, name: '0002-add-remarks' }], manifest })).toEqual([
      '0002-add-notes removed',
      '0002-add-remarks unreleased',
    ]);
  });

  it('stay in released.json as the main line has them, whoever writes the hash anew', () => {
    const edited = { ...SECOND, sha256: 'x' };
    expect(check({ files: [FIRST, edited], manifest: released(FIRST, edited), mainLine: manifest })).toEqual([
      '0002-add-notes release-lost',
    ]);
    expect(check({ files: [FIRST], manifest: released(FIRST), mainLine: manifest })).toEqual([
      '0002-add-notes removed',
      '0002-add-notes release-lost',
    ]);
  });
});

describe('a new migration', () => {
  it('has to be released', () => {
    expect(check({ files: [FIRST, SECOND], manifest: released(FIRST) })).toEqual(['0002-add-notes unreleased']);
  });

  it('comes after all that were released', () => {
    const late = { name: '0001-before-orders', sha256: 'x' };
    expect(check({ files: [late, SECOND], manifest: released(SECOND) })).toEqual([
      '0001-before-orders unreleased',
      '0001-before-orders out-of-order',
    ]);
  });

  it('has a number of its own', () => {
    const twin = { name: '0002-add-remarks', sha256: 'x' };
    expect(check({ files: [FIRST, SECOND, twin], manifest: released(FIRST, SECOND, twin) })).toEqual(['0002-add-remarks number-taken']);
  });
});

describe('a contraction', () => {
  const files = [FIRST, SECOND, THIRD];

  it('is fine once the main line has its expansion', () => {
    expect(check({ files, manifest: released(...files), mainLine: released(FIRST, SECOND) })).toEqual([]);
    expect(check({ files, manifest: released(...files), mainLine: released(...files) })).toEqual([]);
  });

  it('does not come in one release with its expansion', () => {
    expect(check({ files, manifest: released(...files), mainLine: released(FIRST) })).toEqual(['0003-drop-remarks expansion-not-released']);
  });

  it('names an expansion that there is, before it', () => {
    for (const expandedIn of ['0002-add-nothing', '0004-add-later', THIRD.name]) {
      const wrong = { ...THIRD, contraction: { expandedIn, because: 'notes are read instead' } };
      expect(check({ files: [FIRST, SECOND, wrong], manifest: released(...files) })).toEqual(['0003-drop-remarks expansion-unknown']);
    }
  });
});
