import { Validations } from 'aws-cdk-lib';
import { EventField, Rule, RuleTargetInput } from 'aws-cdk-lib/aws-events';
import { SnsTopic } from 'aws-cdk-lib/aws-events-targets';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';
import { WILDCARDS_OF_GRANTS } from '../grant-wildcards.ts';
import { describeProblem } from '../observability/runbook-alarm.ts';

export interface DeploymentNoticesProps {
  /** Of the deployments that are watched. */
  readonly deploymentNames: readonly string[];
  readonly alarmTopic: ITopic;
}

/**
 * Tells people of a deployment that failed or was stopped: its traffic has gone back, or never left. In the form that the chat shows; text of
 * any other form it leaves out (https://docs.aws.amazon.com/chatbot/latest/adminguide/custom-notifs.html).
 */
export class DeploymentNotices extends Construct {
  constructor(scope: Construct, id: string, { deploymentNames, alarmTopic }: DeploymentNoticesProps) {
    super(scope, id);
    const of = (field: string): string => EventField.fromPath(`$.detail.${field}`);
    const rule = new Rule(this, 'RolledBack', {
      description: 'Deployments that did not become what serves',
      eventPattern: {
        source: ['aws.codedeploy'],
        detailType: [DEPLOYMENT_STATE_CHANGE],
        detail: { application: [...deploymentNames], state: ['FAILURE', 'STOP'] },
      },
      targets: [
        new SnsTopic(alarmTopic, {
          // By a role: EventBridge would be any account's, were it let into the topic by name.
          authorizeUsingRole: true,
          message: RuleTargetInput.fromObject({
            version: '1.0',
            source: 'custom',
            content: {
              title: `Deployment of ${of('application')} ended as ${of('state')}`,
              description: describeProblem({
                problem: `Deployment ${of('deploymentId')} of ${of('application')} ended as ${of('state')}: the release before it serves`,
                article: 'deployment-was-rolled-back',
              }),
            },
          }),
        }),
      ],
    });
    Validations.of(rule).acknowledge(...WILDCARDS_OF_GRANTS);
  }
}

/** https://docs.aws.amazon.com/codedeploy/latest/userguide/monitoring-cloudwatch-events.html */
export const DEPLOYMENT_STATE_CHANGE = 'CodeDeploy Deployment State-change Notification';
