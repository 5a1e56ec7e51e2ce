import type { QueueName, QueueTopology } from '@torii/contracts';
import { Duration } from 'aws-cdk-lib';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import { Queue, QueueEncryption } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { RunbookAlarm } from '../observability/runbook-alarm.ts';

export interface ConsumerQueueProps {
  readonly topology: QueueTopology;
  /** `<application>-<environment>`, before the queue's name. */
  readonly namePrefix: string;
  readonly encryptionKey: IKey;
  readonly alarmTopic: ITopic;
}

// A consumer itself sends what it cannot handle to the dead-letter queue, with the reason, after five attempts. This is for messages
// that end their consumer every time; it is so high because an outage of minutes counts deliveries too.
const MAX_RECEIVES = 20;
/** SQS's longest: as long as possible to notice, to mend and to redrive. */
const RETENTION = Duration.days(14);
/** Messages older than this mean that consumers are down or too few. */
const MAX_AGE = Duration.minutes(5);

/** One queue of the topology with its dead-letter queue, and an alarm on each. */
export class ConsumerQueue extends Construct {
  readonly topology: QueueTopology;
  readonly queue: Queue;
  readonly deadLetterQueue: Queue;
  /** Rings when there is a dead letter. */
  readonly deadLettersAlarm: RunbookAlarm;

  constructor(scope: Construct, id: string, props: ConsumerQueueProps) {
    super(scope, id);
    this.topology = props.topology;
    const shared = {
      encryption: QueueEncryption.KMS,
      encryptionMasterKey: props.encryptionKey,
      enforceSSL: true,
      retentionPeriod: RETENTION,
    };
    // Named: operators look into queues and redrive dead letters by these names.
    const queueName = `${props.namePrefix}-${props.topology.name}`;
    this.deadLetterQueue = new Queue(this, 'DeadLetters', { ...shared, queueName: `${queueName}-dlq` });
    this.queue = new Queue(this, 'Queue', {
      ...shared,
      queueName,
      visibilityTimeout: Duration.seconds(props.topology.settings.visibilityTimeoutSeconds),
      receiveMessageWaitTime: Duration.seconds(20),
      deadLetterQueue: { queue: this.deadLetterQueue, maxReceiveCount: MAX_RECEIVES },
    });
    const period = Duration.minutes(1);
    new RunbookAlarm(this, 'Age', {
      metric: this.queue.metricApproximateAgeOfOldestMessage({ period }),
      threshold: MAX_AGE.toSeconds(),
      periods: 3,
      problem: `Messages wait in ${props.topology.name} for more than ${MAX_AGE.toMinutes()} minutes`,
      article: 'queue-is-behind',
      topic: props.alarmTopic,
    });
    this.deadLettersAlarm = new RunbookAlarm(this, 'Depth', {
      metric: this.deadLetterQueue.metricApproximateNumberOfMessagesVisible({ period }),
      threshold: 0,
      periods: 1,
      problem: `Messages have arrived in the dead-letter queue of ${props.topology.name}`,
      article: 'dead-letters-arrived',
      topic: props.alarmTopic,
    });
  }
}

export type ConsumerQueues = ReadonlyMap<QueueName, ConsumerQueue>;

/** @throws Error when the topology has no such queue. */
export function getQueue(queues: ConsumerQueues, name: QueueName): ConsumerQueue {
  const queue = queues.get(name);
  if (!queue) throw new Error(`Queue ${name} cannot be used: the topology has no consumer that needs it.`);
  return queue;
}
