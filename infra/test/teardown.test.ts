import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { readAssembly } from '../src/assembly/read-assembly.ts';
import { listResources, textAt, type AssemblyStack } from '../src/assembly/template.ts';
import { listLeftovers, listRefusals, listStrayLogGroups } from '../src/teardown/leftovers.ts';
import { planTeardown } from '../src/teardown/plan.ts';
import { startFakeAws, type FakeAws, type FakeStack } from './fake-aws.ts';
import { getStage, type Synthesized } from './synthesized.ts';

const DESTROY = fileURLToPath(new URL('../src/teardown/main.ts', import.meta.url));
/** Synthesis takes a few seconds, longer on a busy machine. */
const SYNTHESIS_TIMEOUT_MS = 60_000;
const ACCOUNT = '222222222222';

let dev: Synthesized;
let stacks: readonly AssemblyStack[];
beforeAll(() => {
  dev = getStage('dev');
  stacks = readAssembly(join(dev.folder, 'assembly-dev'));
}, SYNTHESIS_TIMEOUT_MS);

describe('the dev stage, destroyed', () => {
  it('leaves nothing that costs', () => {
    expect(listLeftovers(stacks).filter(({ bills }) => bills)).toEqual([]);
  });

  it('leaves what costs nothing for a reason', () => {
    const types = listLeftovers(stacks).map(({ type }) => type);
    // API Gateway has one role for the logs of a whole account, and streams go with their log group.
    expect([...new Set(types)].sort()).toEqual(['AWS::ApiGateway::Account', 'AWS::IAM::Role', 'AWS::Logs::LogStream']);
  });

  it('refuses nothing', () => {
    expect(listRefusals(stacks)).toEqual([]);
  });

  it('has a log group in the template for each function, so that none is made beside it', () => {
    expect(listStrayLogGroups(stacks).filter(({ name }) => name.startsWith('/aws/lambda/'))).toEqual([]);
  });

  it('keeps no cache snapshot, and logs for some days only', () => {
    const resources = listResources(stacks).map(({ resource }) => resource);
    const caches = resources.filter(({ type }) => type === 'AWS::ElastiCache::ReplicationGroup');
    expect(caches.map(({ properties }) => textAt(properties, 'SnapshotRetentionLimit') ?? '0')).toEqual(['0']);
    const groups = resources.filter(({ type }) => type === 'AWS::Logs::LogGroup');
    expect(groups.length).toBeGreaterThan(5);
    expect(groups.filter(({ properties }) => textAt(properties, 'RetentionInDays') === undefined)).toEqual([]);
  });

  it('goes in an order in which nothing is still needed', () => {
    const order = planTeardown('dev', stacks).stacks.map(({ name }) => name);
    expect(order.length).toBe(stacks.length);
    for (const { name, dependsOn } of stacks)
      for (const needed of dependsOn)
        expect([needed, order.indexOf(needed)]).toEqual([needed, Math.max(order.indexOf(needed), order.indexOf(name) + 1)]);
  });

  it('is noticed when a bucket, a snapshot or a protection comes into it', () => {
    const change = (type: string, patch: object) =>
      stacks.map((stack) => ({
        ...stack,
        resources: new Map(
          [...stack.resources].map(([id, resource]) => [id, resource.type === type ? { ...resource, ...patch } : resource]),
        ),
      }));
    const bills = (changed: readonly AssemblyStack[]) => listLeftovers(changed).filter((leftover) => leftover.bills).length;
    expect(bills(change('AWS::S3::Bucket', { deletionPolicy: 'Retain' }))).toBeGreaterThan(3);
    expect(bills(change('AWS::RDS::DBInstance', { deletionPolicy: undefined }))).toBe(1);
    expect(listRefusals(change('AWS::Cognito::UserPool', { properties: { DeletionProtection: 'ACTIVE' } }))).toHaveLength(1);
  });
});

describe('npm run destroy', () => {
  let aws: FakeAws | undefined;
  afterEach(async () => {
    await aws?.close();
    aws = undefined;
  });

  /** Every stack of dev as if it were deployed: physical names are logical ids in small letters. */
  function deployed(): Map<string, FakeStack> {
    const physical = (stack: AssemblyStack, id: string): string => `${stack.name}-${id}`.toLowerCase();
    return new Map(
      stacks.map((stack) => [
        stack.name,
        {
          resources: Object.fromEntries([...stack.resources.keys()].map((id) => [id, physical(stack, id)])),
          buckets: [...stack.resources].filter(([, { type }]) => type === 'AWS::S3::Bucket').map(([id]) => physical(stack, id)),
        },
      ]),
    );
  }

  async function start(account: string, stubborn: readonly string[] = []): Promise<FakeAws> {
    const fakes = deployed();
    const buckets = [...fakes.values()].flatMap((stack) => stack.buckets);
    const errors = listStrayLogGroups(stacks).find(({ name }) => name.startsWith('/aws/rds/instance/'))?.name ?? '';
    const name = errors.replace(/\{(\w+)\}/, (_, id: string) => `torii-dev-data-${id}`.toLowerCase());
    aws = await startFakeAws({
      account,
      stacks: fakes,
      objects: new Map(buckets.map((bucket) => [bucket, 3])),
      logGroups: new Set([name]),
      stubborn: new Set(stubborn),
    });
    return aws;
  }

  it(
    'empties, deletes and tidies up, by way of the SDK',
    async () => {
      const fake = await start(ACCOUNT);
      const { status, stdout, stderr } = await run(fake, '--env', 'dev', '--confirm', 'dev');
      expect(stderr).toBe('');
      const objects = 3 * listResources(stacks).filter(({ resource }) => resource.type === 'AWS::S3::Bucket').length;
      expect(stdout).toContain(`dev is gone. Deleted: stacks ${stacks.length}, objects ${objects}, log groups beside the stacks 1.`);
      expect(status).toBe(0);
      expect([...fake.stacks.keys()]).toEqual([]);
      const deleted = fake.calls.filter((call) => call.startsWith('cloudformation')).map((call) => call.split(' ').at(-1));
      expect(deleted).toEqual(planTeardown('dev', stacks).stacks.map(({ name }) => name));
    },
    SYNTHESIS_TIMEOUT_MS,
  );

  it(
    'says which resource a stack stays for, and leaves the stacks after it alone',
    async () => {
      const fake = await start(ACCOUNT, ['torii-dev-edge']);
      const { status, stderr } = await run(fake, '--env', 'dev', '--confirm', 'dev');
      expect(stderr).toContain('Stack torii-dev-edge cannot be deleted: Files: The bucket is not empty.');
      expect(status).toBe(1);
      expect(fake.calls.filter((call) => call === 'cloudformation DeleteStack torii-dev-edge')).toHaveLength(3);
      expect(fake.stacks.has('torii-dev-network')).toBe(true);
    },
    SYNTHESIS_TIMEOUT_MS,
  );

  it(
    'refuses the credentials of another account',
    async () => {
      const fake = await start('444444444444');
      const { status, stderr } = await run(fake, '--env', 'dev', '--confirm', 'dev');
      expect(stderr).toContain(
        "Environment 'dev' cannot be destroyed with these credentials: they are of account 444444444444, and it is in 222222222222.",
      );
      expect(status).toBe(1);
      expect(fake.calls).toEqual([]);
    },
    SYNTHESIS_TIMEOUT_MS,
  );

  it(
    'does nothing when nobody says yes, or says it to another environment',
    async () => {
      const fake = await start(ACCOUNT);
      expect((await run(fake, '--env', 'dev')).stderr).toContain('nobody can be asked, because this is no terminal');
      expect((await run(fake, '--env', 'dev', '--confirm', 'prod')).stderr).toContain("'prod' is not dev");
      expect(fake.calls).toEqual([]);
    },
    SYNTHESIS_TIMEOUT_MS,
  );

  it('refuses an environment that does not exist, and none at all', async () => {
    const fake = await start(ACCOUNT);
    expect(await run(fake, '--env', 'qa')).toMatchObject({ status: 1, stderr: expect.stringContaining("Environment 'qa'") });
    expect(await run(fake)).toMatchObject({ status: 1, stderr: expect.stringContaining('--env is missing') });
  });
});

async function run({ url }: FakeAws, ...words: readonly string[]) {
  const env = {
    PATH: process.env['PATH'],
    AWS_ENDPOINT_URL: url,
    AWS_ACCESS_KEY_ID: 'test',
    AWS_SECRET_ACCESS_KEY: 'test',
  };
  const child = spawn(process.execPath, [DESTROY, ...words, '--assembly', dev.folder], { env, stdio: ['ignore', 'pipe', 'pipe'] });
  const exited = new Promise<number | null>((resolve) => child.once('exit', resolve));
  const [stdout, stderr, status] = await Promise.all([text(child.stdout), text(child.stderr), exited]);
  return { stdout, stderr, status };
}
