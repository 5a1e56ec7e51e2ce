import { Validations } from 'aws-cdk-lib';
import { Grant, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import type { IBucket } from 'aws-cdk-lib/aws-s3';
import type { Construct } from 'constructs';
import type { MaskedLogGroup } from './logs/log-group.ts';

export interface FirehoseRoleProps {
  readonly bucket: Pick<IBucket, 'bucketArn' | 'arnForObjects'>;
  /** The bucket's in its template: rules that look at policies call it so. */
  readonly bucketLogicalId: string;
  /** Patterns of keys that the stream may write, `*` at the end of each. */
  readonly folders: readonly string[];
  /** The bucket's. */
  readonly encryptionKey: IKey;
  /** Where the stream tells of its own errors. */
  readonly logGroup: MaskedLogGroup;
}

/** What a delivery stream needs to write into folders of a bucket: https://docs.aws.amazon.com/firehose/latest/dev/controlling-access.html#using-iam-s3 */
export function createFirehoseRole(scope: Construct, props: FirehoseRoleProps): Role {
  const { bucket, bucketLogicalId, folders, encryptionKey, logGroup } = props;
  const role = new Role(scope, 'Role', { assumedBy: new ServicePrincipal('firehose.amazonaws.com') });
  Grant.addToPrincipal({
    grantee: role,
    actions: ['s3:PutObject', 's3:AbortMultipartUpload'],
    resourceArns: folders.map((folder) => bucket.arnForObjects(folder)),
  });
  Grant.addToPrincipal({
    grantee: role,
    actions: ['s3:GetBucketLocation', 's3:ListBucket', 's3:ListBucketMultipartUploads'],
    resourceArns: [bucket.bucketArn],
  });
  encryptionKey.grant(role, 'kms:GenerateDataKey', 'kms:Decrypt');
  logGroup.grantWrite(role);
  Validations.of(role).acknowledge(
    ...folders.map((folder) => ({
      id: `AwsSolutions-IAM5[Resource::<${bucketLogicalId}.Arn>/${folder}]`,
      reason: 'Any file of that folder: Firehose makes up the names.',
    })),
  );
  return role;
}
