// What migrations really do: each is run on an empty schema of a real MariaDB, one after the other, and the schema is read before and after.
import { connectDatabase, type Database } from '@torii/chassis';
import { createTestSchema, type TestSchema } from '@torii/testing';
import { compareSchemas } from './compare-schemas.ts';
import type { MigrationFinding, MigrationRule } from './finding.ts';
import type { Manifest } from './manifest.ts';
import type { MigrationFile } from './migration-files.ts';
import { readSchema } from './read-schema.ts';
import { type SchemaChange, VERDICTS } from './schema-change.ts';

export interface Effects {
  readonly findings: readonly MigrationFinding[];
  /** What each migration does, in words, by its name. */
  readonly changes: ReadonlyMap<string, readonly string[]>;
}

type Migration = Pick<MigrationFile, 'name' | 'up' | 'contraction'>;

/** Takes rows away; statements that change tables show in the schema. */
const DELETES = /^\s*(delete|truncate|replace)\b/i;

/** Needs the servers of the component tests. */
export async function checkEffects(service: string, files: readonly Migration[], manifest: Manifest): Promise<Effects> {
  const schema = await createTestSchema(`${service}-migrations`);
  const database = await connectDatabase(schema.databaseOptions);
  const findings: MigrationFinding[] = [];
  const changes = new Map<string, readonly string[]>();
  try {
    for (const file of files) {
      const find = (rule: MigrationRule, text: string): MigrationFinding => ({ service, migration: file.name, rule, text });
      const outcome = await runMigration(file, database, schema);
      changes.set(file.name, describeChanges(outcome.changes));
      findings.push(
        ...judge(file, outcome.changes, find),
        ...outcome.faults.map(({ rule, text }) => find(rule, text)),
        ...compareWithRelease(describeChanges(outcome.changes), manifest[file.name]?.changes, find),
      );
      // What comes after it builds on it.
      if (outcome.faults.some(({ rule }) => rule === 'fails')) break;
    }
  } finally {
    await database.close();
    await schema.close();
  }
  return { findings, changes };
}

interface Outcome {
  readonly changes: readonly SchemaChange[];
  readonly faults: readonly { readonly rule: MigrationRule; readonly text: string }[];
}

async function runMigration({ up }: Migration, { sequelize }: Database, schema: TestSchema): Promise<Outcome> {
  const before = await readSchema(schema.query);
  const deletions: SchemaChange[] = [];
  sequelize.addHook('afterQuery', 'deletions', (_options, query) => {
    const sql = String(Reflect.get(query, 'sql'));
    if (DELETES.test(sql)) deletions.push({ kind: 'rows-deleted', text: `rows deleted: ${sql.trim().replaceAll(/\s+/g, ' ')}` });
  });
  const run = (): Promise<void> => up({ context: sequelize.getQueryInterface() });
  try {
    await run();
  } catch (error) {
    return { changes: [], faults: [{ rule: 'fails', text: `fails on an empty schema: ${String(error)}` }] };
  } finally {
    sequelize.removeHook('afterQuery', 'deletions');
  }
  const after = await readSchema(schema.query);
  const changes = [...compareSchemas(before, after), ...deletions];
  try {
    await run();
  } catch (error) {
    return { changes, faults: [{ rule: 'not-repeatable', text: `fails when it runs a second time: ${String(error)}` }] };
  }
  const again = compareSchemas(after, await readSchema(schema.query));
  return {
    changes,
    faults:
      again.length === 0
        ? []
        : [{ rule: 'not-repeatable', text: `does something else the second time: ${describeChanges(again).join('; ')}` }],
  };
}

type Find = (rule: MigrationRule, text: string) => MigrationFinding;

function judge({ contraction }: Migration, changes: readonly SchemaChange[], find: Find): readonly MigrationFinding[] {
  const judged = changes.map(({ kind, text }) => ({ text, rule: VERDICTS[kind] }));
  const contracts = judged.some(({ rule }) => rule.verdict === 'contracts');
  return [
    ...judged.flatMap(({ text, rule }) => {
      if (rule.verdict === 'refused') return [find('breaks-old-version', `${text}. The version that still runs fails: ${rule.why}`)];
      if (rule.verdict === 'contracts' && contraction === undefined)
        return [find('needs-a-contraction', `${text}. The version that still runs may fail: ${rule.why}`)];
      return [];
    }),
    ...(contraction !== undefined && !contracts ? [find('contracts-nothing', `says that it contracts, and takes nothing away`)] : []),
  ];
}

function compareWithRelease(changes: readonly string[], released: readonly string[] | undefined, find: Find): readonly MigrationFinding[] {
  if (released === undefined || JSON.stringify(released) === JSON.stringify(changes)) return [];
  const [now, then] = [new Set(changes), new Set(released)];
  const differences = [
    ...[...now.difference(then)].map((text) => `now ${text}`),
    ...[...then.difference(now)].map((text) => `not any more ${text}`),
  ];
  return [find('other-effect', `does something else than when it was released: ${differences.join('; ') || 'in another order'}`)];
}

function describeChanges(changes: readonly SchemaChange[]): readonly string[] {
  return changes.map(({ text }) => text);
}
