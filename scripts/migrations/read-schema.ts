// Reads a schema from information_schema.
import type { Column, Index, Schema, Table } from './schema.ts';

/** Runs SQL in the schema. */
export type Query = <Row>(sql: string) => Promise<readonly Row[]>;

interface ColumnRow {
  readonly tableName: string;
  readonly name: string;
  readonly type: string;
  readonly nullable: 'YES' | 'NO';
  readonly defaultValue: string | null;
  readonly extra: string;
  readonly collation: string | null;
  readonly generation: string | null;
}
interface IndexRow {
  readonly tableName: string;
  readonly name: string;
  readonly nonUnique: number;
  readonly kind: string;
  readonly columns: string;
}
interface NamedRow {
  readonly tableName: string;
  readonly name: string;
  readonly text: string;
}

const TABLES = `SELECT table_name AS tableName FROM information_schema.tables WHERE table_schema = DATABASE() AND table_type = 'BASE TABLE'`;
const COLUMNS = `SELECT table_name AS tableName, column_name AS name, column_type AS type, is_nullable AS nullable, column_default AS defaultValue,
  extra, collation_name AS collation, generation_expression AS generation
  FROM information_schema.columns WHERE table_schema = DATABASE() ORDER BY table_name, ordinal_position`;
const INDEXES = `SELECT table_name AS tableName, index_name AS name, MAX(non_unique) AS nonUnique, MAX(index_type) AS kind,
  GROUP_CONCAT(CONCAT(column_name, IF(sub_part IS NULL, '', CONCAT('(', sub_part, ')'))) ORDER BY seq_in_index SEPARATOR ',') AS columns
  FROM information_schema.statistics WHERE table_schema = DATABASE() GROUP BY table_name, index_name`;
const FOREIGN_KEYS = `SELECT k.table_name AS tableName, k.constraint_name AS name,
  CONCAT('foreign key (', GROUP_CONCAT(k.column_name ORDER BY k.ordinal_position), ') to ', k.referenced_table_name) AS text
  FROM information_schema.key_column_usage k
  WHERE k.table_schema = DATABASE() AND k.referenced_table_name IS NOT NULL GROUP BY k.table_name, k.constraint_name, k.referenced_table_name`;
const CHECKS = `SELECT table_name AS tableName, constraint_name AS name, CONCAT('check ', check_clause) AS text
  FROM information_schema.check_constraints WHERE constraint_schema = DATABASE()`;
const PROGRAMS = `SELECT CONCAT('view ', table_name) AS name FROM information_schema.views WHERE table_schema = DATABASE()
  UNION ALL SELECT CONCAT('trigger ', trigger_name) FROM information_schema.triggers WHERE trigger_schema = DATABASE()
  UNION ALL SELECT CONCAT(LOWER(routine_type), ' ', routine_name) FROM information_schema.routines WHERE routine_schema = DATABASE()`;
/** The migrations' own record, which no migration makes. */
const OWN_TABLE = 'migrations';

export async function readSchema(query: Query): Promise<Schema> {
  const tables = (await query<{ readonly tableName: string }>(TABLES))
    .map(({ tableName }) => tableName)
    .filter((name) => name !== OWN_TABLE);
  const [columns, indexes] = [await query<ColumnRow>(COLUMNS), await query<IndexRow>(INDEXES)];
  const constraints = [...(await query<NamedRow>(FOREIGN_KEYS)), ...(await query<NamedRow>(CHECKS))];
  const programs = await query<{ readonly name: string }>(PROGRAMS);
  const readTable = (table: string): Table => {
    const own = <Row extends { readonly tableName: string }>(rows: readonly Row[]): readonly Row[] =>
      rows.filter(({ tableName }) => tableName === table);
    return {
      columns: new Map(own(columns).map((row) => [row.name, toColumn(row)])),
      indexes: new Map(own(indexes).map((row) => [row.name, toIndex(row)])),
      constraints: new Map(own(constraints).map(({ name, text }) => [name, text])),
    };
  };
  return {
    tables: new Map(tables.toSorted().map((table) => [table, readTable(table)])),
    programs: new Set(programs.map(({ name }) => name)),
  };
}

function toColumn(row: ColumnRow): Column {
  const isNullable = row.nullable === 'YES';
  const isComputed = row.generation !== null && row.generation !== '';
  // MariaDB writes NULL as a default in letters.
  const hasDefault = isNullable || row.defaultValue !== null || isComputed || row.extra.includes('auto_increment');
  const value = isComputed ? (row.generation ?? '') : (row.defaultValue ?? '');
  // Widths of integers are for display only.
  const type = row.type.replace(/^((?:tiny|small|medium|big)?int)\(\d+\)/, '$1');
  return { type, isNullable, hasDefault, value: value === 'NULL' ? '' : value, extra: row.extra, collation: row.collation ?? '' };
}

function toIndex({ nonUnique, kind, columns }: IndexRow): Index {
  return { isUnique: Number(nonUnique) === 0, kind, columns: columns.split(',') };
}
