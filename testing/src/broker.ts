// A broker of its own for each test file: SQS, SNS and S3 with the queues, topics and subscriptions that the topology of
// `contracts` calls for, as the messaging stack deploys them.
import { DeleteMessageBatchCommand, type Message, ReceiveMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { listQueues, PUBLISHERS, type Publisher, type QueueName, queueUrlVariable } from '@torii/contracts';
import { type Broker, LOCAL_CREDENTIALS, startBroker } from '@torii/local';
import { type MessageWatch, watchMessages } from './watch-messages.ts';

export interface TestBroker {
  readonly endpoint: string;
  /** What a process needs so that its AWS SDK finds this broker, the `<QUEUE>_QUEUE_URL` of every queue and the messages bucket. */
  readonly env: Readonly<Record<string, string>>;
  /** Name of the files bucket; browsers of any origin may upload. */
  readonly bucket: string;
  /** Name of the messages bucket. */
  readonly messagesBucket: string;
  /** The test's own client: messages that it sends need not fit their contracts. */
  readonly sqs: SQSClient;
  /** How many messages the code under test has written; each is held to its released contract. */
  countWritten(): number;
  /** Holds a message that was written elsewhere to its contract, too. @param place where, for errors */
  check(place: string, body: string): void;
  queueUrl(name: QueueName | `${QueueName}-dlq`): string;
  topicArn(publisher: Publisher): string;
  /** Creates a queue that no topology knows, with its dead-letter queue; returns its URL. */
  createQueue(name: string, attributes?: Readonly<Record<string, string>>): string;
  /** Creates a topic that no topology knows; returns its ARN. */
  createTopic(name: string): string;
  subscribe(topicArn: string, queueUrl: string, types?: readonly string[]): void;
  /** Messages of the queue, taken and deleted, once there are `count`; throws when they do not come within `timeoutMs`, a minute unless told. */
  receiveAll(queueUrl: string, count: number, timeoutMs?: number): Promise<readonly Message[]>;
  /** Messages in the queue, in flight and delayed ones included. */
  depth(queueUrl: string): number;
  /** @throws Error when a message that the code under test wrote breaks its released contract */
  stop(): Promise<void>;
}

export interface TestBrokerOptions {
  /** Keeps messages and objects here, so that a test can start the broker again. */
  readonly stateFolder?: string;
  readonly port?: number;
  /** @default 30 */
  readonly visibilityTimeoutSeconds?: number;
  /** Receives before SQS itself moves a message to the dead-letter queue. @default 5 */
  readonly maxReceiveCount?: number;
  /** False: nothing that is written is held to its contract, which takes longer than to deliver it. @default true */
  readonly watchesContracts?: boolean;
}

const REGION = 'eu-west-1';
const ACCOUNT_ID = '222222222222';
/** Ends what never comes. */
const RECEIVE_TIMEOUT_MS = 60_000;
const BUCKET = 'torii-test-files';
const MESSAGES_BUCKET = 'torii-test-messages';

const IGNORING: MessageWatch = { exempt: () => {}, check: () => {}, count: 0, assertContracts: () => {} };

export async function startTestBroker(options: TestBrokerOptions = {}): Promise<TestBroker> {
  const broker = await startBroker({
    port: options.port ?? 0,
    region: REGION,
    accountId: ACCOUNT_ID,
    ...(options.stateFolder !== undefined && { stateFolder: options.stateFolder }),
  });
  const createQueue = queueCreator(broker, options);
  const subscribe: TestBroker['subscribe'] = (topicArn, queueUrl, types) => {
    const filter = types === undefined ? {} : { FilterPolicy: JSON.stringify({ type: types }) };
    const endpoint = `arn:aws:sqs:${REGION}:${ACCOUNT_ID}:${queueName(queueUrl)}`;
    broker.ensureSubscription({ topicArn, protocol: 'sqs', endpoint, attributes: { RawMessageDelivery: 'true', ...filter } });
  };
  const topics = new Map(PUBLISHERS.map((publisher) => [publisher, broker.ensureTopic(`torii-${publisher}-events`, {}).arn]));
  const topicArn = (publisher: Publisher): string => topics.get(publisher) ?? '';
  for (const queue of listQueues()) {
    const url = createQueue(queue.name);
    for (const publisher of queue.publishers) subscribe(topicArn(publisher), url, queue.types);
  }
  const everything = { allowedOrigins: ['*'], allowedMethods: ['GET', 'PUT', 'HEAD'], allowedHeaders: ['*'], exposedHeaders: ['ETag'] };
  broker.ensureBucket(BUCKET, [everything]);
  broker.ensureBucket(MESSAGES_BUCKET, []);
  const watch = options.watchesContracts === false ? IGNORING : watchMessages(broker);
  const sqs = createOwnClient(broker.endpoint, watch);
  return {
    endpoint: broker.endpoint,
    env: environmentOf(broker),
    bucket: BUCKET,
    messagesBucket: MESSAGES_BUCKET,
    sqs,
    countWritten: () => watch.count,
    check: watch.check,
    queueUrl: (name) => broker.queues.urlOf(name),
    topicArn,
    createQueue,
    createTopic: (name) => broker.ensureTopic(name, {}).arn,
    subscribe,
    receiveAll: (queueUrl, count, timeoutMs) => receiveAll(sqs, { queueUrl, count, timeoutMs: timeoutMs ?? RECEIVE_TIMEOUT_MS }),
    depth: (queueUrl) => {
      const queue = broker.listQueues().find(({ name }) => name === queueName(queueUrl));
      return queue === undefined ? 0 : queue.visible + queue.inFlight + queue.delayed;
    },
    stop: async () => {
      sqs.destroy();
      await broker.stop();
      watch.assertContracts();
    },
  };
}

function createOwnClient(endpoint: string, watch: MessageWatch): SQSClient {
  const sqs = new SQSClient({ region: REGION, endpoint, credentials: LOCAL_CREDENTIALS });
  sqs.middlewareStack.add(
    (next) => async (request) => {
      for (const body of listBodies(request.input)) watch.exempt(body);
      return next(request);
    },
    { step: 'initialize' },
  );
  return sqs;
}

/** Of SendMessage and SendMessageBatch; other commands have none. */
function listBodies(input: object): readonly string[] {
  const entries: readonly unknown[] = 'Entries' in input && Array.isArray(input.Entries) ? input.Entries : [input];
  return entries.flatMap((entry) => {
    const body: unknown = Reflect.get(Object(entry), 'MessageBody');
    return typeof body === 'string' ? [body] : [];
  });
}

function queueCreator(broker: Broker, options: TestBrokerOptions): TestBroker['createQueue'] {
  const visibility = { VisibilityTimeout: String(options.visibilityTimeoutSeconds ?? 30) };
  return (name, attributes = {}) => {
    const deadLetterQueue = broker.ensureQueue(`${name}-dlq`, {});
    const redrive = { deadLetterTargetArn: deadLetterQueue.arn, maxReceiveCount: options.maxReceiveCount ?? 5 };
    return broker.ensureQueue(name, { ...visibility, RedrivePolicy: JSON.stringify(redrive), ...attributes }).url;
  };
}

function environmentOf(broker: Broker): Readonly<Record<string, string>> {
  return {
    AWS_REGION: REGION,
    AWS_ACCESS_KEY_ID: LOCAL_CREDENTIALS.accessKeyId,
    AWS_SECRET_ACCESS_KEY: LOCAL_CREDENTIALS.secretAccessKey,
    AWS_ENDPOINT_URL_SQS: broker.endpoint,
    AWS_ENDPOINT_URL_SNS: broker.endpoint,
    AWS_ENDPOINT_URL_S3: broker.endpoint,
    MESSAGES_BUCKET,
    ...Object.fromEntries(listQueues().map(({ name }) => [queueUrlVariable(name), broker.queues.urlOf(name)])),
  };
}

async function receiveAll(
  sqs: SQSClient,
  { queueUrl, count, timeoutMs }: { readonly queueUrl: string; readonly count: number; readonly timeoutMs: number },
): Promise<readonly Message[]> {
  const deadline = Date.now() + timeoutMs;
  const received: Message[] = [];
  while (received.length < count) {
    if (Date.now() > deadline)
      throw new Error(`${count} messages cannot be received from ${queueName(queueUrl)}: ${received.length} came in ${timeoutMs} ms`);
    received.push(...(await take(sqs, queueUrl)));
  }
  return received;
}

async function take(sqs: SQSClient, queueUrl: string): Promise<readonly Message[]> {
  const { Messages: messages = [] } = await sqs.send(
    new ReceiveMessageCommand({
      QueueUrl: queueUrl,
      MaxNumberOfMessages: 10,
      WaitTimeSeconds: 1,
      MessageAttributeNames: ['All'],
      MessageSystemAttributeNames: ['All'],
    }),
  );
  if (messages.length === 0) return [];
  const Entries = messages.map(({ ReceiptHandle }, index) => ({ Id: String(index), ReceiptHandle }));
  await sqs.send(new DeleteMessageBatchCommand({ QueueUrl: queueUrl, Entries }));
  return messages;
}

function queueName(queueUrl: string): string {
  return queueUrl.slice(queueUrl.lastIndexOf('/') + 1);
}
