import { listQueues, PUBLISHERS, type Publisher } from '@torii/contracts';
import { Duration, RemovalPolicy, Stack, Validations } from 'aws-cdk-lib';
import { Grant, type IGrantable } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { BlockPublicAccess, Bucket, BucketEncryption, StorageClass, type IBucket, type LifecycleRule } from 'aws-cdk-lib/aws-s3';
import { StringParameter } from 'aws-cdk-lib/aws-ssm';
import type { Construct, IConstruct } from 'constructs';
import type { EnvironmentSettings } from '../../environment-settings.ts';
import { asInterface } from '../as-interface.ts';
import { LogBucket } from '../logs/log-bucket.ts';

export interface MessagesBucketProps {
  readonly settings: EnvironmentSettings;
  readonly encryptionKey: IKey;
}

export interface ClaimsAccess {
  /** Whose claims may be written, and read: it may send to itself. */
  readonly publisher: Publisher;
  /** The others whose messages arrive; their claims may be read. */
  readonly receivesFrom: readonly Publisher[];
}

/** As other stacks see the bucket's ARN, and therefore the rules that look at their policies. */
const ARN_EXPORT = 'ExportsOutputFnGetAttMessages804FA4EBArnCDCE40C3';
/** The least that S3 moves; the archive is read when something has to be replayed, so hardly ever. */
const DAYS_UNTIL_INFREQUENT = Duration.days(30);

/**
 * Messages that outlive their queues: `archive/` has every event, for replays, and `claims/` the data of messages that are too large for
 * a queue. What a rebuildable queue is fed from stays: a projection that begins from nothing needs all of it. The rest expires, as it holds personal data.
 * A line of the archive may refer to a claim, so claims stay a day longer. A key is only ever written with the same data, and nobody may
 * delete, so there are no versions to keep.
 */
export class MessagesBucket extends Bucket {
  readonly #key: IKey;

  constructor(scope: Construct, id: string, props: MessagesBucketProps) {
    const { settings, encryptionKey } = props;
    super(scope, id, {
      encryption: BucketEncryption.KMS,
      encryptionKey,
      bucketKeyEnabled: true,
      blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
      enforceSSL: true,
      lifecycleRules: [
        ...PUBLISHERS.map((publisher) => historyRule(publisher, settings.messageRetentionDays)),
        ...PUBLISHERS.filter((publisher) => !isRebuiltFrom(publisher)).map((publisher) => ({
          prefix: `claims/${publisher}/`,
          expiration: Duration.days(settings.messageRetentionDays + 1),
        })),
        { prefix: 'archive-errors/', expiration: Duration.days(settings.messageRetentionDays) },
        { abortIncompleteMultipartUploadAfter: Duration.days(1) },
      ],
      serverAccessLogsBucket: asInterface<IBucket>(new LogBucket(scope, `${id}AccessLogs`, { retentionDays: settings.logRetentionDays })),
      removalPolicy: settings.protectData ? RemovalPolicy.RETAIN : RemovalPolicy.DESTROY,
    });
    this.#key = encryptionKey;
    // Named: `npm run replay` finds the archive by it.
    new StringParameter(this, 'Name', { parameterName: `/torii/${settings.name}/messages-bucket`, stringValue: this.bucketName });
  }

  /** Write one publisher's claims, read those of the messages that arrive. */
  grantClaims(grantee: IGrantable & IConstruct, { publisher, receivesFrom }: ClaimsAccess): void {
    const claimsOf = (name: Publisher): string => this.arnForObjects(`claims/${name}/*`);
    const readable = [...new Set([publisher, ...receivesFrom])].sort();
    Grant.addToPrincipal({ grantee, actions: ['s3:PutObject'], resourceArns: [claimsOf(publisher)] });
    Grant.addToPrincipal({ grantee, actions: ['s3:GetObject'], resourceArns: readable.map(claimsOf) });
    // Without it S3 answers "access denied" for what is not there, and a consumer could not tell a lost claim from a missing permission.
    Grant.addToPrincipal({ grantee, actions: ['s3:ListBucket'], resourceArns: [this.bucketArn] });
    this.#key.grant(grantee, 'kms:GenerateDataKey', 'kms:Decrypt');
    Validations.of(grantee).acknowledge(
      ...readable.map((name) => ({
        id: `AwsSolutions-IAM5[Resource::${Stack.of(this).stackName}:${ARN_EXPORT}/claims/${name}/*]`,
        reason: 'Any claim of that publisher: keys are message ids.',
      })),
    );
  }
}

function isRebuiltFrom(publisher: Publisher): boolean {
  return listQueues().some(({ publishers, settings }) => settings.rebuildable && publishers.includes(publisher));
}

function historyRule(publisher: Publisher, retentionDays: number): LifecycleRule {
  return {
    prefix: `archive/${publisher}/`,
    transitions: [{ storageClass: StorageClass.INFREQUENT_ACCESS, transitionAfter: DAYS_UNTIL_INFREQUENT }],
    ...(isRebuiltFrom(publisher) ? {} : { expiration: Duration.days(retentionDays) }),
  };
}
