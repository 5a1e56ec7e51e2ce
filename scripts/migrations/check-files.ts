// What can be said of migrations without a database: nothing that was released has changed, and what is new comes after it.
import type { MigrationFinding, MigrationRule } from './finding.ts';
import type { Manifest } from './manifest.ts';
import type { MigrationFile } from './migration-files.ts';

export interface ReleasedMigrations {
  /** As the file says that lies here. */
  readonly manifest: Manifest;
  /** As git remembers it of the main line; undefined where there is no history to read. */
  readonly mainLine?: Manifest | undefined;
}

type Migration = Pick<MigrationFile, 'name' | 'sha256' | 'contraction'>;

export function checkFiles(service: string, files: readonly Migration[], released: ReleasedMigrations): readonly MigrationFinding[] {
  const find = (migration: string, rule: MigrationRule, text: string): MigrationFinding => ({ service, migration, rule, text });
  return [
    ...compareWithRelease(files, released, find),
    ...checkNumbers(files, released.manifest, find),
    ...files.flatMap((file) => checkContraction(file, files, released, find)),
  ];
}

type Find = (migration: string, rule: MigrationRule, text: string) => MigrationFinding;

function compareWithRelease(
  files: readonly Migration[],
  { manifest, mainLine = {} }: ReleasedMigrations,
  find: Find,
): readonly MigrationFinding[] {
  const before = { ...mainLine, ...manifest };
  return [
    ...Object.entries(before).flatMap(([name, { sha256 }]) => {
      const file = files.find((candidate) => candidate.name === name);
      if (file === undefined) return [find(name, 'removed', 'was released, and its file is gone')];
      return file.sha256 === sha256 ? [] : [find(name, 'edited', 'was released with another text in its file')];
    }),
    // Somebody may have written the entry anew, with the hash of what the file is now.
    ...Object.entries(mainLine).flatMap(([name, { sha256 }]) =>
      manifest[name]?.sha256 === sha256
        ? []
        : [find(name, 'release-lost', 'was released on the main line, and released.json does not say so any more')],
    ),
    ...files.flatMap(({ name }) => (before[name] === undefined ? [find(name, 'unreleased', 'is new, and not in released.json')] : [])),
  ];
}

function checkNumbers(files: readonly Migration[], manifest: Manifest, find: Find): readonly MigrationFinding[] {
  const last = Object.keys(manifest).toSorted().at(-1) ?? '';
  return files.flatMap(({ name }, index) => {
    const other = files.slice(0, index).find((candidate) => numberOf(candidate.name) === numberOf(name));
    return [
      ...(other === undefined ? [] : [find(name, 'number-taken', `has the number of ${other.name}`)]),
      ...(manifest[name] === undefined && name < last
        ? [
            find(
              name,
              'out-of-order',
              `is new, and its name comes before ${last}, which was released: schemas that have that one get it last, new ones first`,
            ),
          ]
        : []),
    ];
  });
}

function checkContraction(
  file: Migration,
  files: readonly Migration[],
  { mainLine }: ReleasedMigrations,
  find: Find,
): readonly MigrationFinding[] {
  const { name, contraction } = file;
  if (contraction === undefined) return [];
  const { expandedIn } = contraction;
  if (expandedIn >= name || !files.some((candidate) => candidate.name === expandedIn))
    return [find(name, 'expansion-unknown', `contracts what ${expandedIn} expanded, and there is no such migration before it`)];
  // Both new to the main line would mean both in one release.
  if (mainLine !== undefined && mainLine[name] === undefined && mainLine[expandedIn] === undefined)
    return [find(name, 'expansion-not-released', `contracts what ${expandedIn} expanded, which the main line has not released yet`)];
  return [];
}

function numberOf(name: string): string {
  return name.slice(0, 4);
}
