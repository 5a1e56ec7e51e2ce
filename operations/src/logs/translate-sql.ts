// Where DuckDB, which answers on a laptop, differs from Athena, whose SQL the queries are in. This file is the only one that knows.

interface Difference {
  readonly athena: RegExp;
  readonly duckdb: string;
}

/** Beyond these, the two agree on what the queries use: a test runs every query of the templates. */
const DIFFERENCES: readonly Difference[] = [
  // An estimate in Athena, which adds up what many machines have seen; exact here.
  { athena: /\bapprox_percentile\s*\(/gi, duckdb: 'quantile_cont(' },
];

/** The same question in DuckDB's words. Texts in quotes and comments stay as they are. */
export function translateSql(sql: string): string {
  return sql
    .split(/('(?:[^']|'')*'|--[^\n]*|\/\*[\s\S]*?\*\/)/)
    .map((part, index) =>
      index % 2 === 1 ? part : DIFFERENCES.reduce((text, { athena, duckdb }) => text.replaceAll(athena, duckdb), part),
    )
    .join('');
}

const TYPES: Readonly<Record<string, string>> = {
  string: 'VARCHAR',
  int: 'INTEGER',
  bigint: 'BIGINT',
  double: 'DOUBLE',
  boolean: 'BOOLEAN',
};

/** A type of Hive as DuckDB has it: `struct<code:string>` is `STRUCT("code" VARCHAR)`. @throws Error naming a type that no query needed so far */
export function translateType(type: string): string {
  const [, fields] = /^struct<(.+)>$/.exec(type) ?? [];
  if (fields !== undefined) {
    const members = fields.split(',').map((field) => {
      const [name = '', of = ''] = field.split(':');
      return `${quoteName(name)} ${translateType(of)}`;
    });
    return `STRUCT(${members.join(', ')})`;
  }
  const known = Object.hasOwn(TYPES, type) ? TYPES[type] : undefined;
  if (known === undefined) throw new Error(`Type ${type} has no translation for DuckDB: add it to operations/src/logs/translate-sql.ts.`);
  return known;
}

export function quoteName(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

export function quoteText(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}
