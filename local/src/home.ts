// The folder of one platform: whoever runs has it alone, and `npm run reset` clears it. What is not a platform's own is neither written over nor deleted.
import { existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { findRecordedProcess, identifyProcess } from './processes/process-identity.ts';

/** Says in the state folder that it is one. */
const MARKER = 'torii-state';
const MARKER_TEXT = 'The state of a Torii platform. `npm run reset` deletes this folder.\n';
/** What states have that were made before there was a marker. */
const UNMARKED_STATE = ['resources.json', 'tls', 'mariadb'];

/** Makes the folder of the state, should it not be there. @throws Error naming the process that has the home, or why it cannot be one */
export function prepareHome(home: string): void {
  const holder = findRecordedProcess(lockFileOf(home));
  if (holder !== undefined)
    throw new Error(`The platform cannot start: it already runs as process ${holder} with its state in ${home}. Stop it first (Ctrl-C).`);
  writeInHome(home, () => {
    if (!hasState(home)) assertVacant(home);
    const state = stateFolderOf(home);
    mkdirSync(state, { recursive: true, mode: 0o700 });
    writeFileSync(join(state, MARKER), MARKER_TEXT);
    // A home may lie in somebody's repository, and secrets must not.
    writeFileSync(join(state, '.gitignore'), '*\n');
  });
}

/** @returns what gives it back. @throws as `prepareHome` */
export function takeHome(home: string): () => void {
  prepareHome(home);
  writeInHome(home, () => {
    // Of a platform that was killed: its addresses mean nothing any more.
    for (const file of [lockFileOf(home), platformFileOf(home)]) rmSync(file, { force: true });
    writeFileSync(lockFileOf(home), identifyProcess(process.pid) ?? '', { flag: 'wx' });
  });
  return () => rmSync(lockFileOf(home), { force: true });
}

/** What a reset deletes; nothing where there is no state. @throws Error while the platform runs, or when what is there is no platform's */
export function listResets(home: string): readonly string[] {
  const holder = findRecordedProcess(lockFileOf(home));
  if (holder !== undefined)
    throw new Error(`The state in ${home} cannot be cleared: the platform is running as process ${holder}. Stop it first (Ctrl-C).`);
  const state = stateFolderOf(home);
  if (!existsSync(state)) return [];
  if (!hasState(home))
    throw new Error(
      `${state} cannot be cleared: nothing in it says that it is a platform's state. Look at TORII_HOME, or delete the folder yourself.`,
    );
  return [state, platformFileOf(home), lockFileOf(home)].filter((path) => existsSync(path));
}

/** Forgets users, items, jobs, messages and files. @returns what it deleted. @throws as `listResets` */
export function resetHome(home: string): readonly string[] {
  const paths = listResets(home);
  for (const path of paths) rmSync(path, { recursive: true, force: true });
  return paths;
}

function hasState(home: string): boolean {
  const isThere = (name: string): boolean => existsSync(join(stateFolderOf(home), name));
  return isThere(MARKER) || UNMARKED_STATE.every(isThere);
}

/** @throws Error when somebody else's files have the names that a platform's will have */
function assertVacant(home: string): void {
  const state = stateFolderOf(home);
  const entries = existsSync(state) ? readdirSync(state).map((name) => join(state, name)) : [];
  const [stranger] = [...entries, ...[platformFileOf(home), lockFileOf(home)].filter((file) => existsSync(file))];
  if (stranger !== undefined) throw new Error(`${stranger} is there already, and no platform's state beside it`);
}

function writeInHome(home: string, write: () => void): void {
  try {
    write();
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new Error(`The platform cannot keep its state in ${home}: ${why}. Choose another folder: TORII_HOME=<folder> npm start`, {
      cause,
    });
  }
}

/** Readable by its owner only: it holds secrets, signing keys and mails. */
export function stateFolderOf(home: string): string {
  return join(home, 'state');
}

export function platformFileOf(home: string): string {
  return join(home, 'platform.json');
}

function lockFileOf(home: string): string {
  return join(home, 'platform.pid');
}
