// Which changes start which pipeline. Nobody keeps a list: workspaces say in their package.json what they depend on, and Dockerfiles what
// they copy.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { ServiceName } from '../services.ts';

/** Folders of the repository, and who depends on whom. */
export interface Workspaces {
  /** Folder by package name. */
  readonly folders: ReadonlyMap<string, string>;
  /** Names in `dependencies` by package name. What only tests need, in `devDependencies`, releases nothing. */
  readonly dependencies: ReadonlyMap<string, readonly string[]>;
}

const REPOSITORY = fileURLToPath(new URL('../../../', import.meta.url));
/** CodePipeline's most in one list. */
const MAX_PATTERNS = 8;
/** How things are delivered: whoever changes that sees it work, or not, in dev. */
const DELIVERY_PATHS = ['buildspec.yml', 'scripts/deliver/**'];
/** Services whose functions are bundled into the stacks of an environment. A test looks for others. */
const SERVICES_WITH_FUNCTIONS: readonly ServiceName[] = ['identity', 'jobs'];

/**
 * Patterns, of which one must match a file of the push: a service's pipeline starts when something changes that its image is made of. Nothing is
 * excluded: whether a file that is holds back the others of its push AWS does not say, and a build too many is cheaper than one that is missing.
 */
export function listServicePaths(
  service: ServiceName,
  workspaces = readWorkspaces(),
  dockerfile = readDockerfile(service),
): readonly string[] {
  return assertFewEnough(service, [...listFolders(`services/${service}`, workspaces), ...listCopiedFiles(dockerfile), ...DELIVERY_PATHS]);
}

/** The pipeline of the environments' stacks starts when templates may change, or code of functions that is in them. */
export function listInfrastructurePaths(workspaces = readWorkspaces()): readonly string[] {
  const roots = ['infra', ...SERVICES_WITH_FUNCTIONS.map((service) => `services/${service}`)];
  const folders = new Set(roots.flatMap((folder) => listFolders(folder, workspaces)));
  return assertFewEnough('infrastructure', [...folders, 'package-lock.json', ...DELIVERY_PATHS]);
}

export function readWorkspaces(): Workspaces {
  const { workspaces = [] } = readManifest('package.json');
  const folders = workspaces.flatMap(listMatching);
  const manifests = folders.map((folder) => ({ folder, ...readManifest(join(folder, 'package.json')) }));
  return {
    folders: new Map(manifests.map(({ name = '', folder }) => [name, folder])),
    dependencies: new Map(manifests.map(({ name = '', dependencies = {} }) => [name, Object.keys(dependencies)])),
  };
}

/** The workspace's own folder and those of all that it depends on, also through others. */
function listFolders(folder: string, { folders, dependencies }: Workspaces): readonly string[] {
  const start = [...folders].find(([, place]) => place === folder)?.[0];
  if (start === undefined) throw new Error(`What starts the pipeline of ${folder} cannot be said: no workspace is in that folder.`);
  const needed = new Set([start]);
  // A set goes on to what is added while it is walked.
  for (const name of needed) for (const other of dependencies.get(name) ?? []) if (folders.has(other)) needed.add(other);
  return [...needed].map((name) => `${folders.get(name)}/**`);
}

/** Files at the repository's root that the image is made with. Folders are workspaces, and known. */
function listCopiedFiles(dockerfile: string): readonly string[] {
  const copied = dockerfile.split('\n').flatMap((line) => {
    const [keyword, ...words] = line.trim().split(/\s+/);
    return keyword === 'COPY' && !words.some((word) => word.startsWith('--')) ? words.slice(0, -1) : [];
  });
  return [...new Set(copied.filter((path) => !path.includes('/')))];
}

function assertFewEnough(delivered: string, patterns: readonly string[]): readonly string[] {
  if (patterns.length > MAX_PATTERNS)
    throw new Error(
      `The pipeline of ${delivered} cannot be triggered: it has ${patterns.length} patterns, and CodePipeline takes ${MAX_PATTERNS}.`,
    );
  return patterns;
}

/** Folders that a pattern of npm's `workspaces` means: one folder, or all below one. */
function listMatching(pattern: string): readonly string[] {
  if (!pattern.endsWith('/*')) return [pattern];
  const parent = pattern.slice(0, -'/*'.length);
  return readdirSync(join(REPOSITORY, parent), { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => `${parent}/${name}`)
    .toSorted();
}

interface Manifest {
  readonly name?: string;
  readonly workspaces?: readonly string[];
  readonly dependencies?: Readonly<Record<string, string>>;
}

function readManifest(path: string): Manifest {
  return JSON.parse(readFileSync(join(REPOSITORY, path), 'utf8')) as Manifest;
}

function readDockerfile(service: ServiceName): string {
  return readFileSync(join(REPOSITORY, 'services', service, 'Dockerfile'), 'utf8');
}
