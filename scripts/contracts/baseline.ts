// What has been released: contracts/released, a schema and golden examples for each message version, and a manifest that holds their hashes.
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Contract } from './contract.ts';
import type { Finding } from './finding.ts';
import { toJsonText } from './json-schema.ts';
import { type Manifest, MANIFEST_FILE, type ManifestEntry, parseManifest, toContract } from './manifest.ts';

/** A golden example: a whole message as it was, or might have been, written. */
export interface Example {
  readonly name: string;
  readonly file: string;
  readonly text: string;
  /** False for one that waits for its release. */
  readonly isReleased: boolean;
}

export interface Baseline {
  readonly manifest: Manifest;
  /** What is released and not withdrawn. */
  readonly contracts: readonly Contract[];
  readonly examples: readonly Example[];
  /** What somebody changed in it by hand. */
  readonly faults: readonly Finding[];
}

/** @param folder `contracts/released`; one that does not exist is an empty baseline */
export function readBaseline(folder: string): Baseline {
  const manifest = readManifest(folder);
  const entries = Object.entries(manifest).filter(([, { withdrawn }]) => withdrawn === undefined);
  const names = new Set([...entries.map(([name]) => name), ...listFolders(folder)]);
  const examples = [...names].flatMap((name) => readExamples(folder, name, manifest[name]));
  const schemas = entries.map(([name, released]) => ({ name, released, text: readIfThere(join(folder, name, 'schema.json')) }));
  return {
    manifest,
    contracts: schemas.map(({ name, released, text = '{}' }) => toContract(name, released, text)),
    examples,
    faults: [
      ...schemas.flatMap(({ name, released, text }) => (text !== undefined && hash(text) === released.schema ? [] : [schemaFault(name)])),
      ...entries.flatMap(([name, released]) => listExampleFaults(name, released, examples)),
      ...examples.filter(({ isReleased }) => !isReleased).map(({ name, file }) => exampleAdded(name, file)),
    ],
  };
}

/** Writes what is in the source as released. Examples that were released before keep the hash they had, and withdrawn messages their entry. */
export function writeBaseline(folder: string, contracts: readonly Contract[]): void {
  const released = readManifest(folder);
  const withdrawn = Object.entries(released).filter(([, entry]) => entry.withdrawn !== undefined);
  const entries = contracts.map(({ name, schema, ...contract }) => {
    const text = toJsonText(schema);
    write(join(folder, name, 'schema.json'), text);
    const examples = readExamples(folder, name, released[name]).map((example) => [example.file, hash(example.text)] as const);
    return [name, { ...contract, schema: hash(text), examples: { ...Object.fromEntries(examples), ...released[name]?.examples } }] as const;
  });
  writeManifest(folder, [...withdrawn, ...entries]);
}

/**
 * Takes messages out of the release for good: an entry that says since when remains of each, so that nothing else gets its name.
 * @param entries those to withdraw, as they were released
 */
export function withdraw(folder: string, entries: Manifest, day: string): void {
  const withdrawn = Object.entries(entries).map(([name, entry]) => [name, { ...entry, withdrawn: day }] as const);
  for (const [name] of withdrawn) rmSync(join(folder, name), { recursive: true, force: true });
  writeManifest(folder, Object.entries({ ...readManifest(folder), ...Object.fromEntries(withdrawn) }));
}

function readManifest(folder: string): Manifest {
  return parseManifest(readIfThere(join(folder, MANIFEST_FILE)));
}

function writeManifest(folder: string, entries: readonly (readonly [name: string, entry: ManifestEntry])[]): void {
  write(join(folder, MANIFEST_FILE), toJsonText(Object.fromEntries(entries.toSorted(([left], [right]) => (left < right ? -1 : 1)))));
}

function readExamples(folder: string, name: string, released: ManifestEntry | undefined): readonly Example[] {
  const examples = join(folder, name, 'examples');
  if (!existsSync(examples)) return [];
  return readdirSync(examples)
    .filter((file) => file.endsWith('.json'))
    .toSorted()
    .map((file) => ({
      name,
      file,
      text: readFileSync(join(examples, file), 'utf8'),
      isReleased: released !== undefined && Object.hasOwn(released.examples, file),
    }));
}

/** @param released what it was released with, here or earlier */
export function listExampleFaults(name: string, { examples: released }: ManifestEntry, examples: readonly Example[]): readonly Finding[] {
  return Object.entries(released).flatMap(([file, expected]) => {
    const found = examples.find((example) => example.name === name && example.file === file);
    if (found === undefined) return [fault(name, 'example-removed', `lost its golden example ${file}`)];
    return hash(found.text) === expected ? [] : [fault(name, 'example-edited', `has another golden example ${file} than was released`)];
  });
}

function schemaFault(name: string): Finding {
  return fault(name, 'schema-edited', 'has another schema.json than was released; only npm run contracts:release writes it');
}

function exampleAdded(name: string, file: string): Finding {
  return { name, rule: 'example-added', path: '', text: `has a new golden example ${file}`, breaks: [] };
}

/** A baseline that somebody edited proves nothing about anybody. */
function fault(name: string, rule: Finding['rule'], text: string): Finding {
  return { name, rule, path: '', text, breaks: [{ reader: 'new-consumers', consumers: [] }] };
}

function listFolders(folder: string): readonly string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { withFileTypes: true }).flatMap((found) => (found.isDirectory() ? [found.name] : []));
}

function readIfThere(file: string): string | undefined {
  return existsSync(file) ? readFileSync(file, 'utf8') : undefined;
}

function write(file: string, text: string): void {
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text);
}

function hash(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
