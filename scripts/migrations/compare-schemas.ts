// What a migration has done: the schema after it beside the schema before.
import { isWider } from './compare-types.ts';
import type { Column, Index, Schema, Table } from './schema.ts';
import type { ChangeKind, SchemaChange } from './schema-change.ts';

const PRIMARY = 'PRIMARY';

export function compareSchemas(before: Schema, after: Schema): readonly SchemaChange[] {
  return [
    ...compareMaps(before.tables, after.tables, {
      added: (name, table) => change('table-added', `table ${name} added: ${describeTable(table)}`),
      dropped: (name) => change('table-dropped', `table ${name} dropped`),
      both: compareTables,
    }),
    ...[...before.programs.symmetricDifference(after.programs)].map((name) =>
      change('program-changed', `${name} ${after.programs.has(name) ? 'added' : 'dropped'}`),
    ),
  ];
}

function compareTables(table: string, before: Table, after: Table): readonly SchemaChange[] {
  return [
    ...compareMaps(before.columns, after.columns, {
      added: (name, column) =>
        change(column.hasDefault ? 'column-added' : 'column-added-required', `column ${table}.${name} added: ${describeColumn(column)}`),
      dropped: (name) => change('column-dropped', `column ${table}.${name} dropped`),
      both: (name, old, now) => compareColumns(`${table}.${name}`, old, now),
    }),
    ...compareMaps(before.indexes, after.indexes, {
      added: (name, index) => change(kindOfAdded(name, index), `index ${table}.${name} added: ${describeIndex(index)}`),
      dropped: (name) => change(kindOfDropped(name), `index ${table}.${name} dropped`),
      both: (name, old, now) => compareIndexes(`${table}.${name}`, name, old, now),
    }),
    ...compareMaps(before.constraints, after.constraints, {
      added: (name, text) => change('constraint-added', `constraint ${table}.${name} added: ${text}`),
      dropped: (name) => change('constraint-dropped', `constraint ${table}.${name} dropped`),
      both: (name, old, now) => (old === now ? [] : [change('constraint-added', `constraint ${table}.${name} is now ${now}`)]),
    }),
  ];
}

function compareColumns(name: string, before: Column, after: Column): readonly SchemaChange[] {
  const changes: SchemaChange[] = [];
  const note = (kind: ChangeKind, text: string): void => void changes.push(change(kind, `column ${name} ${text}`));
  if (before.type !== after.type)
    note(isWider(before.type, after.type) ? 'column-widened' : 'column-narrowed', `changed from ${before.type} to ${after.type}`);
  if (!before.isNullable && after.isNullable) note('column-made-nullable', 'takes null');
  if (before.isNullable && !after.isNullable) note('column-made-required', 'does not take null any more');
  if (before.collation !== after.collation) note('collation-changed', `compares otherwise: ${after.collation || 'bytes'}`);
  return [...changes, ...compareValues(name, before, after)];
}

/** What the database puts there by itself. */
function compareValues(name: string, before: Column, after: Column): readonly SchemaChange[] {
  if (before.extra !== after.extra)
    return [change('column-computed-otherwise', `column ${name} changed from "${before.extra}" to "${after.extra}"`)];
  if (before.value === after.value) return [];
  if (after.extra.includes('GENERATED')) return [change('column-computed-otherwise', `column ${name} is now computed as ${after.value}`)];
  // A column that took null is told of already.
  if (!after.hasDefault) return before.isNullable ? [] : [change('default-dropped', `column ${name} lost its default`)];
  return [change('default-changed', `column ${name} has the default ${after.value || 'null'}`)];
}

function compareIndexes(place: string, name: string, before: Index, after: Index): readonly SchemaChange[] {
  if (describeIndex(before) === describeIndex(after)) return [];
  const text = `index ${place} changed from ${describeIndex(before)} to ${describeIndex(after)}`;
  return [change(kindOfDropped(name), text), ...(after.isUnique && name !== PRIMARY ? [change('unique-added', text)] : [])];
}

function kindOfAdded(name: string, { isUnique }: Index): ChangeKind {
  if (name === PRIMARY) return 'primary-key-changed';
  return isUnique ? 'unique-added' : 'index-added';
}

function kindOfDropped(name: string): ChangeKind {
  return name === PRIMARY ? 'primary-key-changed' : 'index-dropped';
}

/** Columns and indexes; without collations and defaults, which MariaDB writes differently from one version to the next. */
function describeTable({ columns, indexes, constraints }: Table): string {
  return [
    ...[...columns].map(([name, column]) => `${name} ${describeColumn(column)}`),
    ...[...indexes].map(([name, index]) => `${name} ${describeIndex(index)}`).toSorted(),
    ...constraints.values(),
  ].join('; ');
}

function describeColumn({ type, isNullable, hasDefault, extra }: Column): string {
  const filled = hasDefault && !isNullable && !extra.includes('auto_increment') ? 'with a default' : '';
  return [type, isNullable ? 'null' : 'not null', filled, extra.toLowerCase()].filter(Boolean).join(' ');
}

function describeIndex({ isUnique, kind, columns }: Index): string {
  return [isUnique ? 'unique' : '', kind === 'BTREE' ? '' : kind.toLowerCase(), `(${columns.join(', ')})`].filter(Boolean).join(' ');
}

interface Comparison<Value> {
  readonly added: (name: string, after: Value) => SchemaChange;
  readonly dropped: (name: string) => SchemaChange;
  readonly both: (name: string, before: Value, after: Value) => readonly SchemaChange[];
}

function compareMaps<Value>(
  before: ReadonlyMap<string, Value>,
  after: ReadonlyMap<string, Value>,
  { added, dropped, both }: Comparison<Value>,
): readonly SchemaChange[] {
  const names = [...new Set([...before.keys(), ...after.keys()])];
  return names.flatMap((name) => {
    const [old, now] = [before.get(name), after.get(name)];
    if (old === undefined) return now === undefined ? [] : [added(name, now)];
    return now === undefined ? [dropped(name)] : both(name, old, now);
  });
}

function change(kind: ChangeKind, text: string): SchemaChange {
  return { kind, text };
}
