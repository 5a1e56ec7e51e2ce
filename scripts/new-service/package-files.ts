import type { Names } from './names.ts';
import type { Repository } from './repository.ts';

/** What the service is beside its code: package, image, README, stack. */
export function createPackageFiles(repository: Repository, names: Names, priority: number): Readonly<Record<string, string>> {
  const folder = `services/${names.name}`;
  return {
    [`${folder}/package.json`]: `${JSON.stringify(createManifest(repository, names.name), null, 2)}\n`,
    [`${folder}/README.md`]: readme(names),
    [`${folder}/Dockerfile`]: likeCatalog(repository, 'Dockerfile', names.name),
    [`${folder}/Dockerfile.dockerignore`]: likeCatalog(repository, 'Dockerfile.dockerignore', names.name),
    [`infra/src/stacks/${names.name}-stack.ts`]: stack(names, priority),
  };
}

/** Of the package; the lockfile holds parts of it too. */
export interface Manifest {
  readonly name: string;
  readonly version: string;
  readonly private: true;
  readonly license: string;
  readonly type: 'module';
  readonly scripts: Readonly<Record<string, string>>;
  readonly dependencies: Readonly<Record<string, string>>;
  readonly devDependencies: Readonly<Record<string, string>>;
}

/** Versions are the chassis's: there is one of each package. */
export function createManifest(repository: Repository, name: string): Manifest {
  const chassis = parseChassis(repository.read('chassis/package.json'));
  const versionOf = (dependency: string): string => {
    const version = chassis.dependencies[dependency];
    if (version === undefined)
      throw new Error(`The service cannot be made: chassis/package.json has no dependency ${dependency}. Nothing was written.`);
    return version;
  };
  return {
    name: `@torii/${name}`,
    version: chassis.version,
    private: true,
    license: chassis.license,
    type: 'module',
    scripts: { test: 'node ../../scripts/bootstrap.mjs scripts/test-package.ts' },
    dependencies: {
      '@torii/chassis': chassis.version,
      '@torii/contracts': chassis.version,
      sequelize: versionOf('sequelize'),
      zod: versionOf('zod'),
    },
    devDependencies: { '@torii/testing': chassis.version },
  };
}

interface ChassisManifest {
  readonly version: string;
  readonly license: string;
  readonly dependencies: Readonly<Record<string, string>>;
}

function parseChassis(text: string): ChassisManifest {
  return JSON.parse(text) as ChassisManifest;
}

/** As another backend's: base images, and the reasons for each line, are kept in one shape. */
function likeCatalog(repository: Repository, file: string, name: string): string {
  return repository
    .read(`services/catalog/${file}`)
    .replaceAll('services/catalog', `services/${name}`)
    .replaceAll('torii-catalog', `torii-${name}`);
}

/** Rules of the API listener are ordered by it; ten apart, so that one can be put between two. */
export function findFreePriority(repository: Repository): number {
  const stacks = repository.list('infra/src/stacks').filter((file) => file.endsWith('-stack.ts'));
  const used = stacks.flatMap((file) =>
    [...repository.read(`infra/src/stacks/${file}`).matchAll(/\bpriority: (\d+)/g)].map(([, priority]) => Number(priority)),
  );
  return Math.max(0, ...used) + 10;
}

const readme = ({ name, capitals }: Names): string => `# ${name}

Made by \`npm run new:service\`. Say here in a sentence what it is for.

**Owns** notes: the example to put your first aggregate in the place of.

| request | answer |
| --- | --- |
| \`POST /${name}/notes\` | 201 with the note, its \`Location\` and \`ETag\` |
| \`GET /${name}/notes/:id\` | one's own note and its \`ETag\`; 404 \`${capitals}_NOTE_NOT_FOUND\` |
| \`PATCH /${name}/notes/:id\` | needs \`If-Match\` (428); 412 \`${capitals}_NOTE_VERSION_STALE\` |

Changes take an \`Idempotency-Key\`: the same request with it again gets the first answer; 409 \`IDEMPOTENCY_KEY_REUSED\` with another.

**Publishes** \`${name}.note.created|changed.v1\`

**Handles**
- \`identity.user.deleted.v1\`: deletes the person's notes, 500 a transaction, and takes nothing more for them (403 \`OWNER_DELETED\`).

**Tables** \`notes\` · \`forgotten_owners\` · \`outbox_messages\` · \`inbox_messages\` · \`message_failures\` · \`idempotency_keys\`

**Alarms** 5xx, latency, unhealthy tasks, their CPU and memory; age of \`${name}-events\`, depth of its dead-letter queue; lag of the outbox.
`;

const stack = ({ name, pascal }: Names, priority: number): string => `import type { Construct } from 'constructs';
import { BackendStack, type BackendStackProps } from './backend-stack.ts';

/** svc-${name}: notes. */
export class ${pascal}Stack extends BackendStack {
  constructor(scope: Construct, id: string, props: BackendStackProps) {
    super(scope, id, props, { name: '${name}', priority: ${priority}, protectedPath: '/${name}/notes/1', environment: {} });
  }
}
`;
