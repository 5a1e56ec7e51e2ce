import { Stack } from 'aws-cdk-lib';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { Construct } from 'constructs';
import type { EnvironmentName } from '../../environment-settings.ts';
import { pipelineNameOf } from '../../tools/artifact-names.ts';
import { INFRASTRUCTURE } from '../../tools/infrastructure.ts';
import { buildAction, type Action } from '../../tools/stages.ts';
import { BuildStep, type BuildStepProps } from './build-step.ts';

export type InfrastructureGateProps = Pick<BuildStepProps, 'delivered' | 'settings' | 'artifacts'>;

/** Stacks of an environment that are made from nothing take half an hour; a change of the edge takes as long. */
const TIMEOUT_MINUTES = 90;

/**
 * The step that lets a release into an environment only after the stacks are there as of the same push: the task definition's new revision
 * first, then blue/green. It can ask what has become of two pipelines, and nothing else.
 */
export class InfrastructureGate extends BuildStep {
  constructor(scope: Construct, id: string, props: InfrastructureGateProps) {
    super(scope, id, { ...props, name: 'gate', step: 'await', machine: 'plain', timeoutMinutes: TIMEOUT_MINUTES });
    const pipelines = [INFRASTRUCTURE, props.delivered].map((delivered) =>
      Stack.of(this).formatArn({ service: 'codepipeline', resource: pipelineNameOf(delivered) }),
    );
    this.role.addToPolicy(
      new PolicyStatement({ actions: ['codepipeline:ListPipelineExecutions', 'codepipeline:ListActionExecutions'], resources: pipelines }),
    );
  }

  /** First in its stage. */
  action(environment: EnvironmentName): Action {
    return buildAction({
      name: 'Infrastructure',
      projectName: this.projectName,
      variables: { ENVIRONMENT: environment, PIPELINE_EXECUTION_ID: '#{codepipeline.PipelineExecutionId}' },
    });
  }
}
