import { Duration, RemovalPolicy, Validations } from 'aws-cdk-lib';
import { BlockPublicAccess, Bucket, BucketEncryption, ObjectOwnership } from 'aws-cdk-lib/aws-s3';
import type { Construct } from 'constructs';

export interface LogBucketProps {
  /** Days until a log file is deleted. */
  readonly retentionDays: number;
}

/**
 * Access logs that an AWS service delivers itself. The load balancer and CloudFront write to no bucket with a customer's KMS key,
 * and CloudFront needs ACLs: hence S3's own encryption and the ownership setting.
 */
export class LogBucket extends Bucket {
  constructor(scope: Construct, id: string, props: LogBucketProps) {
    super(scope, id, {
      encryption: BucketEncryption.S3_MANAGED,
      blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
      objectOwnership: ObjectOwnership.BUCKET_OWNER_PREFERRED,
      enforceSSL: true,
      lifecycleRules: [{ expiration: Duration.days(props.retentionDays), abortIncompleteMultipartUploadAfter: Duration.days(1) }],
      removalPolicy: RemovalPolicy.DESTROY,
    });
    Validations.of(this).acknowledge({ id: 'AwsSolutions-S1', reason: 'It holds access logs itself; logs of logs have no end.' });
  }
}
