import { Stack } from 'aws-cdk-lib';
import type { IVpc } from 'aws-cdk-lib/aws-ec2';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import type { Construct } from 'constructs';
import type { ConsumerQueue } from '../constructs/messaging/consumer-queue.ts';
import type { SecurityGroups } from '../constructs/entrance/security-groups.ts';
import { SignInPool } from '../constructs/entrance/sign-in-pool.ts';
import type { StageStackProps } from './stack-props.ts';

export interface UserPoolStackProps extends StageStackProps {
  readonly vpc: IVpc;
  readonly groups: SecurityGroups['byName'];
  /** Where a confirmed sign-up is announced to identity. */
  readonly identityCommands: ConsumerQueue;
  readonly alarmTopic: ITopic;
}

/** Who may come in. */
export class UserPoolStack extends Stack {
  readonly signIn: SignInPool;

  constructor(scope: Construct, id: string, props: UserPoolStackProps) {
    super(scope, id, props);
    this.signIn = new SignInPool(this, 'SignIn', {
      settings: props.settings,
      vpc: props.vpc,
      securityGroup: props.groups.trigger,
      registrationQueue: props.identityCommands.queue,
      alarmTopic: props.alarmTopic,
    });
  }
}
