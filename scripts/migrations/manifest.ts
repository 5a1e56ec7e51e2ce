// services/<service>/migrations/released.json: every migration that was ever released, what was in its file, and what it did to the schema.
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';

export const MANIFEST_FILE = 'released.json';

const manifest = z.record(
  z.string(),
  z.strictObject({
    /** Of the file: what ran somewhere does not run there again, so another text would be true elsewhere only. */
    sha256: z.string(),
    /** In words, in the order of the schema. */
    changes: z.array(z.string()).readonly(),
  }),
);
/** By name of the migration. */
export type Manifest = Readonly<z.infer<typeof manifest>>;

/** @param text as it is in the file; undefined: nothing was released yet. @throws Error for another text than a release writes */
export function parseManifest(text: string | undefined): Manifest {
  return manifest.parse(JSON.parse(text ?? '{}'));
}

export function readManifest(folder: string): Manifest {
  const file = join(folder, MANIFEST_FILE);
  return parseManifest(existsSync(file) ? readFileSync(file, 'utf8') : undefined);
}

export function writeManifest(folder: string, released: Manifest): void {
  const sorted = Object.entries(released).toSorted(([left], [right]) => (left < right ? -1 : 1));
  writeFileSync(join(folder, MANIFEST_FILE), `${JSON.stringify(Object.fromEntries(sorted), null, 2)}\n`);
}
