// All of buildspec.yml, rehearsed for each service: the real commands in a copy of the repository, with Docker and AWS played by stand-ins that
// write down what they are asked.
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { spawnSync } from 'node:child_process';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { getEnvironment } from '../../infra/src/environments.ts';
import { SERVICES, type ServiceName } from '../../infra/src/services.ts';
import { parseStatements } from '../../infra/test/evaluate-policy.ts';
import { getStage } from '../../infra/test/synthesized.ts';
import { type Outcome, prepareRehearsal, type Rehearsal } from './rehearse-build.ts';
import { CloudError, startRehearsedCloud, type Answer, type Call, type RehearsedCloud, type Script } from './rehearsed-cloud.ts';
import { installDocker } from './docker-stand-in.ts';
import { describeTask, readTask } from './template-task.ts';

/** npm, Node and the SDK, a few times over, on a busy machine. */
const TIMEOUT_MS = 180_000;
const COMMIT_TIME = 1_790_000_000;
const PUSHED = `sha256:${'a'.repeat(64)}`;
const ATTESTATION = `sha256:${'b'.repeat(64)}`;

let rehearsal: Rehearsal;
let revision: string;
let cloud: RehearsedCloud;
beforeAll(async () => {
  rehearsal = prepareRehearsal();
  installDocker(rehearsal.programs);
  revision = commit(rehearsal.folder);
  cloud = await startRehearsedCloud();
}, TIMEOUT_MS);
afterAll(async () => {
  await cloud.close();
  rehearsal.remove();
});

/** A repository of one commit; its files do not matter, its time does. */
function commit(folder: string): string {
  const env = { ...process.env, GIT_COMMITTER_DATE: `${COMMIT_TIME} +0000`, GIT_AUTHOR_DATE: `${COMMIT_TIME} +0000` };
  const author = ['-c', 'user.name=rehearsal', '-c', 'user.email=rehearsal@example.com', '-c', 'commit.gpgsign=false'];
  const git = (...words: readonly string[]): string =>
    spawnSync('git', [...author, ...words], { cwd: folder, env, encoding: 'utf8' }).stdout.trim();
  git('init', '--quiet', '--initial-branch', 'main');
  git('add', 'services');
  git('commit', '--quiet', '--message', 'rehearsal');
  return git('rev-parse', 'HEAD');
}

interface Rehearsed extends Outcome {
  /** What was asked, in order. */
  readonly names: readonly string[];
}

async function runBuild(env: Readonly<Record<string, string>>, script: Script): Promise<Rehearsed> {
  cloud.play(script);
  const outcome = await rehearsal.run({ AWS_MAX_ATTEMPTS: '3', POLL_SECONDS: '0.01', ...cloud.env, ...env });
  const names = cloud.calls.map(({ name }) => name);
  for (const name of names) asked.get(env['STEP'] ?? '')?.add(name.replace(' ', ':'));
  return { ...outcome, names };
}

/** What each step has asked in all rehearsals, as IAM calls it. */
const asked: ReadonlyMap<string, Set<string>> = new Map(['image', 'release'].map((step) => [step, new Set()]));

const readArtifact = (name: string): unknown => JSON.parse(rehearsal.readArtifact(name));
const find = (name: string): Call['input'] => cloud.calls.find((call) => call.name === name)?.input ?? {};

const repositoryOf = (service: string): string => `111111111111.dkr.ecr.eu-west-1.amazonaws.com/torii-${service}`;

/** What the registry has of a commit. */
function playPushed(imageDigest: string): Answer {
  return { images: [{ imageManifest: JSON.stringify({}), imageId: { imageDigest } }] };
}

/** A registry that has the image once Docker has pushed it, and finds what it is told to find. */
function playImage(findings: readonly unknown[] = [], status = 'COMPLETE'): Script {
  const index = {
    manifests: [
      { digest: ATTESTATION, platform: { os: 'unknown', architecture: 'unknown' } },
      { digest: PUSHED, platform: { os: 'linux', architecture: 'arm64' } },
    ],
  };
  const wasCalled = (name: string, calls: readonly Call[]): boolean => calls.some((call) => call.name === name);
  return {
    'ecr BatchGetImage': (_call, earlier) =>
      wasCalled('docker buildx build', earlier)
        ? { images: [{ imageManifest: JSON.stringify(index) }] }
        : { images: [], failures: [{ failureCode: 'ImageNotFound', failureReason: 'Requested image not found' }] },
    'ecr GetAuthorizationToken': () => ({ authorizationData: [{ authorizationToken: Buffer.from('AWS:a-password').toString('base64') }] }),
    'ecr DescribeImageScanFindings': (_call, earlier) =>
      wasCalled('ecr DescribeImageScanFindings', earlier)
        ? { imageScanStatus: { status }, imageScanFindings: { findings } }
        : new CloudError('ScanNotFoundException', 'Image scan does not exist'),
    'docker login': () => ({ exitCode: 0 }),
    'docker buildx create': () => ({ exitCode: 0 }),
    'docker buildx build': () => ({ exitCode: 0 }),
    'docker buildx rm': () => ({ exitCode: 0 }),
  };
}

const deliverImage = (service: string, script: Script): Promise<Rehearsed> =>
  runBuild({ SERVICE: service, STEP: 'image', REPOSITORY_URI: repositoryOf(service), CODEBUILD_RESOLVED_SOURCE_VERSION: revision }, script);

describe.each(SERVICES)('the step image of %s', (service) => {
  it(
    'builds for arm64, pushes, waits for the scan, and hands on the digest',
    async () => {
      const { code, output, names } = await deliverImage(service, playImage());
      expect([code, output]).toEqual([0, expect.stringContaining('none that stands in the way')]);
      expect(names).toEqual([
        'ecr BatchGetImage',
        'ecr GetAuthorizationToken',
        'docker login',
        'docker buildx create',
        'docker buildx build',
        'docker buildx rm',
        'ecr BatchGetImage',
        'ecr DescribeImageScanFindings',
        'ecr DescribeImageScanFindings',
      ]);
      expect(find('docker login')).toEqual({
        words: ['login', '--username', 'AWS', '--password-stdin', repositoryOf(service).split('/')[0]],
        input: 'a-password',
      });
      const words = find('docker buildx build')['words'] as readonly string[];
      const follows = (word: string): readonly string[] =>
        words.flatMap((found, place) => (found === word ? [words[place + 1] ?? ''] : []));
      expect(follows('--platform')).toEqual(['linux/arm64']);
      expect(follows('--file')).toEqual([`services/${service}/Dockerfile`]);
      expect(follows('--build-arg')).toEqual([`REVISION=${revision}`, `SOURCE_DATE_EPOCH=${COMMIT_TIME}`]);
      expect(follows('--attest')).toEqual(['type=provenance,mode=max', 'type=sbom']);
      expect(follows('--output')).toEqual([
        `type=image,name=${repositoryOf(service)}:${revision},push=true,oci-mediatypes=true,rewrite-timestamp=true`,
      ]);
      expect(find('ecr DescribeImageScanFindings')).toMatchObject({ repositoryName: `torii-${service}`, imageId: { imageDigest: PUSHED } });
      expect(readArtifact('image.json')).toEqual({ service, revision, imageUri: `${repositoryOf(service)}@${PUSHED}` });
      expect(readArtifact('sbom.cdx.json')).toMatchObject({
        bomFormat: 'CycloneDX',
        metadata: { component: { name: `torii-${service}` } },
      });
    },
    TIMEOUT_MS,
  );
});

describe('the step image', () => {
  const finding = (severity: string) => ({
    name: `CVE-2026-${severity}`,
    severity,
    attributes: [
      { key: 'package_name', value: 'openssl' },
      { key: 'package_version', value: '3.0.17' },
    ],
  });

  it(
    'stops at a finding that is CRITICAL or HIGH, and names it',
    async () => {
      const { code, output } = await deliverImage('identity', playImage(['CRITICAL', 'HIGH', 'MEDIUM'].map(finding)));
      expect(code).toBe(1);
      expect(output).toContain('CRITICAL CVE-2026-CRITICAL in openssl 3.0.17');
      expect(output).toContain('HIGH CVE-2026-HIGH in openssl 3.0.17');
      expect(output).not.toContain('CVE-2026-MEDIUM');
      expect(rehearsal.hasArtifact('image.json')).toBe(false);
    },
    TIMEOUT_MS,
  );

  it(
    'stops when the scan cannot read the image',
    async () => {
      const { code, output } = await deliverImage('identity', playImage([], 'UNSUPPORTED_IMAGE'));
      expect([code, output]).toEqual([1, expect.stringMatching(/cannot be deployed: its scan has the status UNSUPPORTED_IMAGE/)]);
      expect(rehearsal.hasArtifact('image.json')).toBe(false);
    },
    TIMEOUT_MS,
  );

  it(
    'stops when Docker fails, and removes its builder',
    async () => {
      const { code, output, names } = await deliverImage('identity', {
        ...playImage(),
        'docker buildx build': () => ({ exitCode: 17, output: 'no space left on device\n' }),
      });
      expect([code, output]).toEqual([
        1,
        expect.stringMatching(/no space left on device\n[^]*docker buildx build failed with exit code 17/),
      ]);
      expect(names.at(-1)).toBe('docker buildx rm');
    },
    TIMEOUT_MS,
  );

  it(
    'takes the image that an earlier run has pushed, since its tag cannot be moved',
    async () => {
      const { code, names } = await deliverImage('identity', {
        ...playImage(),
        'ecr BatchGetImage': () => playPushed(PUSHED),
      });
      expect([code, names.filter((name) => name.startsWith('docker'))]).toEqual([0, []]);
    },
    TIMEOUT_MS,
  );

  it(
    'names every variable that is missing or wrong, and asks nobody anything',
    async () => {
      const { code, output, names } = await runBuild(
        { SERVICE: 'shop', STEP: 'image', CODEBUILD_RESOLVED_SOURCE_VERSION: 'main' },
        playImage(),
      );
      expect([code, names]).toEqual([1, []]);
      for (const name of ['SERVICE: is "shop"', 'REPOSITORY_URI: is missing', 'CODEBUILD_RESOLVED_SOURCE_VERSION: is "main"'])
        expect(output).toContain(name);
    },
    TIMEOUT_MS,
  );
});

const MIGRATED = 'arn:aws:ecs:eu-west-1:222222222222:task/torii/0123456789abcdef';

/** An environment in which everything is as its stacks make it. */
function playRelease(service: ServiceName, environment: string, parameters: Readonly<Record<string, string | undefined>> = {}): Script {
  const family = `torii-${environment}-${service}`;
  const values: Readonly<Record<string, string | undefined>> = {
    'task-definition': `${family}:7`,
    'migrate-task-definition': `${family}-migrate:7`,
    'run-task': JSON.stringify({ cluster: 'the-cluster', subnets: ['subnet-1', 'subnet-2'], securityGroups: ['sg-1'] }),
    'smoke-test': `${family}-smoke-test`,
    released: 'none',
    ...parameters,
  };
  return {
    'ecr BatchGetImage': () => playPushed(PUSHED),
    'sts AssumeRole': () => ({ AccessKeyId: 'a', SecretAccessKey: 'b', SessionToken: 'c', Expiration: '2030-01-01T00:00:00Z' }),
    'ssm GetParameters': ({ input }) => ({
      Parameters: (input['Names'] as readonly string[]).flatMap((name) => {
        const value = values[name.replace(`/torii/${environment}/${service}/`, '')];
        return value === undefined ? [] : [{ Name: name, Value: value }];
      }),
    }),
    'ecs DescribeTaskDefinition': ({ input }) => describeTask(environment, String(input['taskDefinition']).replace(/:7$/, '')),
    'ecs RegisterTaskDefinition': () => ({ taskDefinition: { taskDefinitionArn: `${family}-migrate:8` } }),
    'ecs RunTask': () => ({ tasks: [{ taskArn: MIGRATED }] }),
    'ecs DescribeTasks': (_call, earlier) => {
      const asked = earlier.filter(({ name }) => name === 'ecs DescribeTasks').length;
      if (asked === 0) return { tasks: [], failures: [{ reason: 'MISSING' }] };
      return { tasks: [asked === 1 ? { lastStatus: 'RUNNING' } : { lastStatus: 'STOPPED', containers: [{ name: 'app', exitCode: 0 }] }] };
    },
    'logs GetLogEvents': () => ({ events: [{ message: 'Migration 0007 failed: Duplicate column' }] }),
  };
}

function writeImage(service: string): string {
  const folder = join(rehearsal.folder, `image-of-${service}`);
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'image.json'), JSON.stringify({ service, revision, imageUri: `${repositoryOf(service)}@${PUSHED}` }));
  return folder;
}

function deliverRelease(service: ServiceName, environment: string, script: Script): Promise<Rehearsed> {
  const { account } = getEnvironment(environment);
  return runBuild(
    {
      SERVICE: service,
      STEP: 'release',
      ENVIRONMENT: environment,
      REPOSITORY_URI: repositoryOf(service),
      RELEASE_ROLE_ARN: `arn:aws:iam::${account}:role/torii-${environment}-release-${service}`,
      CODEBUILD_RESOLVED_SOURCE_VERSION: revision,
      CODEBUILD_SRC_DIR: rehearsal.folder,
      CODEBUILD_SRC_DIR_image: writeImage(service),
    },
    script,
  );
}

const OPENING_CALLS = ['ecr BatchGetImage', 'sts AssumeRole', 'ssm GetParameters'];
const MIGRATION_CALLS = [
  'ecs DescribeTaskDefinition',
  'ecs RegisterTaskDefinition',
  'ecs RunTask',
  ...Array.from({ length: 3 }, () => 'ecs DescribeTasks'),
];

describe.each(SERVICES.flatMap((service) => (['dev', 'prod'] as const).map((environment) => ({ service, environment }))))(
  'the step release of $service into $environment',
  ({ service, environment }) => {
    it(
      'migrates, then writes what CodeDeploy is to do',
      async () => {
        const { code, output, names } = await deliverRelease(service, environment, playRelease(service, environment));
        expect([code, output]).toEqual([0, expect.stringContaining('is ready for')]);
        const migrates = service !== 'frontend';
        expect(names).toEqual([...OPENING_CALLS, 'ecs DescribeTaskDefinition', ...(migrates ? MIGRATION_CALLS : [])]);
        const rendered = readArtifact('taskdef.json');
        expect(rendered).toEqual(expectTask(environment, `torii-${environment}-${service}`, service));
        expect(parse(rehearsal.readArtifact('appspec.yaml'))).toEqual({
          version: 0,
          Resources: [
            {
              TargetService: {
                Type: 'AWS::ECS::Service',
                Properties: {
                  TaskDefinition: '<TASK_DEFINITION>',
                  LoadBalancerInfo: { ContainerName: 'app', ContainerPort: 80 },
                  CapacityProviderStrategy: [{ CapacityProvider: environment === 'dev' ? 'FARGATE_SPOT' : 'FARGATE', Base: 0, Weight: 1 }],
                },
              },
            },
          ],
          Hooks: [{ AfterAllowTestTraffic: `torii-${environment}-${service}-smoke-test` }],
        });
        expect(rehearsal.readArtifact('appspec.yaml')).toMatch(/^version: 0\.0$/m);
        if (!migrates) return;
        expect(find('ecs RegisterTaskDefinition')).toEqual(expectTask(environment, `torii-${environment}-${service}-migrate`, service));
        expect(find('ecs RunTask')).toMatchObject({
          cluster: 'the-cluster',
          taskDefinition: `torii-${environment}-${service}-migrate:8`,
          launchType: 'FARGATE',
          networkConfiguration: {
            awsvpcConfiguration: { subnets: ['subnet-1', 'subnet-2'], securityGroups: ['sg-1'], assignPublicIp: 'DISABLED' },
          },
        });
      },
      TIMEOUT_MS,
    );
  },
);

/** The template's, but for the service's container: its image and release, and no entry point. */
function expectTask(environment: string, family: string, service: string): unknown {
  const task = readTask(environment, family);
  const containers = task['containerDefinitions'] as readonly Readonly<Record<string, unknown>>[];
  expect(containers.map(({ name }) => name)).toContain('app');
  return {
    ...task,
    containerDefinitions: containers.map(({ entryPoint, ...container }) =>
      container['name'] === 'app'
        ? { ...container, image: `${repositoryOf(service)}@${PUSHED}`, environment: tellRelease(container['environment']) }
        : { ...container, ...(entryPoint !== undefined && { entryPoint }) },
    ),
  };
}

function tellRelease(environment: unknown): unknown {
  expect(environment).toContainEqual({ name: 'SERVICE_NAME', value: expect.any(String) });
  return [...(environment as readonly unknown[]), { name: 'RELEASE', value: revision }];
}

describe('the step release', () => {
  const nothingWritten = (): void => expect(['taskdef.json', 'appspec.yaml'].filter((name) => rehearsal.hasArtifact(name))).toEqual([]);

  it(
    'stops when the migration fails, and shows the end of its log',
    async () => {
      const { code, output, names } = await deliverRelease('jobs', 'dev', {
        ...playRelease('jobs', 'dev'),
        'ecs DescribeTasks': () => ({
          tasks: [{ lastStatus: 'STOPPED', stopCode: 'EssentialContainerExited', containers: [{ name: 'app', exitCode: 1 }] }],
        }),
      });
      expect(code).toBe(1);
      expect(output).toMatch(/The schema cannot be migrated: \S+ ended with exit code 1 \(EssentialContainerExited\)/);
      expect(output).toContain('Migration 0007 failed: Duplicate column');
      expect(names.at(-1)).toBe('logs GetLogEvents');
      expect(find('logs GetLogEvents')['logStreamName']).toBe('app/app/0123456789abcdef');
      nothingWritten();
    },
    TIMEOUT_MS,
  );

  it(
    'stops when the task cannot be started',
    async () => {
      const { code, output } = await deliverRelease('jobs', 'dev', {
        ...playRelease('jobs', 'dev'),
        'ecs RunTask': () => ({ tasks: [], failures: [{ reason: 'RESOURCE:ENI', detail: 'no address left' }] }),
      });
      expect([code, output]).toEqual([1, expect.stringContaining('cannot be started: RESOURCE:ENI: no address left')]);
      nothingWritten();
    },
    TIMEOUT_MS,
  );

  it(
    'stops before the schema is touched when the version that runs still needs what a migration takes away',
    async () => {
      const migration = join(rehearsal.folder, 'services', 'jobs', 'migrations', '9999-drop-notes.ts');
      const contraction = "{ expandedIn: '9998-add-remarks', because: 'remarks are read instead' }";
      writeFileSync(migration, `export async function up() {}\nexport const contraction = ${contraction};\n`);
      const { code, output, names } = await deliverRelease('jobs', 'prod', playRelease('jobs', 'prod', { released: revision }));
      rmSync(migration);
      expect([code, names.filter((name) => name !== 'ecs DescribeTaskDefinition')]).toEqual([1, OPENING_CALLS]);
      expect(output).toContain('9999-drop-notes may run once a version with 9998-add-remarks has been released here');
      nothingWritten();
    },
    TIMEOUT_MS,
  );

  it(
    'stops before anything runs when parameters are missing, and names all of them',
    async () => {
      const { code, output, names } = await deliverRelease(
        'jobs',
        'prod',
        playRelease('jobs', 'prod', { 'run-task': undefined, 'smoke-test': undefined }),
      );
      expect([code, names]).toEqual([1, OPENING_CALLS]);
      expect(output).toContain('/torii/prod/jobs/smoke-test, /torii/prod/jobs/run-task');
      nothingWritten();
    },
    TIMEOUT_MS,
  );

  it(
    'asks again when it is throttled, and goes on',
    async () => {
      const { 'ssm GetParameters': read, ...others } = playRelease('frontend', 'dev');
      const { code, names } = await deliverRelease('frontend', 'dev', {
        ...others,
        'ssm GetParameters': (call, earlier) =>
          earlier.some(({ name }) => name === call.name)
            ? (read?.(call, earlier) ?? {})
            : new CloudError('ThrottlingException', 'Rate exceeded'),
      });
      expect([code, names.filter((name) => name === 'ssm GetParameters').length]).toEqual([0, 2]);
    },
    TIMEOUT_MS,
  );

  it(
    'stops when it is throttled for good, and says who refused',
    async () => {
      const { code, output, names } = await deliverRelease('jobs', 'dev', {
        ...playRelease('jobs', 'dev'),
        'ssm GetParameters': () => new CloudError('ThrottlingException', 'Rate exceeded'),
      });
      expect([code, names.slice(2)]).toEqual([1, Array.from({ length: 3 }, () => 'ssm GetParameters')]);
      expect(output).toMatch(
        /Reading \/torii\/dev\/jobs\/task-definition.* cannot be done: ThrottlingException: Rate exceeded \(asked 3 times\)/,
      );
      nothingWritten();
    },
    TIMEOUT_MS,
  );

  it(
    'stops when the role does not let it in',
    async () => {
      const { code, output, names } = await deliverRelease('jobs', 'dev', {
        ...playRelease('jobs', 'dev'),
        'sts AssumeRole': () => new CloudError('AccessDenied', 'not authorized to perform sts:AssumeRole'),
      });
      expect([code, names]).toEqual([1, ['ecr BatchGetImage', 'sts AssumeRole']]);
      expect(output).toContain('Taking the role arn:aws:iam::222222222222:role/torii-dev-release-jobs cannot be done: AccessDenied');
    },
    TIMEOUT_MS,
  );

  it.each([
    ['another one', () => playPushed(ATTESTATION), `is ${repositoryOf('jobs')}@${ATTESTATION}`],
    ['none', () => ({ images: [], failures: [{ failureCode: 'ImageNotFound' }] }), 'is not in the registry'],
  ])(
    'stops before it takes the role when the image of the commit is %s',
    async (_, find, fault) => {
      const { code, output, names } = await deliverRelease('jobs', 'prod', { ...playRelease('jobs', 'prod'), 'ecr BatchGetImage': find });
      expect([code, names]).toEqual([1, ['ecr BatchGetImage']]);
      expect(output).toContain(`@${PUSHED} cannot be released: the image of ${revision} ${fault}`);
      nothingWritten();
    },
    TIMEOUT_MS,
  );

  it(
    'stops at an image of another commit or none, and asks nobody anything',
    async () => {
      mkdirSync(join(rehearsal.folder, 'image-of-other'), { recursive: true });
      writeFileSync(
        join(rehearsal.folder, 'image-of-other', 'image.json'),
        JSON.stringify({ service: 'jobs', revision: '0'.repeat(40), imageUri: `${repositoryOf('jobs')}@${PUSHED}` }),
      );
      const role = { RELEASE_ROLE_ARN: 'arn:aws:iam::222222222222:role/x' };
      const env = { SERVICE: 'jobs', STEP: 'release', ENVIRONMENT: 'dev', REPOSITORY_URI: repositoryOf('jobs'), ...role };
      const release = (folder: string): Promise<Rehearsed> =>
        runBuild({ ...env, CODEBUILD_RESOLVED_SOURCE_VERSION: revision, CODEBUILD_SRC_DIR_image: folder }, playRelease('jobs', 'dev'));
      const other = await release(join(rehearsal.folder, 'image-of-other'));
      expect([other.code, other.names, other.output]).toEqual([
        1,
        [],
        expect.stringContaining(`is the image of jobs of ${'0'.repeat(40)}`),
      ]);
      const none = await release(rehearsal.programs);
      expect([none.code, none.names, none.output]).toEqual([1, [], expect.stringContaining('none of the action')]);
    },
    TIMEOUT_MS,
  );
});

describe('what the steps ask', () => {
  const listActions = (stage: string, roleName: string): readonly string[] => {
    const { find } = getStage(stage);
    const role = find('AWS::IAM::Role').find(({ Properties }) => Properties['RoleName'] === roleName);
    const policies = find('AWS::IAM::Policy').filter(
      ({ stack, Properties }) => stack === role?.stack && JSON.stringify(Properties['Roles']) === JSON.stringify([{ Ref: role.logicalId }]),
    );
    return policies.flatMap(({ Properties }) => parseStatements(Properties['PolicyDocument']).flatMap(({ Action = [] }) => Action));
  };

  it.each([
    ['image', 'tools', 'torii-tools-jobs-image', ['docker:login', 'docker:buildx create', 'docker:buildx build', 'docker:buildx rm']],
    // Its own role, in the tools account, takes that of the environment and looks into the registry.
    ['release', 'dev', 'torii-dev-release-jobs', ['ecr:BatchGetImage', 'sts:AssumeRole']],
  ])('in %s the role of the step may do', (step, stage, role, others) => {
    const actions = listActions(stage, role);
    expect(actions.length).toBeGreaterThan(5);
    const needed = asked.get(step) ?? new Set();
    expect(needed.size).toBeGreaterThan(5);
    expect([...needed].filter((name) => !actions.includes(name)).toSorted()).toEqual([...others].toSorted());
  });
});
