// What the main line has released, as git remembers it: whoever takes an entry out of the manifest, or rewrites one with its hash, does not change
// that. Only the main line counts. What a branch has released and changed again before its merge was nobody's to build on.
import { basename, dirname } from 'node:path';
import type { Contract } from './contract.ts';
import { askGit, findMergeBase, readObjects } from './git.ts';
import { type Manifest, MANIFEST_FILE, type ManifestEntry, parseManifest, toContract } from './manifest.ts';

/** Each of them was checked against those before it. */
const LAST_RELEASES = 100;
const SHORT_HASH_LENGTH = 10;

/** A message version as it was last released. */
export interface PastRelease {
  readonly name: string;
  readonly entry: ManifestEntry;
  /** None once it was withdrawn: its files are gone. */
  readonly contract?: Contract;
}

export interface History {
  /** Empty where there is no history to read. */
  readonly releases: readonly PastRelease[];
  /** What it was read from, or why it was not; a sentence. */
  readonly note: string;
}

/** @param folder `contracts/released`, which need not exist any more; the folder around it does */
export function readHistory(folder: string): History {
  const around = dirname(folder);
  const base = findMergeBase(around);
  if ('refusal' in base) return skip(base.refusal);
  const path = `./${basename(folder)}`;
  const manifestPath = `${path}/${MANIFEST_FILE}`;
  const log = askGit(around, ['log', '--first-parent', `--max-count=${LAST_RELEASES}`, '--format=%H', base.commit, '--', manifestPath]);
  if ('refusal' in log) return skip(log.refusal);
  const commits = log.output;
  const texts = readObjects(
    around,
    commits.map((commit) => `${commit}:${manifestPath}`),
  );
  const past = listEntries(commits.map((commit, index) => ({ commit, manifest: parsePast(texts[index]) })));
  const schemas = readObjects(
    around,
    past.map(({ name, commit }) => `${commit}:${path}/${name}/schema.json`),
  );
  return {
    releases: past.map(({ name, entry }, index) => {
      const schema = schemas[index];
      return { name, entry, ...(schema !== undefined && { contract: toContract(name, entry, schema) }) };
    }),
    note: describe(base.commit, commits.length, base.isShallow),
  };
}

interface PastEntry {
  readonly name: string;
  readonly entry: ManifestEntry;
  readonly commit: string;
}

/** The newest of each message. @param releases newest first */
function listEntries(releases: readonly { readonly commit: string; readonly manifest: Manifest }[]): readonly PastEntry[] {
  const found = new Map<string, PastEntry>();
  for (const { commit, manifest } of releases)
    for (const [name, entry] of Object.entries(manifest)) if (!found.has(name)) found.set(name, { name, entry, commit });
  return [...found.values()];
}

/** One that was spoilt by a merge is as good as none: the releases around it say the same. */
function parsePast(text: string | undefined): Manifest {
  try {
    return parseManifest(text);
  } catch {
    return {};
  }
}

function skip(reason: string): History {
  const note = `Skipped: whether everything that was released before is still in the manifest, as ${reason}.`;
  return { releases: [], note };
}

function describe(base: string, count: number, isShallow: boolean): string {
  const what = `Compared with ${count} ${count === 1 ? 'release' : 'releases'} in git, up to ${base.slice(0, SHORT_HASH_LENGTH)}, too.`;
  return isShallow ? `${what} The clone is shallow: what was taken out before it begins is not noticed.` : what;
}
