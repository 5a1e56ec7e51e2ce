import { Duration, Size, Stack } from 'aws-cdk-lib';
import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import {
  AppendDelimiterToRecordProcessor,
  CloudWatchLogProcessor,
  Compression,
  DecompressionProcessor,
  DeliveryStream,
  EnableLogging,
  S3Bucket,
  StreamEncryption,
  type IDeliveryStream,
} from 'aws-cdk-lib/aws-kinesisfirehose';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { FilterPattern, SubscriptionFilter, type ILogGroup } from 'aws-cdk-lib/aws-logs';
import { FirehoseDestination } from 'aws-cdk-lib/aws-logs-destinations';
import type { IBucket } from 'aws-cdk-lib/aws-s3';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';
import { asInterface } from '../as-interface.ts';
import { createFirehoseRole } from '../firehose-role.ts';
import { LAKE_FOLDERS, type LakeBucket } from './lake-bucket.ts';
import { MaskedLogGroup, type ProcessLogGroup } from './log-group.ts';
import { RunbookAlarm } from '../observability/runbook-alarm.ts';

export interface LogDeliveryProps {
  /** Where processes write, of any stack of the stage. */
  readonly logGroups: readonly ProcessLogGroup[];
  readonly bucket: LakeBucket;
  /** Of the bucket. */
  readonly encryptionKey: IKey;
  readonly logRetentionDays: number;
  readonly alarmTopic: ITopic;
}

/** An hour a folder, in UTC, by the arrival of the oldest line of a file. The table's partitions are these. */
const HOUR = '!{timestamp:yyyy/MM/dd/HH}';
/** Small files are dear to read; what is younger than five minutes is in CloudWatch. */
const BUFFER = { interval: Duration.minutes(5), size: Size.mebibytes(64) };
/** Six times what the buffer keeps back. Firehose tries again for a day and then drops what it has. */
const MAX_AGE = Duration.minutes(30);
/**
 * Lines of ours name their service. Others are left behind: those of the traces' collector, of Lambda itself, of a process that died, and
 * lines that are metrics and have become some already.
 */
const LINES = FilterPattern.all(FilterPattern.exists('$.service'), FilterPattern.notExists('$._aws'));

/**
 * Lines of services and functions, each one a line of a file in `logs/YYYY/MM/DD/HH/`. CloudWatch hands them out masked by the policies
 * of their groups (https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/mask-sensitive-log-data.html), in packed batches that the stream
 * unpacks.
 */
export class LogDelivery extends Construct {
  constructor(scope: Construct, id: string, props: LogDeliveryProps) {
    super(scope, id);
    const logGroup = new MaskedLogGroup(this, 'Logs', { retentionDays: props.logRetentionDays });
    const role = createFirehoseRole(this, {
      ...props,
      bucketLogicalId: props.bucket.logicalId,
      folders: [`${LAKE_FOLDERS.logs}*`, `${LAKE_FOLDERS.errors}*`],
      logGroup,
    });
    const stream = new DeliveryStream(this, 'Stream', {
      // What waits in Firehose, for minutes. Whoever puts records needs no right to the key: Firehose has a grant of its own.
      encryption: StreamEncryption.customerManagedKey(props.encryptionKey),
      role: role.withoutPolicyUpdates(),
      destination: new S3Bucket(asInterface<IBucket>(props.bucket), {
        // CDK would let it read and write the whole bucket.
        role: role.withoutPolicyUpdates(),
        encryptionKey: props.encryptionKey,
        dataOutputPrefix: `${LAKE_FOLDERS.logs}${HOUR}/`,
        errorOutputPrefix: `${LAKE_FOLDERS.errors}!{firehose:error-output-type}/${HOUR}/`,
        fileExtension: '.ndjson.gz',
        compression: Compression.GZIP,
        bufferingInterval: BUFFER.interval,
        bufferingSize: BUFFER.size,
        processors: [
          new DecompressionProcessor(),
          new CloudWatchLogProcessor({ dataMessageExtraction: true }),
          new AppendDelimiterToRecordProcessor(),
        ],
        loggingConfig: new EnableLogging(asInterface<ILogGroup>(logGroup)),
      }),
    });
    stream.node.addDependency(role);
    this.#subscribe(props.logGroups, asInterface<IDeliveryStream>(stream));
    new RunbookAlarm(this, 'Age', {
      metric: stream.metric('DeliveryToS3.DataFreshness', { period: Duration.minutes(5), statistic: 'Maximum' }),
      threshold: MAX_AGE.toSeconds(),
      periods: 2,
      problem: `Log lines have waited for more than ${MAX_AGE.toMinutes()} minutes to reach the lake`,
      article: 'log-lake-is-behind',
      topic: props.alarmTopic,
    });
  }

  #subscribe(logGroups: readonly ProcessLogGroup[], stream: IDeliveryStream): void {
    // One for all of them: CloudWatch looks at what it may do when a group subscribes.
    const role = new Role(this, 'SubscriptionRole', {
      assumedBy: new ServicePrincipal('logs.amazonaws.com', {
        conditions: { StringLike: { 'aws:SourceArn': Stack.of(this).formatArn({ service: 'logs', resource: '*' }) } },
      }),
    });
    const destination = new FirehoseDestination(stream, { role });
    for (const logGroup of logGroups) {
      // By its path within the stage, so that a group keeps its subscription when others come and go.
      const [, ...path] = logGroup.node.path.split('/');
      new SubscriptionFilter(this, path.join(''), { logGroup: asInterface<ILogGroup>(logGroup), destination, filterPattern: LINES });
    }
  }
}
