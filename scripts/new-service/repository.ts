import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { isReserved } from '../../infra/lambda/reserved-names.ts';
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
const OWN_FUNCTIONS = ['createRoutes', 'createHandlers', 'createNote'];
/** Who writes messages, in the topology's pages, without being a service. */
const WRITERS = ['operators', 'schedule'];

/** @throws Error that says what has the name already */
export function assertFree(repository: Repository, names: Names): void {
  const reason = findReason(repository, names);
  if (reason !== undefined) throw new Error(`'${names.name}' cannot be the name of a service: ${reason}. Choose another name.`);
}

function findReason(repository: Repository, { name, pascal, snake }: Names): string | undefined {
  if (isReserved(snake)) return `${snake} is a name of the database's own, and the schema and its user are named after the service`;
  if (WRITERS.includes(name)) return 'it means who else writes messages';
  const taken = [
    `services/${name}`,
    `infra/src/stacks/${name}-stack.ts`,
    `contracts/src/http/${name}.ts`,
    ...(repository.has(`${name}/package.json`) ? [`${name}/package.json`] : []),
  ].find((path) => repository.has(path));
  if (taken !== undefined) return `there is ${taken}`;
  if (new RegExp(`'${name}'`).test(repository.read('contracts/src/topology.ts'))) return 'contracts/src/topology.ts has it';
  const offered = repository.read('chassis/src/index.ts');
  const other = [`create${pascal}`, `${pascal}Context`].find(
    (word) => OWN_FUNCTIONS.includes(word) || new RegExp(`\\b${word}\\b`).test(offered),
  );
  return other === undefined ? undefined : `every service has another ${other}`;
}
