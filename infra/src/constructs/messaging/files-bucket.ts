import { Duration, RemovalPolicy, Stack, Validations } from 'aws-cdk-lib';
import { Grant, type IGrantable } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { BlockPublicAccess, Bucket, BucketEncryption, HttpMethods, type IBucket } from 'aws-cdk-lib/aws-s3';
import type { Construct, IConstruct } from 'constructs';
import type { EnvironmentSettings } from '../../environment-settings.ts';
import { asInterface } from '../as-interface.ts';
import { LogBucket } from '../logs/log-bucket.ts';

export interface FilesBucketProps {
  readonly settings: EnvironmentSettings;
  readonly encryptionKey: IKey;
}

/** What users bring, what an import could not take, what they get. */
const FOLDERS = ['uploads/', 'rejects/', 'exports/'] as const;
/** As other stacks see the bucket's ARN, and therefore the rules that look at their policies. */
const ARN_EXPORT = 'ExportsOutputFnGetAttFiles8E6940B8ArnD8EE6C03';

/** Files that users bring and get, through presigned URLs of whom may use the bucket. */
export class FilesBucket extends Bucket {
  readonly #key: IKey;

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
    this.#key = props.encryptionKey;
  }

  /** Read, write and delete files in the folders that exist. */
  grantFiles(grantee: IGrantable & IConstruct): void {
    Grant.addToPrincipal({
      grantee,
      actions: ['s3:GetObject', 's3:PutObject', 's3:AbortMultipartUpload', 's3:DeleteObject'],
      resourceArns: FOLDERS.map((folder) => this.arnForObjects(`${folder}*`)),
    });
    // To find a user's files, and to tell a file that is not there from one that may not be read.
    Grant.addToPrincipal({ grantee, actions: ['s3:ListBucket'], resourceArns: [this.bucketArn] });
    this.#key.grant(grantee, 'kms:GenerateDataKey', 'kms:Decrypt');
    Validations.of(grantee).acknowledge(
      ...FOLDERS.map((folder) => ({
        id: `AwsSolutions-IAM5[Resource::${Stack.of(this).stackName}:${ARN_EXPORT}/${folder}*]`,
        reason: 'Any file of that folder: keys are made while the system runs.',
      })),
    );
  }
}
