import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import { PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Key } from 'aws-cdk-lib/aws-kms';
import {
  BlockPublicAccess,
  Bucket,
  BucketEncryption,
  ObjectLockRetention,
  ObjectOwnership,
  StorageClass,
  type IBucket,
} from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import type { OrganizationSettings } from '../../organization.ts';
import { TRAIL_KEY_ALIAS, trailArnOf, trailBucketNameOf } from '../../organization/trail-names.ts';
import { asInterface } from '../as-interface.ts';
import { LogBucket } from '../logs/log-bucket.ts';

export interface TrailBucketProps {
  readonly settings: OrganizationSettings;
}

const CLOUD_TRAIL = new ServicePrincipal('cloudtrail.amazonaws.com');
/** Files are read in the first weeks, if ever; the cheaper class answers as fast and bills for 90 days at least. */
const DAYS_UNTIL_RARELY_READ = Duration.days(90);

/**
 * The files of the organization's trail, which nobody changes or deletes before their time, under a key that only the trail encrypts with.
 * Policies: https://docs.aws.amazon.com/awscloudtrail/latest/userguide/create-s3-bucket-policy-for-cloudtrail.html#org-trail-bucket-policy
 * and https://docs.aws.amazon.com/awscloudtrail/latest/userguide/create-kms-key-policy-for-cloudtrail.html
 */
export class TrailBucket extends Construct {
  constructor(scope: Construct, id: string, { settings }: TrailBucketProps) {
    super(scope, id);
    const { trail } = settings;
    const lockedFor = Duration.days(trail.lockDays);
    const bucket = new Bucket(this, 'Files', {
      // Named: the trail, in another account, and the guardrails speak of it.
      bucketName: trailBucketNameOf(settings),
      encryption: BucketEncryption.KMS,
      encryptionKey: this.#createKey(settings),
      blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
      objectOwnership: ObjectOwnership.BUCKET_OWNER_ENFORCED,
      enforceSSL: true,
      versioned: true,
      objectLockEnabled: true,
      objectLockDefaultRetention:
        trail.lockMode === 'COMPLIANCE' ? ObjectLockRetention.compliance(lockedFor) : ObjectLockRetention.governance(lockedFor),
      lifecycleRules: [
        {
          transitions: [{ storageClass: StorageClass.GLACIER_INSTANT_RETRIEVAL, transitionAfter: DAYS_UNTIL_RARELY_READ }],
          expiration: Duration.days(trail.retentionDays),
          // An expired file is a hidden version at first; its lock has ended by then.
          noncurrentVersionExpiration: Duration.days(1),
          abortIncompleteMultipartUploadAfter: Duration.days(1),
        },
      ],
      serverAccessLogsBucket: asInterface<IBucket>(new LogBucket(this, 'AccessLogs', { retentionDays: trail.retentionDays })),
      removalPolicy: RemovalPolicy.RETAIN,
    });
    allowDelivery(bucket, settings);
  }

  #createKey(settings: OrganizationSettings): Key {
    const key = new Key(this, 'Key', {
      description: "Files of the organization's trail",
      // Named: the trail, in another account, and the guardrails speak of it.
      alias: TRAIL_KEY_ALIAS,
      enableKeyRotation: true,
      removalPolicy: RemovalPolicy.RETAIN,
    });
    const isTheTrail = { 'aws:SourceArn': trailArnOf(settings) };
    key.addToResourcePolicy(
      new PolicyStatement({
        sid: 'TrailEncrypts',
        principals: [CLOUD_TRAIL],
        actions: ['kms:GenerateDataKey*'],
        resources: ['*'],
        conditions: {
          StringEquals: isTheTrail,
          StringLike: { 'kms:EncryptionContext:aws:cloudtrail:arn': `arn:aws:cloudtrail:*:${settings.managementAccount}:trail/*` },
        },
      }),
    );
    key.addToResourcePolicy(
      new PolicyStatement({
        sid: 'TrailLooksAtItsKey',
        principals: [CLOUD_TRAIL],
        actions: ['kms:DescribeKey'],
        resources: ['*'],
        conditions: { StringEquals: isTheTrail },
      }),
    );
    return key;
  }
}

/** The management account's own files are in its folder, all others in the organization's. */
function allowDelivery(bucket: Bucket, settings: OrganizationSettings): void {
  const isTheTrail = { 'aws:SourceArn': trailArnOf(settings) };
  bucket.addToResourcePolicy(
    new PolicyStatement({
      sid: 'TrailLooksAtItsBucket',
      principals: [CLOUD_TRAIL],
      actions: ['s3:GetBucketAcl'],
      resources: [bucket.bucketArn],
      conditions: { StringEquals: isTheTrail },
    }),
  );
  bucket.addToResourcePolicy(
    new PolicyStatement({
      sid: 'TrailWrites',
      principals: [CLOUD_TRAIL],
      actions: ['s3:PutObject'],
      resources: [settings.managementAccount, settings.organizationId].map((folder) => bucket.arnForObjects(`AWSLogs/${folder}/*`)),
      conditions: { StringEquals: { ...isTheTrail, 's3:x-amz-acl': 'bucket-owner-full-control' } },
    }),
  );
}
