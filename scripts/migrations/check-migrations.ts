// Everything that is checked about the migrations of services, with a database or without.
import { checkEffects } from './check-effects.ts';
import { checkFiles } from './check-files.ts';
import type { MigrationFinding } from './finding.ts';
import { readMainLine } from './main-line.ts';
import { type Manifest, readManifest } from './manifest.ts';
import { folderOf, listMigratingServices, readMigrations } from './migration-files.ts';

export interface CheckedService {
  readonly service: string;
  readonly findings: readonly MigrationFinding[];
  readonly notes: readonly string[];
  /** How many there are. */
  readonly count: number;
  /** What would be released: what is here, and what it does. Empty without a database. */
  readonly release: Manifest;
}

export interface CheckOptions {
  /** @default all that have a schema */
  readonly services?: readonly string[] | undefined;
  /** Runs the migrations too. It needs the servers of the component tests. */
  readonly withDatabase: boolean;
  /** Of another repository, in tests. @default this one */
  readonly root?: string;
}

export async function checkMigrations({ services, withDatabase, root }: CheckOptions): Promise<readonly CheckedService[]> {
  const checked: CheckedService[] = [];
  // One after the other: they share a database.
  for (const service of services ?? listMigratingServices(root)) checked.push(await checkService(service, withDatabase, root));
  return checked;
}

async function checkService(service: string, withDatabase: boolean, root?: string): Promise<CheckedService> {
  const files = await readMigrations(service, root);
  const manifest = readManifest(folderOf(service, root));
  const { manifest: mainLine, note } = readMainLine(folderOf(service, root));
  const effects = withDatabase ? await checkEffects(service, files, manifest) : undefined;
  const changes = effects?.changes ?? new Map<string, readonly string[]>();
  return {
    service,
    findings: [...checkFiles(service, files, { manifest, mainLine }), ...(effects?.findings ?? [])],
    notes: [note],
    count: files.length,
    release: Object.fromEntries(files.flatMap(({ name, sha256 }) => [[name, { sha256, changes: changes.get(name) ?? [] }]])),
  };
}
