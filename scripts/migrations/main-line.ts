// Which migrations the main line has released, as git remembers: whoever takes an entry out of released.json does not change that.
import { basename, dirname } from 'node:path';
import { findMergeBase, readObjects } from '../contracts/git.ts';
import { type Manifest, MANIFEST_FILE, parseManifest } from './manifest.ts';

export interface MainLine {
  /** Undefined where there is no history to read. */
  readonly manifest?: Manifest;
  /** What it was read from, or why it was not; a sentence. */
  readonly note: string;
}

const SHORT_HASH_LENGTH = 10;

/** @param folder a service's migrations; the folder around it exists */
export function readMainLine(folder: string): MainLine {
  const around = dirname(folder);
  const base = findMergeBase(around);
  if ('refusal' in base) return { note: `Skipped: whether everything that was released before is still there, as ${base.refusal}.` };
  const [text] = readObjects(around, [`${base.commit}:./${basename(folder)}/${MANIFEST_FILE}`]);
  return {
    manifest: parseManifest(text),
    note: `Compared with ${base.commit.slice(0, SHORT_HASH_LENGTH)}, the main line before this.`,
  };
}
