// The folder of one platform: whoever runs has it alone, and `npm run reset` clears it.
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { findRecordedProcess, identifyProcess } from './processes/process-identity.ts';

/** @returns what gives it back. @throws Error naming the process that has it, or why it cannot be written */
export function takeHome(home: string): () => void {
  const holder = findRecordedProcess(lockFileOf(home));
  if (holder !== undefined)
    throw new Error(`The platform cannot start: it already runs as process ${holder} with its state in ${home}. Stop it first (Ctrl-C).`);
  try {
    mkdirSync(stateFolderOf(home), { recursive: true, mode: 0o700 });
    // Of a platform that was killed: its addresses mean nothing any more.
    for (const file of [lockFileOf(home), platformFileOf(home)]) rmSync(file, { force: true });
    writeFileSync(lockFileOf(home), identifyProcess(process.pid) ?? '', { flag: 'wx' });
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new Error(`The platform cannot keep its state in ${home}: ${why}. Choose another folder: TORII_HOME=<folder> npm start`, {
      cause,
    });
  }
  return () => rmSync(lockFileOf(home), { force: true });
}

/** Forgets users, items, jobs, messages and files. @throws Error while the platform runs */
export function resetHome(home: string): void {
  const holder = findRecordedProcess(lockFileOf(home));
  if (holder !== undefined)
    throw new Error(`The state in ${home} cannot be cleared: the platform is running as process ${holder}. Stop it first (Ctrl-C).`);
  for (const path of [stateFolderOf(home), platformFileOf(home), lockFileOf(home)]) rmSync(path, { recursive: true, force: true });
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
