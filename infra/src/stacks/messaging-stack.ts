import { events, listQueues, PUBLISHERS, type Publisher, type QueueTopology } from '@torii/contracts';
import { RemovalPolicy, Stack } from 'aws-cdk-lib';
import { EventBus } from 'aws-cdk-lib/aws-events';
import { Key } from 'aws-cdk-lib/aws-kms';
import type { IBucket } from 'aws-cdk-lib/aws-s3';
import { SubscriptionFilter, Topic } from 'aws-cdk-lib/aws-sns';
import { SqsSubscription } from 'aws-cdk-lib/aws-sns-subscriptions';
import type { Construct } from 'constructs';
import { asInterface } from '../constructs/as-interface.ts';
import { AlarmTopic } from '../constructs/observability/alarm-topic.ts';
import { ConsumerQueue, type ConsumerQueues } from '../constructs/messaging/consumer-queue.ts';
import { addDeliveryAlarm } from '../constructs/observability/delivery-alarm.ts';
import { EventArchive } from '../constructs/messaging/event-archive.ts';
import { FilesBucket } from '../constructs/messaging/files-bucket.ts';
import { MessagesBucket } from '../constructs/messaging/messages-bucket.ts';
import { Schedules } from '../constructs/messaging/schedules.ts';
import type { EnvironmentSettings } from '../environment-settings.ts';
import type { StageStackProps } from './stack-props.ts';

/** What services say to each other, all of it from the topology of contracts: topics, queues, schedules, the archive; files and the bus too. */
export class MessagingStack extends Stack {
  readonly alarmTopic: Topic;
  readonly topics: Readonly<Record<Publisher, Topic>>;
  readonly queues: ConsumerQueues;
  readonly filesBucket: FilesBucket;
  readonly messagesBucket: MessagesBucket;
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

    this.alarmTopic = new AlarmTopic(this, 'Alarms', { encryptionKey: topicKey, email: settings.alarmEmail, takesBudgets: true });
    this.topics = {
      identity: new Topic(this, 'IdentityEvents', { masterKey: topicKey, enforceSSL: true }),
      catalog: new Topic(this, 'CatalogEvents', { masterKey: topicKey, enforceSSL: true }),
      jobs: new Topic(this, 'JobsEvents', { masterKey: topicKey, enforceSSL: true }),
    };
    const namePrefix = `torii-${settings.name}`;
    this.queues = new Map(listQueues().map((topology) => [topology.name, this.#createQueue(topology, queueKey, namePrefix)]));
    new Schedules(this, 'Schedules', { queues: this.queues, namePrefix, encryptionKey: queueKey, alarmTopic: this.alarmTopic });
    this.messagesBucket = new MessagesBucket(this, 'Messages', { settings, encryptionKey: queueKey });
    for (const publisher of PUBLISHERS) {
      this.#archive(publisher, queueKey, settings);
      addDeliveryAlarm(this, publisher, this.topics[publisher], this.alarmTopic);
    }
    this.filesBucket = new FilesBucket(this, 'Files', { settings, encryptionKey: queueKey });
    // Named, because a bus without a name does not exist.
    this.bus = new EventBus(this, 'Bus', { eventBusName: namePrefix, kmsKey: queueKey });
  }

  #archive(publisher: Publisher, encryptionKey: Key, { logRetentionDays }: EnvironmentSettings): void {
    new EventArchive(this, `${publisher}-archive`, {
      publisher,
      topic: this.topics[publisher],
      bucket: asInterface<IBucket>(this.messagesBucket),
      encryptionKey,
      logRetentionDays,
      alarmTopic: this.alarmTopic,
    });
  }

  #createQueue(topology: QueueTopology, encryptionKey: Key, namePrefix: string): ConsumerQueue {
    const consumerQueue = new ConsumerQueue(this, topology.name, { topology, namePrefix, encryptionKey, alarmTopic: this.alarmTopic });
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
