// docs/asyncapi.json: the same for machines (AsyncAPI 3.0, https://www.asyncapi.com/docs/reference/specification/v3.0.0).
import { listQueues, PUBLISHERS, type QueueTopology } from '@torii/contracts';
import type { Example } from '../contracts/baseline.ts';
import type { Contract } from '../contracts/contract.ts';
import { type JsonSchema, meaningOf, toJsonText } from '../contracts/json-schema.ts';
import { ENVIRONMENT_NAMES, getEnvironment } from '../../infra/src/environments.ts';

const LOCAL_HOST = 'localhost:8004';
const BUS = 'event-bus';

interface Reference {
  readonly $ref: string;
}

export function renderAsyncApi(contracts: readonly Contract[], examples: readonly Example[]): string {
  const messages = contracts.filter(({ kind }) => kind !== 'envelope');
  return toJsonText({
    asyncapi: '3.0.0',
    info: {
      title: 'Torii',
      version: '1.0.0',
      description:
        'Every message that the services of Torii send each other. Each version of a message is a type of its own, and never changes but by growing.',
      license: { name: 'MIT' },
    },
    defaultContentType: 'application/cloudevents+json',
    servers: renderServers(),
    channels: renderChannels(messages),
    operations: renderOperations(messages),
    components: {
      messages: Object.fromEntries(messages.map((contract) => [contract.name, renderMessage(contract, examples)])),
      schemas: Object.fromEntries(contracts.map(({ name, schema }) => [name, withoutDialect(schema)])),
      messageTraits: { attributes: { headers: ATTRIBUTES } },
    },
  });
}

/** Message attributes of SNS and SQS. */
const ATTRIBUTES = {
  type: 'object',
  properties: {
    type: { type: 'string', description: 'As in the envelope; subscriptions filter by it. Schedules do not set it.' },
    traceparent: { type: 'string', description: 'W3C trace context of the span that sent the message.' },
    replay: { type: 'string', description: 'Id of the replay that brings the message again.' },
  },
};

function renderServers(): Readonly<Record<string, object>> {
  const stages = ENVIRONMENT_NAMES.map(getEnvironment);
  const aws = stages.flatMap(({ name, region, account }) =>
    ['sns', 'sqs', 'events'].map((service) => [
      `${name}-${service}`,
      {
        host: `${service}.${region}.amazonaws.com`,
        protocol: service === 'events' ? 'https' : service,
        description: `Account ${account}. Access is granted by IAM.`,
        tags: [{ name }],
      },
    ]),
  );
  const description = 'What npm start makes of the template of dev. SQS, SNS and EventBridge answer at one address.';
  return { ...Object.fromEntries(aws), laptop: { host: LOCAL_HOST, protocol: 'http', description, tags: [{ name: 'laptop' }] } };
}

function renderChannels(messages: readonly Contract[]): Readonly<Record<string, object>> {
  const named = (list: readonly Contract[]): object => Object.fromEntries(list.map(({ name }) => [name, ref('components/messages', name)]));
  const topics = PUBLISHERS.map((publisher) => [
    topicOf(publisher),
    {
      // CloudFormation names topics.
      address: null,
      title: `Events of ${publisher}`,
      description: 'SNS topic. Its queues are subscribed with raw delivery, filtered by the attribute `type`; Firehose archives all of it.',
      messages: named(messages.filter((contract) => isPublishedBy(contract, publisher))),
    },
  ]);
  const queues = listQueues().map((queue) => [queue.name, renderQueue(queue, named(messages.filter((contract) => isIn(queue, contract))))]);
  const bus = {
    address: 'torii-{environment}',
    title: 'For the world outside',
    description: 'EventBridge bus. The envelope is the `detail`, its type the `detail-type`.',
    parameters: ENVIRONMENT_PARAMETER,
    messages: named(messages.filter(({ onBus }) => onBus)),
  };
  return { ...Object.fromEntries([...topics, ...queues]), [BUS]: bus };
}

const ENVIRONMENT_PARAMETER = { environment: { description: 'The stage.', enum: ENVIRONMENT_NAMES } };

function renderQueue({ name, kind, consumer, settings }: QueueTopology, messages: object): object {
  const { visibilityTimeoutSeconds: visibilityTimeout, batchSize, concurrency, rebuildable } = settings;
  return {
    address: `torii-{environment}-${name}`,
    title: `${kind === 'events' ? 'Events' : 'Commands'} for ${consumer}`,
    description: `SQS queue, standard: at least once, in any order. Dead letters: \`torii-{environment}-${name}-dlq\`.`,
    parameters: ENVIRONMENT_PARAMETER,
    messages,
    bindings: { sqs: { queue: { name, fifoQueue: false, visibilityTimeout }, deadLetterQueue: { name: `${name}-dlq`, fifoQueue: false } } },
    'x-torii': { batchSize, concurrency, rebuildable },
  };
}

function renderOperations(messages: readonly Contract[]): Readonly<Record<string, object>> {
  const send = PUBLISHERS.map((publisher) => {
    const published = messages.filter((contract) => isPublishedBy(contract, publisher) && contract.upcastTo === undefined);
    return [`${publisher}-publishes`, operation('send', topicOf(publisher), published)] as const;
  });
  const receive = listQueues().map((queue) => {
    const taken = messages.filter((contract) => isIn(queue, contract));
    return [`${queue.consumer}-takes-${queue.name}`, operation('receive', queue.name, taken)] as const;
  });
  const outside = PUBLISHERS.flatMap((publisher) => {
    const told = messages.filter((contract) => isPublishedBy(contract, publisher) && contract.onBus);
    return told.length === 0 ? [] : [[`${publisher}-tells-the-world`, operation('send', BUS, told)] as const];
  });
  return Object.fromEntries([...send, ...listCommands(messages), ...receive, ...outside]);
}

function listCommands(messages: readonly Contract[]): readonly (readonly [string, object])[] {
  return listQueues().flatMap((queue) => {
    const sent = messages.filter((contract) => contract.kind === 'command' && isIn(queue, contract));
    const writers = new Set(sent.flatMap(writersOf));
    return [...writers].map((writer) => {
      const own = sent.filter((contract) => writersOf(contract).includes(writer));
      return [`${writer.toLowerCase()}-sends-to-${queue.name}`, operation('send', queue.name, own)] as const;
    });
  });
}

function writersOf({ writers }: Contract): readonly string[] {
  return writers.length === 0 ? ['operators'] : writers;
}

function operation(action: 'send' | 'receive', channel: string, messages: readonly Contract[]): object {
  return { action, channel: ref('channels', channel), messages: messages.map(({ name }) => ref(`channels/${channel}/messages`, name)) };
}

function renderMessage({ name, kind, schema, upcastTo, writers, readers, onBus }: Contract, examples: readonly Example[]): object {
  return {
    name,
    title: name,
    summary: meaningOf(schema),
    ...(upcastTo !== undefined && { description: `Retired: it is still received, and becomes ${upcastTo} before it is handled.` }),
    contentType: 'application/cloudevents+json',
    correlationId: { location: '$message.payload#/correlationid' },
    tags: [{ name: kind }, ...(upcastTo === undefined ? [] : [{ name: 'retired' }])],
    traits: [ref('components/messageTraits', 'attributes')],
    payload: {
      allOf: [
        ref('components/schemas', 'envelope'),
        { type: 'object', properties: { type: { const: name }, data: ref('components/schemas', name) } },
      ],
    },
    examples: examples.flatMap((example) =>
      example.name === name ? [{ name: example.file.replace('.json', ''), payload: JSON.parse(example.text) as object }] : [],
    ),
    'x-torii': { writers, readers, onBus, ...(upcastTo !== undefined && { upcastTo }) },
  };
}

function isPublishedBy({ kind, writers }: Contract, publisher: string): boolean {
  return kind === 'event' && writers.includes(publisher);
}

function isIn({ types }: QueueTopology, { name }: Contract): boolean {
  return types.some((type) => type === name);
}

function topicOf(publisher: string): string {
  return `${publisher}-topic`;
}

function ref(place: string, name: string): Reference {
  return { $ref: `#/${place}/${name}` };
}

/** AsyncAPI reads schemas as its own superset of draft 7, whose keywords are all that zod writes here. */
function withoutDialect({ $schema: _dialect, ...schema }: JsonSchema): JsonSchema {
  return schema;
}
