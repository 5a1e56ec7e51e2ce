// Which source folders a service is made of, and what changes in them. A service is its own package and the workspace
// packages it depends on.
import { existsSync, readFileSync, realpathSync, watch, type FSWatcher } from 'node:fs';
import { dirname, join, resolve, sep } from 'node:path';

/** Editors write a file in several steps, and a save-all writes several files. */
const DEBOUNCE_MS = 150;
/** The parts of a package that a running process has loaded. */
export const WATCHED_PARTS: readonly string[] = ['src', 'migrations'];
const SOURCE = /\.(ts|mts|mjs|js|json|sql)$/;
const TEST = /\.test\.ts$/;

/** A file that a running process may have loaded. */
export function isSource(file: string): boolean {
  return SOURCE.test(file) && !TEST.test(file);
}

/** Folders of the packages that a command runs from; empty when it runs no script of the repository. */
export function listPackageFolders(command: readonly string[], root: string): readonly string[] {
  const script = command.find((word) => /\.[mc]?[jt]s$/.test(word));
  const own = script === undefined ? undefined : findPackageFolder(resolve(root, script), root);
  if (own === undefined) return [];
  const folders = new Set<string>();
  const visit = (folder: string): void => {
    if (folders.has(folder)) return;
    folders.add(folder);
    for (const name of readDependencies(folder)) {
      const linked = findWorkspace(name, root);
      if (linked !== undefined) visit(linked);
    }
  };
  visit(own);
  return [...folders];
}

function findPackageFolder(file: string, root: string): string | undefined {
  for (let folder = dirname(file); folder.startsWith(root) && folder !== root; folder = dirname(folder)) {
    if (existsSync(join(folder, 'package.json'))) return folder;
  }
  return undefined;
}

function readDependencies(folder: string): readonly string[] {
  const manifest = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as {
    readonly dependencies?: Readonly<Record<string, string>>;
  };
  return Object.keys(manifest.dependencies ?? {});
}

/** npm links workspaces into node_modules; anything else there is not ours to watch. */
function findWorkspace(name: string, root: string): string | undefined {
  const link = join(root, 'node_modules', name);
  if (!existsSync(link)) return undefined;
  const folder = realpathSync(link);
  return folder.startsWith(`${realpathSync(root)}${sep}`) && !folder.includes(`${sep}node_modules${sep}`) ? folder : undefined;
}

export interface SourceWatch {
  close(): void;
}

/** @param onChange called once for changes that come together, with the paths that changed */
export function watchSources(folders: readonly string[], onChange: (files: readonly string[]) => void): SourceWatch {
  const changed = new Set<string>();
  let timer: NodeJS.Timeout | undefined;
  const report = (file: string): void => {
    changed.add(file);
    clearTimeout(timer);
    timer = setTimeout(() => {
      const files = [...changed];
      changed.clear();
      onChange(files);
    }, DEBOUNCE_MS);
  };
  const watchers = folders
    .flatMap((folder) => WATCHED_PARTS.map((part) => join(folder, part)))
    .filter((folder) => existsSync(folder))
    .map((folder): FSWatcher => {
      const watcher = watch(folder, { recursive: true, persistent: false }, (_event, file) => {
        if (file !== null && isSource(file)) report(join(folder, file));
      });
      // A folder that goes away takes its watch with it; nothing else is lost.
      return watcher.on('error', () => watcher.close());
    });
  return {
    close: () => {
      clearTimeout(timer);
      for (const watcher of watchers) watcher.close();
    },
  };
}
