// The migrations of a service, as they lie in its folder.
import type { Database } from '@torii/chassis';
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { z } from 'zod';
import { ROOT } from '../steps.ts';

const contraction = z.strictObject({
  /** Name of the migration that came with what is used instead: the version that has it needs nothing of what goes. */
  expandedIn: z.string().regex(/^\d{4}-[a-z0-9-]+$/, 'must be the name of a migration, without its ending'),
  /** What is used instead, or why nothing is. */
  because: z.string().min(10),
});
/** The second half of a change: a migration that exports `contraction` takes away what the version before the last still used. */
export type Contraction = z.infer<typeof contraction>;

type QueryInterface = ReturnType<Database['sequelize']['getQueryInterface']>;

export interface MigrationFile {
  /** The file's, without its ending. */
  readonly name: string;
  readonly sha256: string;
  readonly up: (parameters: { readonly context: QueryInterface }) => Promise<void>;
  readonly contraction?: Contraction;
}

const MIGRATION = /^\d{4}-.+\.ts$/;

export function folderOf(service: string, root = ROOT): string {
  return join(root, 'services', service, 'migrations');
}

/** Services with a schema. */
export function listMigratingServices(root = ROOT): readonly string[] {
  return readdirSync(join(root, 'services'))
    .filter((service) => existsSync(folderOf(service, root)))
    .toSorted();
}

/** In the order in which they run; none for a service without a schema. @throws Error that names a file which is no migration */
export function readMigrations(service: string, root = ROOT): Promise<readonly MigrationFile[]> {
  return Promise.all(listFiles(folderOf(service, root)).map(readMigration));
}

/** Only those that take something away: the others, with all that they import, need not be loaded for a release. */
export function readContractions(service: string, root = ROOT): Promise<readonly MigrationFile[]> {
  const files = listFiles(folderOf(service, root)).filter((file) => /\bcontraction\b/.test(readFileSync(file, 'utf8')));
  return Promise.all(files.map(readMigration));
}

function listFiles(folder: string): readonly string[] {
  if (!existsSync(folder)) return [];
  const files = readdirSync(folder).filter((file) => MIGRATION.test(file));
  return files.toSorted().map((file) => join(folder, file));
}

async function readMigration(path: string): Promise<MigrationFile> {
  const loaded: unknown = await import(pathToFileURL(path).href);
  const read = (name: string): unknown => (typeof loaded === 'object' && loaded !== null ? Reflect.get(loaded, name) : undefined);
  const { success, data, error } = contraction.optional().safeParse(read('contraction'));
  if (!success) throw new Error(`${path} cannot be checked: its contraction is not { expandedIn, because }: ${z.prettifyError(error)}`);
  return {
    name: basename(path, '.ts'),
    sha256: createHash('sha256').update(readFileSync(path)).digest('hex'),
    up: parseUp(read('up'), path),
    ...(data !== undefined && { contraction: data }),
  };
}

function parseUp(up: unknown, path: string): MigrationFile['up'] {
  if (typeof up !== 'function') throw new Error(`${path} cannot be checked: it exports no function "up".`);
  return up as MigrationFile['up'];
}
