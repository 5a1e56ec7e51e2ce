import { appendFileSync, cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { logFileOf } from '../src/processes/log-group.ts';
import type { Properties } from '../src/provider.ts';
import { createEcs, type Ecs } from '../src/providers/ecs/ecs.ts';
import { createResource, createTrialContext, type TrialContext } from './local-context.ts';
import { until } from './until.ts';

const TARGET_GROUP = 'arn:aws:elasticloadbalancing:eu-west-1:222222222222:targetgroup/trial/1';
const SECRET = 'arn:aws:secretsmanager:eu-west-1:222222222222:secret:session-abc123';
let trial: TrialContext;
let root: string;
let ecs: Ecs;

beforeEach(async () => {
  root = mkdtempSync(join(tmpdir(), 'torii-ecs-'));
  cpSync(join(import.meta.dirname, 'fixtures', 'service'), join(root, 'service'), { recursive: true });
  trial = await createTrialContext(['web', 'api', 'otlp']);
  ecs = createTrialEcs();
});
afterEach(async () => {
  await ecs.stop?.();
  await trial.cleanUp();
  rmSync(root, { recursive: true, force: true });
});

function createTrialEcs(log: TrialContext['log'] = () => undefined): Ecs {
  const secrets = { readSecret: (id: string) => (id === SECRET ? '{"key":"s3cret"}' : '') };
  const parameters = { readParameter: (name: string) => `value of ${name}` };
  const findHealthPath = (arn: string) => (arn === TARGET_GROUP ? '/healthz' : undefined);
  return createEcs({ ...trial, root, log }, { watch: true, secrets, parameters, findHealthPath });
}

const apply = (type: string, properties: Properties) => ecs.types[type]?.apply(createResource(type, type, properties), undefined);

async function declareService(environment: Readonly<Record<string, string>> = {}): Promise<void> {
  const variables = { PORT: '80', MIGRATION_FILE: join(root, 'migrated'), ...environment };
  const container = (script: string): Properties => ({
    Name: 'app',
    Command: ['node', script],
    EntryPoint: ['node', '-e', 'bootstrap'],
    Environment: Object.entries(variables).map(([Name, Value]) => ({ Name, Value })),
    Secrets: [
      { Name: 'SESSION_SECRET', ValueFrom: `${SECRET}:key::` },
      { Name: 'FLAG', ValueFrom: '/torii/flag' },
    ],
    LogConfiguration: { Options: { 'awslogs-group': '/torii/trial' } },
    StopTimeout: 30,
  });
  const sidecar = { Name: 'otel-collector', Image: 'collector' };
  await apply('AWS::ECS::TaskDefinition', { Family: 'trial', ContainerDefinitions: [container('service/src/main.ts'), sidecar] });
  await apply('AWS::ECS::TaskDefinition', { Family: 'trial-migrate', ContainerDefinitions: [container('service/src/migrate.ts')] });
  await apply('AWS::ECS::Service', { TaskDefinition: 'trial', DesiredCount: 1, LoadBalancers: [{ TargetGroupArn: TARGET_GROUP }] });
}

function address(): string {
  const [target] = ecs.listTargets(TARGET_GROUP);
  if (target === undefined) throw new Error('no healthy target');
  return `http://${target.host}:${target.port}`;
}

function isAlive(id: number): boolean {
  try {
    return process.kill(id, 0);
  } catch {
    return false;
  }
}

const pid = (): number | undefined => ecs.listTasks()[0]?.pid;
const isHealthyAgain = (before: number | undefined) => (): boolean => pid() !== before && ecs.listTargets(TARGET_GROUP).length === 1;

describe('AWS::ECS::Service', () => {
  it('migrates, then runs the command with the environment of its task definition', async () => {
    await declareService({ TOKEN_ISSUER: 'https://localhost:1/pool', API_URL: 'https://abc123.execute-api.eu-west-1.amazonaws.com/v1' });
    await ecs.start?.();
    expect(readFileSync(join(root, 'migrated'), 'utf8')).toBe('migrated\n');
    const environment: unknown = await (await fetch(`${address()}/environment`)).json();
    expect(environment).toMatchObject({
      PORT: String(ecs.listTasks()[0]?.port),
      TOKEN_ISSUER: 'https://localhost:1/pool',
      API_URL: `http://localhost:${trial.ports.api}/v1`,
      SESSION_SECRET: 's3cret',
      FLAG: 'value of /torii/flag',
      AWS_REGION: 'eu-west-1',
    });
    expect(ecs.listProcesses().map(({ name, droppedContainers }) => [name, ...droppedContainers])).toEqual([
      ['trial-migrate'],
      ['trial', 'otel-collector'],
    ]);
  });

  it('does not migrate again before something has changed', async () => {
    const start = async (): Promise<void> => {
      ecs = createTrialEcs();
      await declareService();
      await ecs.start?.();
      await ecs.stop?.();
    };
    const migrations = (): number => readFileSync(join(root, 'migrated'), 'utf8').split('\n').length - 1;
    await start();
    await start();
    expect(migrations()).toBe(1);
    writeFileSync(join(root, 'service/src/other.ts'), '// new');
    await start();
    expect(migrations()).toBe(2);
  });

  it('starts a killed service again, and sends it no requests in between', async () => {
    await declareService();
    await ecs.start?.();
    const before = pid();
    process.kill(before ?? 0, 'SIGKILL');
    await until('it is no target', () => ecs.listTargets(TARGET_GROUP).length === 0, 1_000);
    await until('another process is healthy', isHealthyAgain(before), 3_000);
    expect(await (await fetch(address())).text()).toBe(String(pid()));
  });

  it('serves on while its changed source takes over, and finishes its work', async () => {
    await declareService();
    await ecs.start?.();
    const before = pid();
    const slow = fetch(`${address()}/slow`);
    appendFileSync(join(root, 'service/src/main.ts'), '\n// changed\n');
    await until('another process is healthy', () => ecs.listTargets(TARGET_GROUP).length === 0 || isHealthyAgain(before)());
    expect(ecs.listTargets(TARGET_GROUP)).toHaveLength(1);
    expect(await (await slow).text()).toBe('done');
    await until('the first has ended', () => !isAlive(before ?? 0));
    await until('it has said that it stops', () =>
      readFileSync(logFileOf(trial.stateFolder, '/torii/trial'), 'utf8').includes('"stopping"'),
    );
  });

  it('goes on as it was while its changed source cannot run, and says why', async () => {
    const messages: string[] = [];
    ecs = createTrialEcs((_level, message) => messages.push(message));
    await declareService();
    await ecs.start?.();
    const before = pid();
    const file = join(root, 'service/src/main.ts');
    const source = readFileSync(file, 'utf8');
    writeFileSync(file, `${source}\nexport const broken = ;\n`);
    await until('the mistake is told', () => messages.some((message) => message.includes('goes on as it was')));
    expect(messages.at(-1)).toMatch(/service\/src\/main\.ts cannot be run: trial ended with code 1\n.*main\.ts:\d+\n.*SyntaxError/s);
    expect([pid(), ecs.listTargets(TARGET_GROUP).length]).toEqual([before, 1]);
    writeFileSync(file, source);
    await until('another process is healthy', isHealthyAgain(before));
  });

  it('stops in order and leaves no process', async () => {
    await declareService();
    await ecs.start?.();
    const before = pid() ?? 0;
    await ecs.stop?.();
    expect(() => process.kill(before, 0)).toThrow('ESRCH');
    expect(ecs.listTargets(TARGET_GROUP)).toEqual([]);
  });

  it('tells why the migration failed', async () => {
    await declareService({ BROKEN_MIGRATION: 'true' });
    await expect(ecs.start?.()).rejects.toThrow('trial-migrate ended with code 1\nMigration 0001 cannot be applied: the table exists');
  });

  it('tells why the service does not start', async () => {
    await declareService();
    writeFileSync(join(root, 'service/src/main.ts'), "throw new Error('DATABASE_HOST is absent');");
    await expect(ecs.start?.()).rejects.toThrow(/trial ended with code 1\n.*DATABASE_HOST is absent/s);
  });
});
