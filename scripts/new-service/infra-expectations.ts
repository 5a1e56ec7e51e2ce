// What infra/test freezes: it fails when a logical id is another than CDK makes, so nothing here can be wrong without notice.
import { createHash } from 'node:crypto';
import type { Names } from './names.ts';
import type { SourceText } from './text.ts';

interface StatefulRow {
  readonly type: string;
  readonly stack: string;
  readonly logicalId: string;
}

export function listStatefulRows({ name, pascal, snake }: Names): readonly StatefulRow[] {
  return [
    {
      type: 'AWS::KinesisFirehose::DeliveryStream',
      stack: 'torii-dev-messaging',
      logicalId: logicalIdOf(`${name}-archive`, 'Stream', 'Resource'),
    },
    ...['DeadLetters', 'Queue'].map((part) => ({
      type: 'AWS::SQS::Queue',
      stack: 'torii-dev-messaging',
      logicalId: logicalIdOf(`${name}-events`, part, 'Resource'),
    })),
    { type: 'AWS::SNS::Topic', stack: 'torii-dev-messaging', logicalId: logicalIdOf(`${pascal}Events`, 'Resource') },
    { type: 'AWS::SecretsManager::Secret', stack: 'torii-dev-data', logicalId: logicalIdOf('Schemas', `${snake}-secret`, 'Resource') },
    { type: 'Custom::DatabaseSchema', stack: 'torii-dev-data', logicalId: logicalIdOf('Schemas', snake) },
  ];
}

/** CDK's rule: the path without what is not alphanumeric, and a hash of the whole of it; `Resource` shows in the hash only. */
export function logicalIdOf(...path: readonly string[]): string {
  const readable = path.filter((part) => part !== 'Resource').map((part) => part.replaceAll(/[^A-Za-z0-9]/g, ''));
  const hash = createHash('md5').update(path.join('/')).digest('hex').slice(0, 8).toUpperCase();
  return `${readable.join('')}${hash}`;
}

interface FrozenResource {
  readonly stack: string;
  readonly Properties: Readonly<Record<string, unknown>>;
}

/** Service and listener rule of every backend are the same but for its name and the rule's place. */
export function addGoldenRows(source: SourceText, name: string, priority: number): SourceText {
  const frozen = parseFrozen(source.text);
  const stack = frozen.find((row) => !row.stack.endsWith('-svc-frontend'))?.stack;
  const sample = stack?.split('-svc-')[1];
  if (sample === undefined) throw new Error(`${source.path} cannot be changed: it has no backend to go by. Nothing was written.`);
  const rows = frozen
    .filter((row) => row.stack === stack)
    .flatMap((row) => parseFrozen(`[${JSON.stringify(row).replaceAll(new RegExp(`\\b${sample}\\b`, 'g'), name)}]`))
    .map((row) => (row.Properties['Priority'] === undefined ? row : { ...row, Properties: { ...row.Properties, Priority: priority } }));
  return { ...source, text: `${JSON.stringify([...frozen, ...rows], null, 2)}\n` };
}

function parseFrozen(text: string): readonly FrozenResource[] {
  return JSON.parse(text) as readonly FrozenResource[];
}
