import { Stack, type IAspect, type RemovalPolicy } from 'aws-cdk-lib';
import { PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Key } from 'aws-cdk-lib/aws-kms';
import { CfnLogGroup } from 'aws-cdk-lib/aws-logs';
import type { Construct, IConstruct } from 'constructs';

export interface LogKeyProps {
  /** For people who look at the list of keys. */
  readonly description: string;
  readonly removalPolicy: RemovalPolicy;
}

/** A key that CloudWatch Logs may use, for the log groups of this account and region. */
export class LogKey extends Key {
  constructor(scope: Construct, id: string, { description, removalPolicy }: LogKeyProps) {
    super(scope, id, { description, enableKeyRotation: true, removalPolicy });
    const { region, account } = Stack.of(this);
    // https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/encrypt-log-data-kms.html
    this.addToResourcePolicy(
      new PolicyStatement({
        sid: 'LogGroupsOfThisAccount',
        principals: [new ServicePrincipal(`logs.${region}.amazonaws.com`)],
        actions: ['kms:Encrypt', 'kms:Decrypt', 'kms:ReEncrypt*', 'kms:GenerateDataKey*', 'kms:DescribeKey'],
        resources: ['*'],
        conditions: { ArnLike: { 'kms:EncryptionContext:aws:logs:arn': `arn:aws:logs:${region}:${account}:log-group:*` } },
      }),
    );
  }
}

/** Gives the key to every log group that has none, wherever it was made: whoever makes one need not think of it. */
export class LogEncryption implements IAspect {
  readonly #key: LogKey;

  constructor(key: LogKey) {
    this.#key = key;
  }

  visit(node: IConstruct): void {
    if (!(node instanceof CfnLogGroup) || node.kmsKeyId !== undefined) return;
    // A key is of one region.
    if (Stack.of(node).region === Stack.of(this.#key).region) node.kmsKeyId = this.#key.keyArn;
  }
}
