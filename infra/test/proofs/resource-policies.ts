// What policies of resources say: who else may use a queue, a topic, a bucket, a key, a secret, a function.
import { getEnvironment } from '../../src/environments.ts';
import { listOf, parseStatements, type Statement } from '../evaluate-policy.ts';
import { textOf, type Json } from '../template.ts';
import { describeCondition } from './permissions.ts';
import { listOf as listOfJson } from './resolve-template.ts';
import { type Place, type StageView } from './stage.ts';

/** Types that hold a policy, with the property that names what it is of; undefined is the resource itself. */
const HOLDERS: Readonly<Record<string, { readonly document: string; readonly of: string | undefined }>> = {
  'AWS::ECR::Repository': { document: 'RepositoryPolicyText', of: undefined },
  'AWS::Events::EventBusPolicy': { document: 'Statement', of: 'EventBusName' },
  'AWS::KMS::Key': { document: 'KeyPolicy', of: undefined },
  'AWS::Logs::ResourcePolicy': { document: 'PolicyDocument', of: undefined },
  'AWS::S3::BucketPolicy': { document: 'PolicyDocument', of: 'Bucket' },
  'AWS::SecretsManager::ResourcePolicy': { document: 'ResourcePolicy', of: 'SecretId' },
  'AWS::SNS::TopicPolicy': { document: 'PolicyDocument', of: 'Topics' },
  'AWS::SQS::QueuePolicy': { document: 'PolicyDocument', of: 'Queues' },
};

export interface Rule {
  /** Name of the resource. */
  readonly of: string;
  readonly effect: 'Allow' | 'Deny';
  /** `<who> may <actions> [on <part>] [when <condition>]`. */
  readonly text: string;
}

/** Every statement of every resource policy of a stage, and every permission to invoke a function. */
export function listRules(stage: StageView): readonly Rule[] {
  const held = stage.places.flatMap((place) => {
    const holder = HOLDERS[place.Type];
    if (!holder) return [];
    const statements = parseDocument(place.resolved[holder.document]);
    const names =
      holder.of === undefined ? [place.name] : listOfJson(place.resolved[holder.of]).map((of) => describeText(stage, textOf(of)));
    return names.flatMap((of) => statements.map((statement) => ({ of, effect: statement.Effect, text: describe(stage, of, statement) })));
  });
  return [...held, ...stage.find('AWS::Lambda::Permission').map((permission) => describePermission(stage, permission))];
}

function parseDocument(document: Json | undefined): readonly Statement[] {
  const isText = typeof document === 'string';
  return document === undefined ? [] : parseStatements(isText ? (JSON.parse(document) as Json) : document);
}

function describe(stage: StageView, of: string, { Principal, Action, NotAction, Resource, Condition }: Statement): string {
  const who = typeof Principal === 'string' ? ['everybody'] : Object.values(Principal ?? {}).flatMap((names) => listOf(names));
  const what = NotAction === undefined ? listOf(Action).join(', ') : `anything but ${listOf(NotAction).join(', ')}`;
  const parts = listOf(Resource)
    .map((resource) => describePart(stage, of, resource))
    .filter((part) => part !== '');
  const when = Condition ? ` when ${describeCondition(stage, Condition)}` : '';
  const on = parts.length === 0 ? '' : ` on ${parts.join(' and ')}`;
  return `${who.map((name) => describeText(stage, name)).join(' and ')} may ${what}${on}${when}`;
}

/** What of a bucket is meant; nothing for the resource itself. */
function describePart(stage: StageView, of: string, resource: string): string {
  if (resource === '*') return '';
  const whole = stage.places.find(({ name }) => name === of)?.arn ?? '';
  return describeText(stage, resource.startsWith(whole) ? resource.slice(whole.length) : resource);
}

function describePermission(stage: StageView, { resolved: p }: Place): Rule {
  const conditions = Object.entries({ 'aws:SourceAccount': p['SourceAccount'], 'aws:SourceArn': p['SourceArn'] }).flatMap(([key, value]) =>
    value === undefined ? [] : [`${key} is ${describeText(stage, textOf(value))}`],
  );
  return {
    of: describeText(stage, textOf(p['FunctionName'])),
    effect: 'Allow',
    text: `${textOf(p['Principal'])} may ${textOf(p['Action'])}${conditions.length === 0 ? '' : ` when ${conditions.join(' and ')}`}`,
  };
}

/** A resource by its name, this account as such. */
function describeText(stage: StageView, text: string): string {
  if (text === '*') return 'everybody';
  const { account } = getEnvironment(stage.name);
  if (text === `arn:aws:iam::${account}:root`) return 'this account';
  return stage.describe(text);
}
