import type { Publisher } from '@torii/contracts';
import { Duration, Size } from 'aws-cdk-lib';
import {
  AppendDelimiterToRecordProcessor,
  DeliveryStream,
  EnableLogging,
  S3Bucket,
  StreamEncryption,
  type IDeliveryStream,
} from 'aws-cdk-lib/aws-kinesisfirehose';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import type { ILogGroup } from 'aws-cdk-lib/aws-logs';
import type { IBucket } from 'aws-cdk-lib/aws-s3';
import type { ITopic, Topic } from 'aws-cdk-lib/aws-sns';
import { FirehoseSubscription } from 'aws-cdk-lib/aws-sns-subscriptions';
import { Construct } from 'constructs';
import { asInterface } from '../as-interface.ts';
import { createFirehoseRole } from '../firehose-role.ts';
import { MaskedLogGroup } from '../logs/log-group.ts';
import { RunbookAlarm } from '../observability/runbook-alarm.ts';

export interface EventArchiveProps {
  readonly publisher: Publisher;
  /** Everything published here is archived: no filter. */
  readonly topic: Topic;
  readonly bucket: IBucket;
  /** Of the bucket. */
  readonly encryptionKey: IKey;
  readonly logRetentionDays: number;
  readonly alarmTopic: ITopic;
}

/** An hour a folder, in UTC, by the arrival of the oldest event of a file. */
const HOUR = '!{timestamp:yyyy/MM/dd/HH}';
/** Small files are dear to read and young events are still in their queues: a minute, or what is the default size. */
const BUFFER = { interval: Duration.seconds(60), size: Size.mebibytes(5) };
/** Fifteen times what the buffer keeps back. Firehose tries again for a day and then drops what it has. */
const MAX_AGE = Duration.minutes(15);

/** Every event of one topic, a line each, in `archive/<publisher>/YYYY/MM/DD/HH/`. */
export class EventArchive extends Construct {
  constructor(scope: Construct, id: string, props: EventArchiveProps) {
    super(scope, id);
    const { publisher } = props;
    const logGroup = new MaskedLogGroup(this, 'Logs', { retentionDays: props.logRetentionDays });
    const role = createFirehoseRole(this, {
      ...props,
      bucketLogicalId: 'Messages804FA4EB',
      folders: [`archive/${publisher}/*`, `archive-errors/${publisher}/*`],
      logGroup,
    });
    const stream = new DeliveryStream(this, 'Stream', {
      // What waits in Firehose, for a minute. Whoever puts records needs no right to the key: Firehose has a grant of its own.
      encryption: StreamEncryption.customerManagedKey(props.encryptionKey),
      role: role.withoutPolicyUpdates(),
      destination: new S3Bucket(props.bucket, {
        // CDK would let it read and write the whole bucket.
        role: role.withoutPolicyUpdates(),
        encryptionKey: props.encryptionKey,
        dataOutputPrefix: `archive/${publisher}/${HOUR}/`,
        errorOutputPrefix: `archive-errors/${publisher}/!{firehose:error-output-type}/${HOUR}/`,
        bufferingInterval: BUFFER.interval,
        bufferingSize: BUFFER.size,
        processors: [new AppendDelimiterToRecordProcessor()],
        loggingConfig: new EnableLogging(asInterface<ILogGroup>(logGroup)),
      }),
    });
    stream.node.addDependency(role);
    const destination = new FirehoseSubscription(asInterface<IDeliveryStream>(stream), { rawMessageDelivery: true });
    const subscription = props.topic.addSubscription(destination);
    // SNS looks at what its role may do when it subscribes.
    subscription.node.addDependency(stream.node.findChild('TopicSubscriptionRole'));
    new RunbookAlarm(this, 'Age', {
      metric: stream.metric('DeliveryToS3.DataFreshness', { period: Duration.minutes(5), statistic: 'Maximum' }),
      threshold: MAX_AGE.toSeconds(),
      periods: 2,
      problem: `Events of ${publisher} have waited for more than ${MAX_AGE.toMinutes()} minutes to be archived`,
      article: 'archive-is-behind',
      topic: props.alarmTopic,
    });
  }
}
