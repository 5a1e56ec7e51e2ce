import { Validations } from 'aws-cdk-lib';
import { EventField, Rule, RuleTargetInput } from 'aws-cdk-lib/aws-events';
import { SnsTopic } from 'aws-cdk-lib/aws-events-targets';
import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { ITopic, Topic } from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';
import { pipelineNameOf } from '../../tools/artifact-names.ts';
import { asInterface } from '../as-interface.ts';

export interface FailureNoticeProps {
  /** Where the pipelines are. */
  readonly region: string;
  /** Who is told. */
  readonly topic: Topic;
}

/** Tells that a pipeline failed, which one, and where to look. */
export class FailureNotice extends Construct {
  constructor(scope: Construct, id: string, { region, topic }: FailureNoticeProps) {
    super(scope, id);
    // A role, since a topic's policy could not say which rule may publish.
    const role = new Role(this, 'Role', { assumedBy: new ServicePrincipal('events.amazonaws.com') });
    const pipeline = EventField.fromPath('$.detail.pipeline');
    const execution = EventField.fromPath('$.detail.execution-id');
    const console = `https://${region}.console.aws.amazon.com/codesuite/codepipeline/pipelines`;
    const message = RuleTargetInput.fromText(
      `${pipeline} failed: ${console}/${pipeline}/executions/${execution}/timeline?region=${region} What to do: docs/delivering.md#when-it-goes-wrong`,
    );
    new Rule(this, 'Rule', {
      description: 'A pipeline of torii failed, or somebody rejected what it would have released',
      eventPattern: {
        source: ['aws.codepipeline'],
        detailType: ['CodePipeline Pipeline Execution State Change'],
        detail: { pipeline: [{ prefix: pipelineNameOf('') }], state: ['FAILED'] },
      },
      targets: [new SnsTopic(asInterface<ITopic>(topic), { role, message })],
    });
    Validations.of(role).acknowledge({
      id: 'AwsSolutions-IAM5[Action::kms:GenerateDataKey*]',
      reason: 'Two variants of one action, on one named key.',
    });
  }
}
