// What this platform has applied. A template that changes in the middle of a failure finds here what there is.
import type { AppliedResource } from './provider.ts';
import { readJsonFile, replaceFile } from './state-files.ts';

export interface RecordedResource extends AppliedResource {
  /** `DeletionPolicy: Retain`: stays when the template drops it. */
  readonly retained: boolean;
}

export interface PlatformState {
  /** By `<stack>/<logical id>`. */
  readonly resources: Map<string, RecordedResource>;
  /** Replaced or dropped, and not yet removed: recorded, so that a platform killed in between removes them at its next start. */
  readonly outdated: RecordedResource[];
  save(): void;
}

/** One list in the file: an outdated resource may have the key of its successor. */
type SavedResource = RecordedResource & { readonly isOutdated?: true };

/** @throws Error when the file is damaged: what it says about stateful resources must not be guessed. */
export function openState(file: string): PlatformState {
  const saved = parseResources(file);
  const current = saved.filter(({ isOutdated }) => isOutdated !== true);
  const resources = new Map(current.map((record) => [`${record.stack}/${record.logicalId}`, record]));
  const outdated: RecordedResource[] = saved.filter(({ isOutdated }) => isOutdated === true);
  const save = (): void => {
    const all: readonly SavedResource[] = [...resources.values(), ...outdated.map((record) => ({ ...record, isOutdated: true as const }))];
    replaceFile(file, JSON.stringify(all, null, 1));
  };
  return { resources, outdated, save };
}

function parseResources(file: string): readonly SavedResource[] {
  return (readJsonFile(file) ?? []) as readonly SavedResource[];
}
