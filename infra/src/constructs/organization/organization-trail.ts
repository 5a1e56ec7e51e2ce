import { RemovalPolicy, Validations } from 'aws-cdk-lib';
import { CfnTrail } from 'aws-cdk-lib/aws-cloudtrail';
import { PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { Key } from 'aws-cdk-lib/aws-kms';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import type { OrganizationSettings } from '../../organization.ts';
import { TRAIL_KEY_ALIAS, TRAIL_NAME, trailBucketNameOf } from '../../organization/trail-names.ts';
import { LogKey } from '../logs/log-key.ts';

export interface OrganizationTrailProps {
  readonly settings: OrganizationSettings;
}

/**
 * One trail for all accounts and regions: to the locked bucket, signed file by file, and to a log group where it can be searched.
 * Its bucket and key must be there first: CloudTrail writes a test file.
 */
export class OrganizationTrail extends Construct {
  /** Every event as JSON. Nothing is masked: addresses and names are the evidence. */
  readonly logGroup: LogGroup;
  /** Of the log group, and for what else tells of the trail. */
  readonly key: Key;

  constructor(scope: Construct, id: string, { settings }: OrganizationTrailProps) {
    super(scope, id);
    this.key = new LogKey(this, 'Key', { description: "Search in the organization's trail", removalPolicy: RemovalPolicy.RETAIN });
    this.logGroup = new LogGroup(this, 'Events', {
      retention: settings.trail.searchableDays,
      encryptionKey: this.key,
      removalPolicy: RemovalPolicy.RETAIN,
    });
    const role = this.#createRole(settings);
    const trail = new CfnTrail(this, 'Trail', {
      // Named: the policies of the bucket, the key and the guardrails speak of it.
      trailName: TRAIL_NAME,
      isLogging: true,
      isOrganizationTrail: true,
      isMultiRegionTrail: true,
      includeGlobalServiceEvents: true,
      enableLogFileValidation: true,
      s3BucketName: trailBucketNameOf(settings),
      kmsKeyId: `arn:aws:kms:${settings.region}:${settings.logArchiveAccount}:${TRAIL_KEY_ALIAS}`,
      cloudWatchLogsLogGroupArn: this.logGroup.logGroupArn,
      cloudWatchLogsRoleArn: role.roleArn,
    });
    // CloudTrail tries the role when the trail is made.
    trail.node.addDependency(role);
  }

  /** https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-required-policy-for-cloudwatch-logs.html */
  #createRole({ region, managementAccount, organizationId }: OrganizationSettings): Role {
    const role = new Role(this, 'Role', { assumedBy: new ServicePrincipal('cloudtrail.amazonaws.com') });
    const group = `arn:aws:logs:${region}:${managementAccount}:log-group:${this.logGroup.logGroupName}:log-stream`;
    const streams = [`${managementAccount}_CloudTrail_${region}*`, `${organizationId}_*`];
    role.addToPolicy(
      new PolicyStatement({
        actions: ['logs:CreateLogStream', 'logs:PutLogEvents'],
        resources: streams.map((stream) => `${group}:${stream}`),
      }),
    );
    Validations.of(role).acknowledge(
      ...streams.map((stream) => ({
        id: `AwsSolutions-IAM5[Resource::${group.replace(this.logGroup.logGroupName, '<TrailEventsD44DC775>')}:${stream}]`,
        reason: 'CloudTrail makes up the rest of the names of its streams.',
      })),
    );
    return role;
  }
}
