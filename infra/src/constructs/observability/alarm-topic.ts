import { Stack } from 'aws-cdk-lib';
import { PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { Key } from 'aws-cdk-lib/aws-kms';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { EmailSubscription } from 'aws-cdk-lib/aws-sns-subscriptions';
import type { Construct } from 'constructs';

export interface AlarmTopicProps {
  readonly encryptionKey: Key;
  /** Who hears of alarms. */
  readonly email: string;
  /** True lets a budget in too. @default false */
  readonly takesBudgets?: boolean;
}

/** Where alarms of this account are told. A topic with a policy of its own has lost the default one, which lets alarms in. */
export class AlarmTopic extends Topic {
  constructor(scope: Construct, id: string, { encryptionKey, email, takesBudgets = false }: AlarmTopicProps) {
    super(scope, id, { masterKey: encryptionKey, enforceSSL: true });
    this.addSubscription(new EmailSubscription(email));
    const shared = {
      principals: [
        new ServicePrincipal('cloudwatch.amazonaws.com'),
        ...(takesBudgets ? [new ServicePrincipal('budgets.amazonaws.com')] : []),
      ],
      conditions: { StringEquals: { 'aws:SourceAccount': Stack.of(this).account } },
    };
    this.addToResourcePolicy(
      new PolicyStatement({ ...shared, sid: 'AlarmsPublish', actions: ['sns:Publish'], resources: [this.topicArn] }),
    );
    encryptionKey.addToResourcePolicy(
      new PolicyStatement({ ...shared, sid: 'AlarmsEncrypt', actions: ['kms:Decrypt', 'kms:GenerateDataKey*'], resources: ['*'] }),
    );
  }
}
