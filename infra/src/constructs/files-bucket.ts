import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { BlockPublicAccess, Bucket, BucketEncryption, HttpMethods, type IBucket } from 'aws-cdk-lib/aws-s3';
import type { Construct } from 'constructs';
import type { EnvironmentSettings } from '../environment-settings.ts';
import { asInterface } from './as-interface.ts';
import { LogBucket } from './log-bucket.ts';

export interface FilesBucketProps {
  readonly settings: EnvironmentSettings;
  readonly encryptionKey: IKey;
}

/** Files that users bring (`uploads/`) and get (`rejects/`, `exports/`), through presigned URLs. */
export class FilesBucket extends Bucket {
  constructor(scope: Construct, id: string, props: FilesBucketProps) {
    const { settings } = props;
    super(scope, id, {
      encryption: BucketEncryption.KMS,
      encryptionKey: props.encryptionKey,
      bucketKeyEnabled: true,
      blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
      enforceSSL: true,
      cors: [
        {
          allowedOrigins: [...settings.uploadOrigins],
          allowedMethods: [HttpMethods.PUT, HttpMethods.GET],
          allowedHeaders: ['*'],
          exposedHeaders: ['ETag'],
          maxAge: Duration.hours(1).toSeconds(),
        },
      ],
      // A job is retried within days; nobody asks for its file after a month.
      lifecycleRules: [{ expiration: Duration.days(30), abortIncompleteMultipartUploadAfter: Duration.days(1) }],
      serverAccessLogsBucket: asInterface<IBucket>(new LogBucket(scope, `${id}AccessLogs`, { retentionDays: settings.logRetentionDays })),
      removalPolicy: settings.protectData ? RemovalPolicy.RETAIN : RemovalPolicy.DESTROY,
    });
  }
}
