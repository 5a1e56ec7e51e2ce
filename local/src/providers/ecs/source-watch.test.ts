import { resolve } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { listPackageFolders } from './source-watch.ts';

const root = resolve(import.meta.dirname, '../../../..');

describe('listPackageFolders', () => {
  it('gives a service its own package and the workspace packages it depends on', () => {
    const folders = listPackageFolders(['node', 'services/catalog/src/main.ts'], root).map((folder) => folder.slice(root.length + 1));
    expect(folders.toSorted()).toEqual(['chassis', 'contracts', 'services/catalog']);
  });

  it('gives nothing for a command that runs no script of a package', () => {
    expect(listPackageFolders(['node', '-e', '1'], root)).toEqual([]);
    expect(listPackageFolders(['node', '/elsewhere/main.ts'], root)).toEqual([]);
  });
});
