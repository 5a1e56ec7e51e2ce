// What CloudFormation does when a template changes, on a platform of its own: only what differs is touched, and data stays.
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { QueueDoesNotExist, ReceiveMessageCommand, GetQueueUrlCommand, SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { startPlatform, type Platform } from '@torii/local';
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { signUpPerson, type Person } from '../src/journey.ts';

const ROOT = join(import.meta.dirname, '..', '..');
/** Away from the platform that the other journeys share. */
const PORT_BASE = 19_000;
/** Two starts, the first with an empty home. */
const TIMEOUT_MS = 180_000;
/** Nobody takes from a dead-letter queue. */
const WAITING_QUEUE = 'torii-dev-catalog-commands-dlq';

interface Template {
  readonly Resources: Record<string, { Type: string; Properties: Record<string, unknown> }>;
}
interface Container {
  readonly Name: string;
  readonly Environment: { Name: string; Value: unknown }[];
}

let folder: string;
let platform: Platform;
let sqs: SQSClient;

async function boot(): Promise<void> {
  platform = await startPlatform({
    root: ROOT,
    assemblyFolder: join(folder, 'cdk.out'),
    stage: 'dev',
    home: join(folder, 'home'),
    portBase: PORT_BASE,
    watch: false,
    step: (_name, work) => work(() => undefined),
  });
}

/** Changes, in the copy, the template that has a resource with these words in it. */
function editTemplate(words: string, change: (resources: Template['Resources']) => void): void {
  const assembly = join(folder, 'cdk.out', 'assembly-dev');
  const files = readdirSync(assembly).filter((name) => name.endsWith('.template.json'));
  const file = files.map((name) => join(assembly, name)).find((path) => readFileSync(path, 'utf8').includes(words));
  if (file === undefined) throw new Error(`No template has ${words}`);
  const template = JSON.parse(readFileSync(file, 'utf8')) as Template;
  change(template.Resources);
  writeFileSync(file, JSON.stringify(template));
}

const queue = (QueueName: string) => ({ Type: 'AWS::SQS::Queue', Properties: { QueueName } });
const editQueues = (change: (resources: Template['Resources']) => void): void => editTemplate(`"${WAITING_QUEUE}"`, change);

function setCatalogVariable(name: string, value: string): void {
  editTemplate('"Family": "torii-dev-catalog"', (resources) => {
    const task = Object.values(resources).find(({ Properties }) => Properties['Family'] === 'torii-dev-catalog');
    const containers = task?.Properties['ContainerDefinitions'] as readonly Container[];
    const variable = containers.find((container) => container.Name === 'app')?.Environment.find((entry) => entry.Name === name);
    if (variable === undefined) throw new Error(`The container of catalog has no ${name}`);
    variable.Value = value;
  });
}

async function queueUrl(QueueName: string): Promise<string> {
  return (await sqs.send(new GetQueueUrlCommand({ QueueName }))).QueueUrl ?? '';
}

describe('a changed template', () => {
  let person: Person;
  let itemPath: string;
  let unchangedAtFirst: Record<string, string>;

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'torii-template-'));
    cpSync(join(ROOT, 'infra', 'cdk.out'), join(folder, 'cdk.out'), { recursive: true });
    editQueues((resources) => Object.assign(resources, { Unused: queue('torii-dev-unused'), Renamed: queue('torii-dev-before') }));
    await boot();
    const { region, endpoints } = platform.file;
    sqs = new SQSClient({ region, endpoint: endpoints.sqs, credentials: { accessKeyId: 'local', secretAccessKey: 'local' } });
    unchangedAtFirst = catalogEnvironment();
    person = await signUpPerson(platform.file);
    const item = { sku: 'KEPT-1', name: 'Kept' };
    const created = await person.client.call('POST', '/catalog/items', { token: person.tokens.accessToken, body: item });
    itemPath = created.headers.get('location')?.replace(/^.*(?=\/catalog\/)/, '') ?? '';
    await sqs.send(new SendMessageCommand({ QueueUrl: await queueUrl(WAITING_QUEUE), MessageBody: 'waiting' }));
    await platform.stop();

    setCatalogVariable('SHUTDOWN_TIMEOUT_MS', '24000');
    editQueues((resources) => {
      delete resources['Unused'];
      Object.assign(resources, { Added: queue('torii-dev-added'), Renamed: queue('torii-dev-after') });
    });
    await boot();
  }, TIMEOUT_MS);

  afterAll(async () => {
    sqs.destroy();
    person.client.close();
    await platform.stop();
    rmSync(folder, { recursive: true, force: true });
  }, TIMEOUT_MS);

  const catalogEnvironment = (): Record<string, string> => {
    const catalog = platform.listProcesses().find(({ name }) => name === 'torii-dev-catalog');
    return { ...catalog?.environment };
  };

  it('creates, updates, replaces and removes what differs, and nothing else', () => {
    expect(platform.changes).toMatchObject({ created: 1, replaced: 1, removed: 2 });
    // The task definition, and what refers to its new revision.
    expect(platform.changes.updated).toBeGreaterThan(0);
    expect(platform.changes.updated).toBeLessThan(5);
  });

  it('gives the process the new environment and changes no other variable', () => {
    expect(unchangedAtFirst['SHUTDOWN_TIMEOUT_MS']).toBe('25000');
    expect(catalogEnvironment()).toEqual({ ...unchangedAtFirst, SHUTDOWN_TIMEOUT_MS: '24000' });
  });

  it('has the new queues and no longer those it dropped or replaced', async () => {
    expect(await queueUrl('torii-dev-added')).toContain('torii-dev-added');
    expect(await queueUrl('torii-dev-after')).toContain('torii-dev-after');
    for (const gone of ['torii-dev-unused', 'torii-dev-before']) await expect(queueUrl(gone)).rejects.toBeInstanceOf(QueueDoesNotExist);
  });

  it('keeps users, items and messages', async () => {
    const { accessToken: token } = await person.client.logIn(person);
    const { status, body } = await person.client.call<{ sku: string }>('GET', itemPath, { token });
    expect([status, body.sku]).toEqual([200, 'KEPT-1']);
    const { Messages = [] } = await sqs.send(new ReceiveMessageCommand({ QueueUrl: await queueUrl(WAITING_QUEUE), WaitTimeSeconds: 5 }));
    expect(Messages.map((message) => message.Body)).toEqual(['waiting']);
  });

  it(
    'is refused by the name of a type that nobody provides',
    async () => {
      await platform.stop();
      editQueues((resources) => Object.assign(resources, { Odd: { Type: 'AWS::Nowhere::Thing', Properties: {} } }));
      await expect(boot()).rejects.toThrow('these resource types are unknown: AWS::Nowhere::Thing.');
      editQueues((resources) => delete resources['Odd']);
      await boot();
      expect(platform.changes).toMatchObject({ created: 0, updated: 0, replaced: 0, removed: 0 });
    },
    TIMEOUT_MS,
  );
});
