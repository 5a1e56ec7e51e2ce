// Which packages an image has, by the lockfile: what `npm ci --omit=dev -w services/<service>` installs on linux/arm64.
import { z } from 'zod';
import { DeliveryError } from './delivery-error.ts';

/** npm writes one name without a list around it. */
const list = z.union([z.array(z.string()), z.string().transform((name) => [name])]).optional();
const names = z.record(z.string(), z.string()).default({});
const entry = z.object({
  version: z.string().optional(),
  name: z.string().optional(),
  resolved: z.string().optional(),
  integrity: z.string().optional(),
  license: z.string().optional(),
  /** A workspace, which is at `resolved`. */
  link: z.boolean().optional(),
  dependencies: names,
  optionalDependencies: names,
  peerDependencies: names,
  peerDependenciesMeta: z.record(z.string(), z.object({ optional: z.boolean().optional() })).default({}),
  os: list,
  cpu: list,
  libc: list,
});
const lockfile = z.object({ lockfileVersion: z.literal(3), packages: z.record(z.string(), entry) });

export type Lockfile = z.infer<typeof lockfile>;
type Entry = z.infer<typeof entry>;

export interface LockedPackage {
  /** Where npm installs it, from the repository's root. */
  readonly path: string;
  readonly name: string;
  readonly version: string;
  readonly integrity?: string | undefined;
  readonly license?: string | undefined;
  /** Paths of the packages that it asks for. */
  readonly needs: readonly string[];
}

const NODE_MODULES = 'node_modules/';
const PLATFORM = { os: 'linux', cpu: 'arm64', libc: 'glibc' } as const;

/** @throws ZodError for a lockfile of another version of npm */
export function parseLockfile(text: string): Lockfile {
  return lockfile.parse(JSON.parse(text));
}

/**
 * The workspace and everything that it needs to run, in the order of their paths.
 * @throws DeliveryError when the lockfile lacks something that a package needs
 */
export function listInstalled({ packages }: Lockfile, workspace: string): readonly LockedPackage[] {
  const found = new Map<string, LockedPackage>();
  const waiting = [workspace];
  for (let path = waiting.pop(); path !== undefined; path = waiting.pop()) {
    const locked = packages[path];
    if (found.has(path)) continue;
    if (locked === undefined) throw new DeliveryError(`${workspace} cannot be listed: package-lock.json has no ${path}.`);
    const needs = listNeeds(packages, path, locked);
    found.set(path, {
      path,
      name: locked.name ?? path.slice(path.lastIndexOf(NODE_MODULES) + (path.includes(NODE_MODULES) ? NODE_MODULES.length : 1)),
      version: locked.version ?? '0.0.0',
      integrity: locked.integrity,
      license: locked.license,
      needs,
    });
    waiting.push(...needs);
  }
  return [...found.values()].toSorted((left, right) => (left.path < right.path ? -1 : 1));
}

function listNeeds(packages: Lockfile['packages'], path: string, locked: Entry): readonly string[] {
  const peers = Object.keys(locked.peerDependencies).filter((name) => locked.peerDependenciesMeta[name]?.optional !== true);
  const required = [...Object.keys(locked.dependencies), ...peers].filter((name) => !Object.hasOwn(locked.optionalDependencies, name));
  const needs = required.map((name) => {
    const place = findPackage(packages, path, name);
    if (place === undefined) throw new DeliveryError(`${path} cannot be listed: it needs ${name}, which package-lock.json does not have.`);
    return place;
  });
  const optional = Object.keys(locked.optionalDependencies).flatMap((name) => {
    const place = findPackage(packages, path, name);
    return place !== undefined && isForPlatform(packages[place]) ? [place] : [];
  });
  return [...new Set([...needs, ...optional])].toSorted();
}

/** As Node looks for it: beside the asking package first, then in each folder above. A link leads to its workspace. */
function findPackage(packages: Lockfile['packages'], from: string, name: string): string | undefined {
  const folders = from.split('/');
  for (let depth = folders.length; depth >= 0; depth--) {
    const place = [...folders.slice(0, depth), 'node_modules', name].join('/');
    const locked = packages[place];
    if (locked !== undefined) return locked.link === true ? locked.resolved : place;
  }
  return undefined;
}

function isForPlatform(locked: Entry | undefined): boolean {
  return locked !== undefined && (['os', 'cpu', 'libc'] as const).every((key) => locked[key]?.includes(PLATFORM[key]) ?? true);
}
