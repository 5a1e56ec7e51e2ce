import { readdirSync, readFileSync } from 'node:fs';

/** A question to the lake that has been thought of before. */
export interface LogQuery {
  /** Of its file. */
  readonly name: string;
  /** Its first line, which is a comment. */
  readonly description: string;
  /** Athena's SQL. Each `?` has its name in a comment before it: whoever runs the query gives values by these names. */
  readonly sql: string;
}

const FOLDER = new URL('./queries/', import.meta.url);

/** All of them, by name. @throws Error that names a file without a description */
export function readLogQueries(): readonly LogQuery[] {
  return readdirSync(FOLDER)
    .toSorted()
    .map((file) => {
      const sql = readFileSync(new URL(file, FOLDER), 'utf8').trim();
      const [, description] = /^-- (.+)\n/.exec(sql) ?? [];
      if (description === undefined)
        throw new Error(`The query ${file} cannot be used: its first line is no comment that says what it tells.`);
      return { name: file.replace(/\.sql$/, ''), description, sql };
    });
}
