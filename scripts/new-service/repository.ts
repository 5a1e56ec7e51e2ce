import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Names } from './names.ts';

/** What the generator asks of the repository; it writes elsewhere. */
export interface Repository {
  readonly root: string;
  /** @throws Error that names a file which is not there */
  read(path: string): string;
  has(path: string): boolean;
  list(folder: string): readonly string[];
}

export function openRepository(root: string): Repository {
  return {
    root,
    read: (path) => {
      if (!existsSync(join(root, path)))
        throw new Error(`The service cannot be made: there is no ${path} to add it to. Nothing was written.`);
      return readFileSync(join(root, path), 'utf8');
    },
    has: (path) => existsSync(join(root, path)),
    list: (folder) => readdirSync(join(root, folder)),
  };
}

/** Made by every service, next to what the chassis offers it. */
const OWN_FUNCTIONS = ['createRoutes', 'createNote'];

/** @throws Error that says what has the name already */
export function assertFree(repository: Repository, { name, pascal }: Names): void {
  const taken = [
    `services/${name}`,
    `infra/src/stacks/${name}-stack.ts`,
    `contracts/src/http/${name}.ts`,
    ...(repository.has(`${name}/package.json`) ? [`${name}/package.json`] : []),
  ].find((path) => repository.has(path));
  if (taken !== undefined) throw new Error(`'${name}' cannot be the name of a service: there is ${taken}. Choose another name.`);
  if (new RegExp(`'${name}'`).test(repository.read('contracts/src/topology.ts')))
    throw new Error(`'${name}' cannot be the name of a service: contracts/src/topology.ts has it. Choose another name.`);
  const maker = `create${pascal}`;
  if (OWN_FUNCTIONS.includes(maker) || new RegExp(`\\b${maker}\\b`).test(repository.read('chassis/src/index.ts')))
    throw new Error(`'${name}' cannot be the name of a service: every service has another ${maker}. Choose another name.`);
}
