// Who else may use what is an environment's: AWS's services and other accounts, by the policies of queues, topics, buckets, keys, secrets and functions.
import { beforeAll, describe, expect, it } from '@jest/globals';
import { getStage } from '../synthesized.ts';
import type { Json, Resource } from '../template.ts';
import { addResources, changeResource, type Change } from './change.ts';
import { listExpectedRules } from './expected-rules.ts';
import { listRules } from './resource-policies.ts';
import { listOf } from './resolve-template.ts';
import { STAGES, viewStage, type StageName, type StageView } from './stage.ts';

const SYNTHESIS_TIMEOUT_MS = 240_000;

let views: Readonly<Record<StageName, StageView>>;
beforeAll(() => {
  views = { dev: view('dev'), staging: view('staging'), prod: view('prod') };
}, SYNTHESIS_TIMEOUT_MS);

function view(stage: StageName): StageView {
  return viewStage(stage, getStage(stage).templates);
}

/** `<resource>: <who> may <what>`, for whatever is allowed and should not be, and the other way round. */
function listFaults(stage: StageView): readonly string[] {
  const expected = Object.entries(listExpectedRules(stage.name)).flatMap(([of, texts]) => texts.map((text) => `${of}: ${text}`));
  const found = listRules(stage)
    .filter(({ effect }) => effect === 'Allow')
    .map(({ of, text }) => `${of}: ${text}`);
  return [
    ...found.filter((rule) => !expected.includes(rule)).map((rule) => `${rule}, which the table does not have`),
    ...expected.filter((rule) => !found.includes(rule)).map((rule) => `${rule}, as the table says, and does not`),
  ];
}

/** Queues, topics and buckets that would speak to somebody without TLS. */
function listOpenToInsecure(stage: StageView): readonly string[] {
  const refusing = new Map([
    ['queue', 'everybody may sqs:* when aws:SecureTransport is false'],
    ['topic', 'everybody may sns:Publish when aws:SecureTransport is false'],
    ['bucket', 'everybody may s3:* on /* when aws:SecureTransport is false'],
  ]);
  const denied = new Set(
    listRules(stage)
      .filter(({ effect, text }) => effect === 'Deny' && [...refusing.values()].includes(text))
      .map(({ of }) => of),
  );
  return stage.places.filter(({ kind, name }) => refusing.has(kind ?? '') && !denied.has(name)).map(({ name }) => name);
}

describe.each(STAGES)('resources of %s', (stage) => {
  it('let in whom the table says, and nobody else', () => {
    expect(listFaults(views[stage])).toEqual([]);
  });

  it('refuse whoever comes without TLS', () => {
    expect(listOpenToInsecure(views[stage])).toEqual([]);
  });
});

describe('a hole', () => {
  const listNew = (templates: Parameters<typeof viewStage>[1]): readonly string[] => {
    const before = new Set(listFaults(views.dev));
    return listFaults(viewStage('dev', templates)).filter((fault) => !before.has(fault));
  };
  const addStatement =
    (document: string, statement: Json): Change =>
    (before) => ({
      ...before,
      [document]: { Statement: [...listOf(Reflect.get(Object(before[document]), 'Statement') as Json), statement] },
    });

  it('by which another account sends to a queue is found', () => {
    const statement = { Effect: 'Allow', Principal: { AWS: 'arn:aws:iam::999999999999:root' }, Action: 'sqs:SendMessage', Resource: '*' };
    const properties = addStatement('PolicyDocument', statement);
    expect(
      listNew(
        changeResource(getStage('dev').templates, { stack: 'torii-dev-messaging', logicalId: /^catalogcommandsQueuePolicy/, properties }),
      ),
    ).toEqual(['queue catalog-commands: arn:aws:iam::999999999999:root may sqs:SendMessage, which the table does not have']);
  });

  it('by which anybody uses a key is found', () => {
    const properties = addStatement('KeyPolicy', { Effect: 'Allow', Principal: '*', Action: 'kms:Decrypt', Resource: '*' });
    expect(
      listNew(changeResource(getStage('dev').templates, { stack: 'torii-dev-data', logicalId: /^Key[0-9A-F]{8}$/, properties })),
    ).toEqual(['key data Key: everybody may kms:Decrypt, which the table does not have']);
  });

  it('by which any topic of the world sends to a queue is found', () => {
    const policy: Resource = {
      Type: 'AWS::SQS::QueuePolicy',
      Properties: {
        Queues: [{ Ref: queueId('jobs-commands') }],
        PolicyDocument: {
          Statement: [{ Effect: 'Allow', Principal: { Service: 'sns.amazonaws.com' }, Action: 'sqs:SendMessage', Resource: '*' }],
        },
      },
    };
    expect(listNew(addResources(getStage('dev').templates, 'torii-dev-messaging', { Hole: policy }))).toEqual([
      'queue jobs-commands: sns.amazonaws.com may sqs:SendMessage, which the table does not have',
    ]);
  });

  it('by which anybody invokes a function is found', () => {
    const Hole: Resource = {
      Type: 'AWS::Lambda::Permission',
      Properties: { Action: 'lambda:InvokeFunction', Principal: '*', FunctionName: 'other' },
    };
    expect(listNew(addResources(getStage('dev').templates, 'torii-dev-svc-jobs', { Hole }))).toEqual([
      'other: * may lambda:InvokeFunction, which the table does not have',
    ]);
  });

  it('by which a bucket takes what comes without TLS is found', () => {
    const properties: Change = (before) => ({ ...before, PolicyDocument: { Statement: [] } });
    const templates = changeResource(getStage('dev').templates, { stack: 'torii-dev-messaging', logicalId: /^FilesPolicy/, properties });
    expect(listOpenToInsecure(viewStage('dev', templates))).toEqual(['bucket messaging Files']);
  });
});

function queueId(name: string): string {
  return views.dev.find('AWS::SQS::Queue').find((queue) => queue.name === `queue ${name}`)?.logicalId ?? '';
}
