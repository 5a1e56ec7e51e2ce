// fauxqs exports its server but not the stores behind it, and its defects live in the stores. This is the only file that
// reaches into the package; `package.json` pins the version these shapes were read from (2.4.1).
import { findPackageJSON } from 'node:module';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { DatabaseSync } from 'node:sqlite';
import { buildApp } from 'fauxqs';

export type App = Awaited<ReturnType<typeof buildApp>>;
type Stores = NonNullable<NonNullable<Parameters<typeof buildApp>[0]>['stores']>;

export interface MessageAttribute {
  readonly DataType: string;
  readonly StringValue?: string;
  readonly BinaryValue?: string;
}
export interface StoredMessage {
  readonly messageId: string;
  readonly body: string;
  readonly messageAttributes: Readonly<Record<string, MessageAttribute>>;
  readonly sentTimestamp: number;
  approximateReceiveCount: number;
}
interface PollWaiter {
  readonly resolve: () => void;
  readonly timer: NodeJS.Timeout;
}
export type DeadLetterResolver = (arn: string) => Queue | undefined;

/** What a queue of fauxqs is, including the methods its declaration calls private. */
export interface Queue {
  readonly name: string;
  readonly url: string;
  readonly arn: string;
  attributes: Record<string, string>;
  messages: StoredMessage[];
  readonly inflightMessages: Map<string, { readonly message: StoredMessage }>;
  readonly delayedMessages: StoredMessage[];
  readonly pollWaiters: PollWaiter[];
  persistence?: Persistence;
  isFifo(): boolean;
  getAttribute(name: string): string | undefined;
  setAttributes(attributes: Record<string, string>): void;
  enqueue(message: StoredMessage): void;
  dequeue(maxCount: number, visibilityTimeout?: number, resolveDeadLetterQueue?: DeadLetterResolver): unknown[];
  waitForMessages(seconds: number): Promise<void>;
  notifyWaiters(): void;
  hasAvailableFifoMessages(): boolean;
  /** Makes messages visible whose delay or visibility timeout is over. */
  processTimers(): void;
}

export interface QueueStore {
  host: string;
  region?: string;
  persistence?: Persistence;
  readonly queues: Map<string, Queue>;
  readonly queuesByName: Map<string, Queue>;
  readonly queuesByArn: Map<string, Queue>;
  createQueue(name: string, url: string, arn: string, attributes?: Record<string, string>, tags?: Record<string, string>): Queue;
  deleteQueue(url: string): boolean;
  buildQueueUrl(name: string, port: string, requestHost: string, region: string): string;
  getQueue(url: string): Queue | undefined;
  getQueueByArn(arn: string): Queue | undefined;
  allQueues(): Iterable<Queue>;
}

export interface Topic {
  readonly arn: string;
  readonly name: string;
  attributes: Record<string, string>;
  readonly tags: Map<string, string>;
  subscriptionArns: string[];
}
export interface Subscription {
  readonly arn: string;
  readonly topicArn: string;
  readonly protocol: string;
  readonly endpoint: string;
  confirmed: boolean;
  attributes: Record<string, string>;
  parsedFilterPolicy?: Record<string, unknown>;
}
export interface TopicStore {
  region?: string;
  persistence?: Persistence;
  /** Told of every message that is published, whether or not a queue subscribes. */
  spy?: { addMessage(message: { readonly topicArn: string; readonly body: string }): void };
  readonly topics: Map<string, Topic>;
  readonly subscriptions: Map<string, Subscription>;
  createTopic(
    name: string,
    attributes: Record<string, string> | undefined,
    tags: Record<string, string> | undefined,
    region: string,
  ): Topic;
  deleteTopic(arn: string): boolean;
  unsubscribe(arn: string): boolean;
}

export type ObjectStore = Stores['s3Store'];
export interface StoredObject {
  readonly key: string;
}

export interface Persistence {
  readonly db: DatabaseSync;
  insertQueue(queue: Queue): void;
  updateQueueAttributes(name: string, attributes: Record<string, string>, lastModified: number): void;
  insertMessage(queueName: string, message: StoredMessage): void;
  deleteMessage(messageId: string): void;
  updateMessageInflight(
    messageId: string,
    receiptHandle: string,
    visibilityDeadline: number,
    receiveCount: number,
    firstReceiveTimestamp: number | undefined,
  ): void;
  updateMessageReady(messageId: string): void;
  deleteQueueMessages(queueName: string): void;
  insertTopic(topic: Topic): void;
  insertSubscription(subscription: Subscription): void;
  updateSubscriptionAttributes(arn: string, attributes: Record<string, string>): void;
  updateTopicAttributes(arn: string, attributes: Record<string, string>): void;
  updateTopicSubscriptionArns(arn: string, subscriptionArns: string[]): void;
  loadSqsAndSns(queues: QueueStore, topics: TopicStore): void;
  close(): void;
}
export interface ObjectPersistence {
  upsertObject(bucket: string, object: StoredObject): void;
  deleteObject(bucket: string, key: string): void;
  loadS3(objects: ObjectStore): void;
  close(): void;
}

export interface Publication {
  readonly topicArn: string;
  readonly topic: Topic;
  readonly messageId: string;
  readonly message: string;
  readonly messageAttributes: Readonly<Record<string, MessageAttribute>>;
  readonly snsStore: TopicStore;
  readonly sqsStore: QueueStore;
}

interface Internals {
  readonly SqsQueue: new (
    name: string,
    url: string,
    arn: string,
    attributes?: Record<string, string>,
    tags?: Record<string, string>,
  ) => Queue;
  readonly SqsStore: (new () => QueueStore) & {
    createMessage(body: string, attributes?: Readonly<Record<string, MessageAttribute>>): StoredMessage;
  };
  readonly SnsStore: new () => TopicStore;
  readonly S3Store: new () => ObjectStore;
  readonly PersistenceManager: new (folder: string) => Persistence;
  readonly FileS3Persistence: new (folder: string) => ObjectPersistence;
  readonly fanOutToSubscriptions: (publication: Publication) => void;
  readonly INVALID_MESSAGE_BODY_CHAR: RegExp;
}

const FILES = [
  'sqs/sqsTypes.js',
  'sqs/sqsStore.js',
  'sns/snsStore.js',
  's3/s3Store.js',
  'persistence.js',
  's3/fileS3Persistence.js',
  'sns/actions/publish.js',
] as const;

async function parseInternals(): Promise<Internals> {
  const packageFile = findPackageJSON('fauxqs', import.meta.url);
  if (packageFile === undefined) throw new Error('SQS, SNS and S3 cannot be emulated: the package fauxqs is not installed');
  const folder = join(dirname(packageFile), 'dist');
  const modules = await Promise.all(FILES.map((file) => import(pathToFileURL(join(folder, file)).href)));
  return Object.assign({}, ...modules) as Internals;
}

const internals = await parseInternals();
export const { SqsQueue, SqsStore, SnsStore, S3Store, PersistenceManager, FileS3Persistence, fanOutToSubscriptions } = internals;

/** https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SendMessage.html; fauxqs knows no character above U+FFFF, so no emoji. */
const REFUSED_CHARACTER = /[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/u;
internals.INVALID_MESSAGE_BODY_CHAR.test = (text) => REFUSED_CHARACTER.test(text);

/** The HTTP server over repaired stores; the declared types of the stores differ only in what they hide. */
export function parseApp(stores: { readonly queues: QueueStore; readonly topics: TopicStore; readonly objects: ObjectStore }): App {
  const { queues: sqsStore, topics: snsStore, objects: s3Store } = stores;
  return buildApp({ logger: false, stores: { sqsStore, snsStore, s3Store } as unknown as Stores });
}
