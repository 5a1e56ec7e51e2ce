// What a .dockerignore lets into a build, decided by a port of the builder's own matcher.
import { createRequire } from 'node:module';

interface Matcher {
  add(text: string): Matcher;
  filter(paths: readonly string[]): readonly string[];
}

/** The package's types describe an ES module, and it is none: imported, it could not be called. */
const require = createRequire(import.meta.url);

function parseDockerignore(text: string): Matcher {
  const create = require('@balena/dockerignore') as () => Matcher;
  return create().add(text);
}

/** Of `paths`, from the repository's root, those that the builder gets to see. */
export function listLetIn(text: string, paths: readonly string[]): readonly string[] {
  return parseDockerignore(text).filter(paths);
}
