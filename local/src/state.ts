// What this platform applied at its last start. Written whole and atomically, so a crash leaves the old file or the new one.
import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import type { AppliedResource } from './provider.ts';

export interface RecordedResource extends AppliedResource {
  /** `DeletionPolicy: Retain`: stays when the template drops it. */
  readonly retained: boolean;
}

/** Resources by `<stack>/<logical id>`. */
export interface PlatformState {
  readonly resources: Map<string, RecordedResource>;
  save(): void;
}

/** @throws Error when the file is damaged: what it says about stateful resources must not be guessed. */
export function openState(file: string): PlatformState {
  const resources = new Map(readRecords(file).map((record) => [`${record.stack}/${record.logicalId}`, record]));
  const save = (): void => {
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(`${file}.new`, JSON.stringify([...resources.values()], null, 1), { mode: 0o600 });
    renameSync(`${file}.new`, file);
  };
  return { resources, save };
}

function readRecords(file: string): readonly RecordedResource[] {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch {
    return [];
  }
  try {
    return JSON.parse(text) as readonly RecordedResource[];
  } catch (cause) {
    throw new Error(`The platform's state cannot be read: ${file} is damaged. Start over with: npm run reset`, { cause });
  }
}
