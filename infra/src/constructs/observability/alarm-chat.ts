import { CfnSlackChannelConfiguration } from 'aws-cdk-lib/aws-chatbot';
import { ManagedPolicy, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import type { ChatSettings } from '../../environment-settings.ts';

export interface AlarmChatProps extends ChatSettings {
  /** Of the configuration, unique in the account. */
  readonly name: string;
  /** Of any region. */
  readonly topicArns: readonly string[];
}

/** Alarms in a channel of Slack, by Amazon Q Developer in chat applications. The channel is told; it can ask for nothing. */
export class AlarmChat extends Construct {
  constructor(scope: Construct, id: string, props: AlarmChatProps) {
    super(scope, id);
    const role = new Role(this, 'Role', {
      description: 'What may be asked from the channel: nothing',
      assumedBy: new ServicePrincipal('chatbot.amazonaws.com'),
    });
    // Denies everything, whatever anybody grants to the role later: without guardrails of ours AWS's default is AdministratorAccess.
    const guardrail = ManagedPolicy.fromAwsManagedPolicyName('AWSDenyAll');
    new CfnSlackChannelConfiguration(this, 'Channel', {
      configurationName: props.name,
      slackWorkspaceId: props.slackWorkspaceId,
      slackChannelId: props.slackChannelId,
      iamRoleArn: role.roleArn,
      guardrailPolicies: [guardrail.managedPolicyArn],
      snsTopicArns: [...props.topicArns],
      loggingLevel: 'ERROR',
    });
  }
}
