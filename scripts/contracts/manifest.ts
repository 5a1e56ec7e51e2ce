// contracts/released/manifest.json: every message version that was ever released, with the hashes of its files.
import { z } from 'zod';
import type { Contract } from './contract.ts';
import { parseJsonSchema } from './json-schema.ts';

export const MANIFEST_FILE = 'manifest.json';

const entry = z.strictObject({
  kind: z.enum(['event', 'command', 'envelope']),
  writers: z.array(z.string()).readonly(),
  readers: z.array(z.string()).readonly(),
  onBus: z.boolean(),
  upcastTo: z.string().optional(),
  /** The day from which on nothing holds a message of it. Its files are gone, and nothing else gets its name. */
  withdrawn: z.iso.date().optional(),
  /** SHA-256 of the file: what was released is not edited. */
  schema: z.string(),
  /** File → SHA-256. */
  examples: z.record(z.string(), z.string()),
});
const manifest = z.record(z.string(), entry);

/** What a release says of one message version. */
export type ManifestEntry = z.infer<typeof entry>;
export type Manifest = Readonly<Record<string, ManifestEntry>>;

/** @param text as it is in the file; undefined: nothing was released yet. @throws Error for another text than a release writes */
export function parseManifest(text: string | undefined): Manifest {
  return manifest.parse(JSON.parse(text ?? '{}'));
}

/** @param schema the text of its schema.json */
export function toContract(name: string, released: ManifestEntry, schema: string): Contract {
  const { kind, writers, readers, onBus, upcastTo } = released;
  return { name, kind, writers, readers, onBus, ...(upcastTo !== undefined && { upcastTo }), schema: parseJsonSchema(JSON.parse(schema)) };
}
