import { ENVIRONMENT_NAMES, getEnvironment } from '../../infra/src/environments.ts';
import { createContractFiles } from './contract-files.ts';
import { assertRoom } from './database-room.ts';
import { planEdits } from './edits.ts';
import { createExampleFiles } from './example-files.ts';
import { addToLockfile } from './lockfile.ts';
import type { Names } from './names.ts';
import { createManifest, createPackageFiles, findFreePriority, type Manifest } from './package-files.ts';
import { assertFree, type Repository } from './repository.ts';
import { createFrameFiles } from './source-files.ts';
import { createTestFiles } from './test-files.ts';
import type { SourceText } from './text.ts';
import { createWorkFiles } from './work-files.ts';

/** All that will be written, before any of it is: what cannot be made leaves the repository as it was. */
export interface Plan {
  readonly manifest: Manifest;
  readonly created: readonly SourceText[];
  readonly changed: readonly SourceText[];
}

/** @throws Error that says what stands in the way */
export function planService(repository: Repository, names: Names): Plan {
  assertFree(repository, names);
  assertRoom(ENVIRONMENT_NAMES.map(getEnvironment));
  const priority = findFreePriority(repository);
  const manifest = createManifest(repository, names.name);
  const created = {
    ...createContractFiles(names),
    ...createPackageFiles(repository, names, priority),
    ...createFrameFiles(names),
    ...createExampleFiles(names),
    ...createWorkFiles(names),
    ...createTestFiles(names),
  };
  const lockfile = addToLockfile(repository.read('package-lock.json'), `services/${names.name}`, manifest);
  return {
    manifest,
    created: Object.entries(created).map(([path, text]) => ({ path, text })),
    changed: [...planEdits(repository, names, priority), { path: 'package-lock.json', text: lockfile }],
  };
}
