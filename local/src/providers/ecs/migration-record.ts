// Migrations run before a deployment, not before every start of a task: here, when what they are made of has changed.
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { isSource, WATCHED_PARTS } from './source-watch.ts';

export interface MigrationRecord {
  /** True when this family last migrated from exactly this. */
  isCurrent(family: string, fingerprint: string): boolean;
  save(family: string, fingerprint: string): void;
}

/** The record lies beside the database's own folder: `npm run reset` removes both. */
export function openMigrationRecord(stateFolder: string): MigrationRecord {
  const fileOf = (family: string): string => join(stateFolder, 'ecs', `${family}.migrated`);
  return {
    isCurrent: (family, fingerprint) => existsSync(fileOf(family)) && readFileSync(fileOf(family), 'utf8') === fingerprint,
    save: (family, fingerprint) => {
      mkdirSync(dirname(fileOf(family)), { recursive: true });
      writeFileSync(fileOf(family), fingerprint);
    },
  };
}

/** Of the sources of some packages and of a task definition: any change of them may be one of a migration. */
export function fingerprintSources(folders: readonly string[], taskDefinition: unknown): string {
  const hash = createHash('sha256').update(JSON.stringify(taskDefinition));
  for (const folder of folders.flatMap((packageFolder) => WATCHED_PARTS.map((part) => join(packageFolder, part)))) {
    if (!existsSync(folder)) continue;
    const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter(isSource).toSorted();
    for (const file of files) hash.update(file).update(readFileSync(join(folder, file)));
  }
  return hash.digest('hex');
}
