import { Duration, RemovalPolicy, Stack } from 'aws-cdk-lib';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { BlockPublicAccess, Bucket, BucketEncryption, StorageClass, type CfnBucket, type IBucket } from 'aws-cdk-lib/aws-s3';
import type { Construct } from 'constructs';
import type { EnvironmentSettings } from '../../environment-settings.ts';
import { asInterface } from '../as-interface.ts';
import { LogBucket } from './log-bucket.ts';

export interface LakeBucketProps {
  readonly settings: EnvironmentSettings;
  readonly encryptionKey: IKey;
}

/** Folders of the bucket. */
export const LAKE_FOLDERS = { logs: 'logs/', errors: 'errors/', results: 'results/' } as const;

/** The least that S3 moves; `logLake.retentionDays` must be more. What is asked is mostly about the last days. */
const DAYS_UNTIL_INFREQUENT = Duration.days(30);
/** Whoever has asked has seen the answer; it is asked again by running the query. */
const RESULT_RETENTION = Duration.days(7);
/** Time to look at what Firehose could not unpack. */
const ERROR_RETENTION = Duration.days(30);

/** Lines of all services and functions in `logs/`, what could not be delivered in `errors/`, and answers of Athena in `results/`. */
export class LakeBucket extends Bucket {
  /** As rules that look at policies call it. */
  readonly logicalId: string;

  constructor(scope: Construct, id: string, props: LakeBucketProps) {
    const { settings, encryptionKey } = props;
    super(scope, id, {
      encryption: BucketEncryption.KMS,
      encryptionKey,
      bucketKeyEnabled: true,
      blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
      enforceSSL: true,
      lifecycleRules: [
        {
          prefix: LAKE_FOLDERS.logs,
          transitions: [{ storageClass: StorageClass.INFREQUENT_ACCESS, transitionAfter: DAYS_UNTIL_INFREQUENT }],
          expiration: Duration.days(settings.logLake.retentionDays),
        },
        { prefix: LAKE_FOLDERS.errors, expiration: ERROR_RETENTION },
        { prefix: LAKE_FOLDERS.results, expiration: RESULT_RETENTION },
        { abortIncompleteMultipartUploadAfter: Duration.days(1) },
      ],
      serverAccessLogsBucket: asInterface<IBucket>(new LogBucket(scope, `${id}AccessLogs`, { retentionDays: settings.logRetentionDays })),
      // Logs are no data to protect, and CloudWatch has the last of them.
      removalPolicy: RemovalPolicy.DESTROY,
    });
    this.logicalId = Stack.of(this).getLogicalId(this.node.defaultChild as CfnBucket);
  }
}
