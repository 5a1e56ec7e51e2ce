import { events, listQueues, type Publisher, type QueueTopology } from '@torii/contracts';
import { Duration, RemovalPolicy, Stack } from 'aws-cdk-lib';
import { EventBus } from 'aws-cdk-lib/aws-events';
import { ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Key } from 'aws-cdk-lib/aws-kms';
import type { Bucket } from 'aws-cdk-lib/aws-s3';
import { SubscriptionFilter, Topic } from 'aws-cdk-lib/aws-sns';
import { EmailSubscription, SqsSubscription } from 'aws-cdk-lib/aws-sns-subscriptions';
import type { Construct } from 'constructs';
import { ConsumerQueue, type ConsumerQueues } from '../constructs/consumer-queue.ts';
import { FilesBucket } from '../constructs/files-bucket.ts';
import type { StageStackProps } from './stack-props.ts';

/** Six times the worker's timeout, as Lambda asks of the queues it polls. */
const WORKER_VISIBILITY_TIMEOUT = Duration.seconds(180);
/** Services handle a message in milliseconds and prolong its invisibility when they need longer. */
const SERVICE_VISIBILITY_TIMEOUT = Duration.seconds(60);

/** What services say to each other, all of it from the topology of contracts: topics, queues, subscriptions; files and the bus too. */
export class MessagingStack extends Stack {
  readonly alarmTopic: Topic;
  readonly topics: Readonly<Record<Publisher, Topic>>;
  readonly queues: ConsumerQueues;
  readonly filesBucket: Bucket;
  readonly bus: EventBus;

  constructor(scope: Construct, id: string, props: StageStackProps) {
    super(scope, id, props);
    const { settings } = props;
    const removalPolicy = settings.protectData ? RemovalPolicy.RETAIN : RemovalPolicy.DESTROY;
    const queueKey = new Key(this, 'QueueKey', {
      description: `Queues and files of torii ${settings.name}`,
      enableKeyRotation: true,
      removalPolicy,
    });
    // A key of their own: SNS is let into the queues' key by the topics' names, and a topic can't depend on a key that depends on it.
    const topicKey = new Key(this, 'TopicKey', { description: `Topics of torii ${settings.name}`, enableKeyRotation: true, removalPolicy });
    topicKey.grantEncryptDecrypt(new ServicePrincipal('cloudwatch.amazonaws.com'));

    this.alarmTopic = new Topic(this, 'Alarms', { masterKey: topicKey, enforceSSL: true });
    this.alarmTopic.addSubscription(new EmailSubscription(settings.alarmEmail));
    this.topics = {
      identity: new Topic(this, 'IdentityEvents', { masterKey: topicKey, enforceSSL: true }),
      catalog: new Topic(this, 'CatalogEvents', { masterKey: topicKey, enforceSSL: true }),
      jobs: new Topic(this, 'JobsEvents', { masterKey: topicKey, enforceSSL: true }),
    };
    this.queues = new Map(listQueues().map((topology) => [topology.name, this.#createQueue(topology, queueKey, `torii-${settings.name}`)]));
    this.filesBucket = new FilesBucket(this, 'Files', { settings, encryptionKey: queueKey });
    // Named, because a bus without a name does not exist.
    this.bus = new EventBus(this, 'Bus', { eventBusName: `torii-${settings.name}` });
  }

  #createQueue(topology: QueueTopology, encryptionKey: Key, namePrefix: string): ConsumerQueue {
    const visibilityTimeout = topology.consumer === 'jobs-worker' ? WORKER_VISIBILITY_TIMEOUT : SERVICE_VISIBILITY_TIMEOUT;
    const consumerQueue = new ConsumerQueue(this, topology.name, {
      topology,
      namePrefix,
      visibilityTimeout,
      encryptionKey,
      alarmTopic: this.alarmTopic,
    });
    for (const publisher of topology.publishers) {
      const allowlist = Object.entries(events)
        .filter(([type, contract]) => contract.publisher === publisher && topology.types.some((subscribed) => subscribed === type))
        .map(([type]) => type);
      this.topics[publisher].addSubscription(
        new SqsSubscription(consumerQueue.queue, {
          rawMessageDelivery: true,
          filterPolicy: { type: SubscriptionFilter.stringFilter({ allowlist }) },
        }),
      );
    }
    return consumerQueue;
  }
}
