// Workspaces are of one form: exact versions, one version of each package, scripts that exist, and a lockfile that agrees.
import { describe, expect, it } from '@jest/globals';
import { existsSync } from 'node:fs';
import { dirname, join, matchesGlob } from 'node:path';
import { listFiles, readText, ROOT } from './repository.ts';

const WORKSPACES_FLOOR = 12;
const KINDS = ['dependencies', 'devDependencies', 'optionalDependencies', 'overrides'] as const;
/** DuckDB has a number behind its own, of the release of its bindings. */
const EXACT = /^\d+\.\d+\.\d+(-r\.\d+)?$/;
/** The same names in every package, so that nobody has to look them up. */
const SCRIPTS =
  /^(start|check|reset|synth|cost|destroy|migrate|docs|bench|dlq|replay|logs|(contracts|migrations):(check|release)|deliver|new:service|format|build|dev|test(:[a-z]+)?)$/;
/** What npm brings. */
const NPM_COMMANDS = new Set(['ci', 'install', 'run', 'help', 'config']);
const TESTS_FLOOR = 80;

interface Manifest {
  readonly name?: string;
  readonly version?: string;
  readonly private?: boolean;
  readonly license?: string;
  readonly type?: string;
  readonly scripts?: Readonly<Record<string, string>>;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly devDependencies?: Readonly<Record<string, string>>;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
  readonly overrides?: Readonly<Record<string, string>>;
}

interface Workspace {
  /** `.` is the root. */
  readonly folder: string;
  readonly manifest: Manifest;
}

function parseManifest(text: string): Manifest {
  return JSON.parse(text) as Manifest;
}

function listWorkspaces(): readonly Workspace[] {
  const manifests = listFiles().filter((path) => /(^|\/)package\.json$/.test(path) && !path.includes('/fixtures/'));
  return manifests.map((path) => ({ folder: dirname(path), manifest: parseManifest(readText(path)) }));
}

interface JestConfig {
  readonly default: { readonly projects: readonly { readonly testMatch: readonly string[] }[] };
}

/** The module is plain JavaScript: it has no types. */
function parseJestConfig(module: unknown): JestConfig {
  return module as JestConfig;
}

interface Dependency {
  readonly folder: string;
  readonly name: string;
  readonly version: string;
}

function listDependencies({ folder, manifest }: Workspace): readonly Dependency[] {
  return KINDS.flatMap((kind) => Object.entries(manifest[kind] ?? {}).map(([name, version]) => ({ folder, name, version })));
}

function listLooseVersions(workspaces: readonly Workspace[]): readonly string[] {
  return workspaces
    .flatMap(listDependencies)
    .flatMap(({ folder, name, version }) => (EXACT.test(version) ? [] : [`${folder}: ${name} ${version}`]));
}

/** Packages that are there in two versions because two workspaces ask for different ones. */
/** By folder: what the benchmark's contenders bring is theirs to choose. message-queue-toolkit keeps what it has seen by ioredis 5. */
const OF_CONTENDERS: Readonly<Record<string, readonly string[]>> = { bench: ['ioredis'] };

function listDisagreements(workspaces: readonly Workspace[]): readonly string[] {
  const ours = workspaces.flatMap((workspace) =>
    listDependencies(workspace).filter(({ name }) => OF_CONTENDERS[workspace.folder]?.includes(name) !== true),
  );
  const byName = Map.groupBy(ours, ({ name }) => name);
  return [...byName].flatMap(([name, uses]) => {
    const versions = new Set(uses.map(({ version }) => version));
    return versions.size > 1 ? [`${name}: ${[...versions].join(', ')}`] : [];
  });
}

/** Commands of npm in a text that no package has. */
function listUnknownCommands(text: string, scripts: ReadonlySet<string>): readonly string[] {
  const named = [...text.matchAll(/\bnpm run ([a-z][a-z:]*[a-z])|[`'"]npm (?!run )([a-z]+)/g)].map(
    ([, script, command]) => script ?? command ?? '',
  );
  return [...new Set(named)].filter((name) => !scripts.has(name) && !NPM_COMMANDS.has(name));
}

describe('workspaces', () => {
  const workspaces = listWorkspaces();
  const root = workspaces.find(({ folder }) => folder === '.')?.manifest;
  const scripts = new Set(workspaces.flatMap(({ manifest }) => Object.keys(manifest.scripts ?? {})));

  it(`are at least ${WORKSPACES_FLOOR}, private, of one licence, version and module type, and named after their folder`, () => {
    const members = workspaces.filter(({ folder }) => folder !== '.');
    expect(members.length).toBeGreaterThanOrEqual(WORKSPACES_FLOOR);
    const { version } = parseManifest(readText('lerna.json'));
    for (const { folder, manifest } of members) {
      const name = `@torii/${folder.split('/').at(-1)}`;
      expect(manifest).toMatchObject({ name, version, private: true, license: 'MIT', type: 'module' });
    }
  });

  it('ask for exact versions', () => {
    expect(listLooseVersions(workspaces)).toEqual([]);
  });

  it('ask for one version of each package', () => {
    expect(listDisagreements(workspaces)).toEqual([]);
  });

  it('are in the lockfile as they are', () => {
    const { packages } = JSON.parse(readText('package-lock.json')) as { readonly packages: Readonly<Record<string, Manifest>> };
    const pick = (manifest: Manifest | undefined): object =>
      Object.fromEntries(KINDS.slice(0, 3).map((kind) => [kind, manifest?.[kind] ?? {}]));
    for (const { folder, manifest } of workspaces)
      expect({ folder, ...pick(packages[folder === '.' ? '' : folder]) }).toEqual({ folder, ...pick(manifest) });
  });

  it('call scripts by the same names', () => {
    const unusual = workspaces.flatMap(({ folder, manifest }) =>
      Object.keys(manifest.scripts ?? {}).map((name) => [folder, name] as const),
    );
    expect(unusual.filter(([, name]) => !SCRIPTS.test(name))).toEqual([]);
  });

  it('start what runs TypeScript by way of the bootstrap, so that a fresh clone can', () => {
    const commands = Object.entries(root?.scripts ?? {}).filter(([, command]) => command.includes('.ts'));
    expect(commands.length).toBeGreaterThanOrEqual(4);
    expect(commands.filter(([, command]) => !/^node scripts\/bootstrap\.mjs (--no-natives )?\S+\.ts$/.test(command))).toEqual([]);
    expect(commands.filter(([, command]) => !existsSync(join(ROOT, command.split(' ').at(-1) ?? '')))).toEqual([]);
  });

  it('have every command that documents, messages and continuous integration name', () => {
    const places = listFiles().filter(
      (path) => /\.(md|ya?ml)$|^\.ci\/|^scripts\/|^local\/src\/|^infra\/src\//.test(path) && !path.endsWith('.test.ts'),
    );
    const unknown = places.flatMap((path) => listUnknownCommands(readText(path), scripts).map((name) => `${path}: npm run ${name}`));
    expect(unknown).toEqual([]);
  });

  it('have no test that no level runs', async () => {
    const config = parseJestConfig(await import(join(ROOT, 'jest.config.mjs')));
    const patterns = config.default.projects.flatMap(({ testMatch }) => testMatch.map((pattern) => pattern.replace('<rootDir>/', '')));
    const tests = listFiles().filter((path) => /\.test\.tsx?$/.test(path) && !path.includes('/fixtures/'));
    expect(tests.length).toBeGreaterThanOrEqual(TESTS_FLOOR);
    expect(tests.filter((path) => !patterns.some((pattern) => matchesGlob(path, pattern)))).toEqual([]);
  });
});

describe('the guards of workspaces', () => {
  const canary = (version: string): Workspace => ({ folder: 'canary', manifest: { devDependencies: { seed: version } } });

  it.each(['^1.2.3', '~1.2.3', '*', 'latest', '1.2.x', '1.2.3-beta.1', 'https://example.com/seed.tgz'])(
    'notice the version %s',
    (version) => {
      expect(listLooseVersions([canary(version)])).toEqual([`canary: seed ${version}`]);
    },
  );

  it('notice two versions of one package', () => {
    expect(listDisagreements([canary('1.2.3'), canary('1.2.4')])).toEqual(['seed: 1.2.3, 1.2.4']);
  });

  it('notice a command that does not exist', () => {
    expect(listUnknownCommands('Run `npm run sing`, then `npm start`.', new Set(['start']))).toEqual(['sing']);
  });
});
