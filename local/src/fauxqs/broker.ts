// SQS, SNS and S3 on loopback: fauxqs with its defects repaired, and what providers ask of it without going through HTTP.
// Guarantee: with a state folder, whatever was acknowledged is there after a restart, however the process ended.
import { randomUUID } from 'node:crypto';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { trackCallers } from './caller.ts';
import type { CorsRule } from './cors.ts';
import { isLocalRequest } from '../http-server.ts';
import { type App, fanOutToSubscriptions, type MessageAttribute, parseApp, type Queue, S3Store, SqsStore } from './internals.ts';
import { GroupedPersistence, GuardedObjectPersistence } from './persistence.ts';
import { guardS3 } from './s3-guard.ts';
import { explainDamage } from '../state-files.ts';
import { RepairedQueueStore, RepairedTopicStore } from './stores.ts';

/** What every AWS SDK on this machine signs with. */
export const LOCAL_CREDENTIALS = { accessKeyId: 'local', secretAccessKey: 'local' } as const;

export interface BrokerOptions {
  /** 0 takes a free one. */
  readonly port: number;
  readonly region: string;
  readonly accountId: string;
  /** Without it everything is in memory. */
  readonly stateFolder?: string;
}
export interface QueueSummary {
  readonly name: string;
  readonly arn: string;
  readonly url: string;
  readonly visible: number;
  readonly inFlight: number;
  readonly delayed: number;
  /** Of the message that has waited longest, milliseconds since 1970; absent without one. */
  readonly oldestSentAt?: number;
  readonly deadLetterArn?: string;
}
export type TextAttributes = Readonly<Record<string, string>>;
type Protocol = 'sqs' | 'email' | 'email-json' | 'lambda' | 'http' | 'https' | 'firehose' | 'sms' | 'application';
interface SubscriptionInit {
  readonly topicArn: string;
  readonly protocol: Protocol | (string & {});
  readonly endpoint: string;
  readonly attributes: TextAttributes;
}
type PublishListener = (message: { readonly topicArn: string; readonly body: string }) => void;

export interface Broker {
  /** `http://127.0.0.1:<port>` */
  readonly endpoint: string;
  readonly port: number;
  readonly queues: RepairedQueueStore;
  readonly topics: RepairedTopicStore;
  readonly objects: InstanceType<typeof S3Store>;
  /** Creates the queue, or gives it these attributes; its messages stay. Attributes left out have AWS's defaults. */
  ensureQueue(name: string, attributes: TextAttributes): { readonly arn: string; readonly url: string };
  listQueues(): readonly QueueSummary[];
  /** URL of a queue by its ARN, whether or not the queue exists. */
  queueUrl(queueArn: string): string;
  /** Removes the queue unless it holds messages; tells whether it did. */
  removeQueue(queueArn: string): boolean;
  /** @throws Error when there is no such queue. */
  send(queueArn: string, body: string, attributes?: TextAttributes): Promise<void>;
  ensureTopic(name: string, attributes: TextAttributes): { readonly arn: string };
  ensureSubscription(init: SubscriptionInit): { readonly arn: string };
  /** Removes the topic and its subscriptions. */
  removeTopic(topicArn: string): void;
  removeSubscription(subscriptionArn: string): void;
  /** Addresses that subscribe to the topic by this protocol. */
  listEndpoints(topicArn: string, protocol: Protocol): readonly string[];
  /** @throws Error when there is no such topic. */
  publish(topicArn: string, body: string, attributes?: TextAttributes): Promise<void>;
  /** Called for every published message, before its subscribers have it. */
  onPublish(listener: PublishListener): void;
  ensureBucket(name: string, corsRules: readonly CorsRule[]): void;
  /** Removes the bucket unless it holds objects; tells whether it did. */
  removeBucket(name: string): boolean;
  /** Answers every long poll, with nothing: who stops need not wait for them. Messages can still be sent and deleted. */
  endPolls(): void;
  stop(): Promise<void>;
}

/** AWS's own defaults, so that an attribute taken out of a template goes back to them. */
const QUEUE_DEFAULTS: TextAttributes = {
  VisibilityTimeout: '30',
  DelaySeconds: '0',
  MaximumMessageSize: '1048576',
  MessageRetentionPeriod: '345600',
  ReceiveMessageWaitTimeSeconds: '0',
};

export async function startBroker(options: BrokerOptions): Promise<Broker> {
  let port = options.port;
  const endpoint = (): string => `http://127.0.0.1:${port}`;
  const account = { region: options.region, accountId: options.accountId, endpoint };
  const queues = new RepairedQueueStore(account);
  const topics = new RepairedTopicStore(account);
  const objects = new S3Store();
  const corsRules = new Map<string, readonly CorsRule[]>();
  const persistence = options.stateFolder === undefined ? undefined : openPersistence(join(options.stateFolder, 'messages'));
  const app = parseApp({ queues, topics, objects });
  refuseOtherNames(app);
  requireSignature(app);
  guardS3(app, { objects, credentials: LOCAL_CREDENTIALS, corsRules: (bucket) => corsRules.get(bucket) ?? [] });
  trackCallers(app);
  app.addHook('preClose', async () => queues.close());
  if (persistence !== undefined) app.addHook('onSend', async (_request, _reply, payload) => (await persistence.committed(), payload));
  await app.listen({ port, host: '127.0.0.1' });
  port = parsePort(app.server.address());
  if (options.stateFolder !== undefined && persistence !== undefined)
    load({ queues, topics, objects }, persistence, join(options.stateFolder, 'objects'));

  return {
    endpoint: endpoint(),
    port,
    queues,
    topics,
    objects,
    ...queueOperations(queues, persistence),
    ...topicOperations(topics, queues, persistence),
    ensureBucket: (name, rules) => {
      if (!objects.hasBucket(name)) objects.createBucket(name);
      corsRules.set(name, rules);
    },
    removeBucket: (name) => {
      if (!objects.hasBucket(name)) return true;
      if (objects.listObjects(name, { maxKeys: 1 }).objects.length > 0) return false;
      objects.deleteBucket(name);
      return true;
    },
    endPolls: () => queues.close(),
    stop: async () => {
      await app.close();
      persistence?.close();
    },
  };
}

function queueOperations(
  queues: RepairedQueueStore,
  persistence?: GroupedPersistence,
): Pick<Broker, 'ensureQueue' | 'listQueues' | 'queueUrl' | 'removeQueue' | 'send'> {
  return {
    ensureQueue: (name, attributes) => {
      const wanted = { ...QUEUE_DEFAULTS, ...attributes };
      const queue = queues.queuesByName.get(name) ?? queues.createQueue(name, '', '', wanted);
      queue.attributes = {};
      queue.setAttributes(wanted);
      return { arn: queue.arn, url: queue.url };
    },
    listQueues: () => [...queues.allQueues()].map(summarize),
    queueUrl: (queueArn) => queues.urlOf(queueArn.slice(queueArn.lastIndexOf(':') + 1)),
    removeQueue: (queueArn) => {
      const queue = queues.getQueueByArn(queueArn);
      if (queue === undefined) return true;
      const { visible, inFlight, delayed } = summarize(queue);
      if (visible + inFlight + delayed > 0) return false;
      return queues.deleteQueue(queue.url);
    },
    send: async (queueArn, body, attributes = {}) => {
      const queue = queues.getQueueByArn(queueArn);
      if (queue === undefined) throw new Error(`A message cannot be sent to ${queueArn}: there is no such queue`);
      queue.enqueue(SqsStore.createMessage(body, toMessageAttributes(attributes)));
      await persistence?.committed();
    },
  };
}

function topicOperations(
  topics: RepairedTopicStore,
  queues: RepairedQueueStore,
  persistence?: GroupedPersistence,
): Pick<Broker, 'ensureTopic' | 'ensureSubscription' | 'removeTopic' | 'removeSubscription' | 'listEndpoints' | 'publish' | 'onPublish'> {
  return {
    ensureTopic: (name, attributes) => {
      const topic = topics.createTopic(name, { ...attributes });
      topic.attributes = { ...attributes };
      persistence?.updateTopicAttributes(topic.arn, topic.attributes);
      return { arn: topic.arn };
    },
    ensureSubscription: (init) => topics.ensureSubscription({ ...init, attributes: { ...init.attributes } }),
    removeTopic: (topicArn) => void topics.deleteTopic(topicArn),
    removeSubscription: (subscriptionArn) => void topics.unsubscribe(subscriptionArn),
    listEndpoints: (topicArn, protocol) =>
      [...topics.subscriptions.values()]
        .filter((subscription) => subscription.topicArn === topicArn && subscription.protocol === protocol)
        .map(({ endpoint }) => endpoint),
    publish: async (topicArn, body, attributes = {}) => {
      const topic = topics.topics.get(topicArn);
      if (topic === undefined) throw new Error(`A message cannot be published to ${topicArn}: there is no such topic`);
      topics.spy?.addMessage({ topicArn, body });
      fanOutToSubscriptions({
        topicArn,
        topic,
        messageId: randomUUID(),
        message: body,
        messageAttributes: toMessageAttributes(attributes),
        snsStore: topics,
        sqsStore: queues,
      });
      await persistence?.committed();
    },
    onPublish: (listener) => {
      topics.spy = { addMessage: listener };
    },
  };
}

function openPersistence(folder: string): GroupedPersistence {
  return explainDamage(join(folder, 'fauxqs.db'), () => new GroupedPersistence(folder));
}

/** After `listen`, because the URLs of kept queues carry the port; before anybody was told the address. */
function load(stores: Pick<Broker, 'queues' | 'topics' | 'objects'>, persistence: GroupedPersistence, objectFolder: string): void {
  const { queues, topics, objects } = stores;
  const objectPersistence = new GuardedObjectPersistence(objectFolder);
  persistence.loadSqsAndSns(queues, topics);
  objectPersistence.loadS3(objects);
  queues.persistence = persistence;
  topics.persistence = persistence;
  for (const queue of queues.allQueues()) queue.persistence = persistence;
  Object.assign(objects, { persistence: objectPersistence });
}

/** A page on a foreign name that resolves to 127.0.0.1 must not read messages and files. */
function refuseOtherNames(app: App): void {
  app.addHook('onRequest', async (request, reply) => {
    if (isLocalRequest(request.raw)) return;
    return reply.code(403).send({ __type: 'AccessDenied', message: 'SQS, SNS and S3 answer to localhost only' });
  });
}

/** AWS refuses unsigned requests; here it also keeps web pages of other origins from posting forms to SNS. */
function requireSignature(app: App): void {
  app.addHook('onRequest', async (request, reply) => {
    if (request.method !== 'POST' || request.url !== '/' || request.headers.authorization !== undefined) return;
    return reply
      .code(403)
      .type('application/x-amz-json-1.0')
      .send({ __type: 'MissingAuthenticationToken', message: 'Request is missing Authentication Token' });
  });
}

function summarize(queue: Queue): QueueSummary {
  const deadLetterArn = findDeadLetterArn(queue.attributes['RedrivePolicy']);
  const [oldest] = queue.messages;
  return {
    name: queue.name,
    arn: queue.arn,
    url: queue.url,
    visible: Number(queue.getAttribute('ApproximateNumberOfMessages')),
    inFlight: queue.inflightMessages.size,
    delayed: Number(queue.getAttribute('ApproximateNumberOfMessagesDelayed')),
    ...(oldest !== undefined && { oldestSentAt: oldest.sentTimestamp }),
    ...(deadLetterArn !== undefined && { deadLetterArn }),
  };
}

function findDeadLetterArn(redrivePolicy: string | undefined): string | undefined {
  const policy: unknown = redrivePolicy === undefined ? undefined : JSON.parse(redrivePolicy);
  if (typeof policy !== 'object' || policy === null || !('deadLetterTargetArn' in policy)) return undefined;
  return String(policy.deadLetterTargetArn);
}

function toMessageAttributes(attributes: TextAttributes): Readonly<Record<string, MessageAttribute>> {
  return Object.fromEntries(Object.entries(attributes).map(([name, value]) => [name, { DataType: 'String', StringValue: value }]));
}

function parsePort(address: AddressInfo | string | null): number {
  if (address === null || typeof address === 'string') throw new Error('The broker cannot tell its address: it does not listen on a port');
  return address.port;
}
