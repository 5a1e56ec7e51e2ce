// Functions run from copies of their bundles, so that synthesizing again does not take them away from a running platform.
import { cpSync, existsSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import { basename, join } from 'node:path';
import type { Assembly } from './assembly.ts';

/**
 * Keeps a copy below `stateFolder/assets` of every asset that is asked for. Object keys are hashes of the content, so a
 * copy is never out of date.
 */
export function keepAssets(assembly: Pick<Assembly, 'findAsset'>, stateFolder: string): Assembly['findAsset'] {
  const folder = join(stateFolder, 'assets');
  return (objectKey) => {
    const source = assembly.findAsset(objectKey);
    if (source === undefined) return undefined;
    const copy = join(folder, basename(objectKey, '.zip'));
    if (existsSync(copy)) return copy;
    mkdirSync(folder, { recursive: true });
    // A start that dies in the middle leaves no half of a bundle behind.
    rmSync(`${copy}.new`, { recursive: true, force: true });
    cpSync(source, `${copy}.new`, { recursive: true });
    renameSync(`${copy}.new`, copy);
    return copy;
  };
}
