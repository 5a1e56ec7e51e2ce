// Where MariaDB and Redis are on this machine: `scripts/bootstrap.mjs` has found or fetched them and left a record.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

export interface NativeProgram {
  readonly program: string;
  /** Folder of libraries that came with the program; null when the system has them. */
  readonly libraryPath: string | null;
}
export interface MariadbProgram extends NativeProgram {
  readonly prefix: string;
  /** Error messages, character sets and the SQL that makes the system tables. */
  readonly share: string;
}
export interface Natives {
  readonly mariadb: MariadbProgram;
  readonly redis: NativeProgram;
}

/** @throws Error when they have not been provided. */
export function readNatives(nativeFolder: string): Natives {
  const file = join(nativeFolder, 'natives.json');
  if (!existsSync(file)) {
    throw new Error(
      `MariaDB and Redis cannot be started: ${file} does not name them. Start through scripts/bootstrap.mjs, which finds or fetches them`,
    );
  }
  return parseNatives(readFileSync(file, 'utf8'));
}

/** Environment for a native program. */
export function environmentOf(native: NativeProgram): NodeJS.ProcessEnv {
  const { PATH, HOME, TZ } = process.env;
  return { PATH, HOME, TZ, LC_ALL: 'C.UTF-8', ...(native.libraryPath !== null && { LD_LIBRARY_PATH: native.libraryPath }) };
}

function parseNatives(text: string): Natives {
  return JSON.parse(text) as Natives;
}
