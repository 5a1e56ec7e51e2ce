// Files that survive a restart: written whole, readable by their owner only, and never guessed at when they are damaged.
import { chmodSync, existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { DatabaseSync } from 'node:sqlite';

/** A crash leaves the old text or the new one. */
export function replaceFile(file: string, text: string): void {
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
  writeFileSync(`${file}.new`, text, { mode: 0o600 });
  renameSync(`${file}.new`, file);
}

/** The JSON in a file, undefined when there is no such file. @throws Error naming the file when it is damaged */
export function readJsonFile(file: string): unknown {
  return existsSync(file) ? explainDamage(file, () => parseJson(readFileSync(file, 'utf8'))) : undefined;
}

/** V8's own message would quote the text, which may be a secret. */
function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new Error('it is not JSON');
  }
}

/** @param schema statements that may run at every start. @throws Error naming the file when it is damaged */
export function openDatabase(file: string, schema: string): DatabaseSync {
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
  return explainDamage(file, () => {
    const database = new DatabaseSync(file);
    chmodSync(file, 0o600);
    database.exec(schema);
    return database;
  });
}

/** Says of a file that cannot be opened which one it is, and what to do. */
export function explainDamage<T>(file: string, open: () => T): T {
  try {
    return open();
  } catch (cause) {
    const why = cause instanceof Error ? cause.message.trim() : String(cause);
    throw new Error(`The platform's state cannot be read from ${file}: ${why}. Start over with: npm run reset`, { cause });
  }
}
