import { DefaultStackSynthesizer } from 'aws-cdk-lib';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import type { EnvironmentSettings } from '../../environment-settings.ts';
import { INFRASTRUCTURE } from '../../tools/infrastructure.ts';
import { listInfrastructurePaths } from '../../tools/release-paths.ts';
import { approvalAction, buildAction, sourceStage, titleOf, type Stage } from '../../tools/stages.ts';
import { BuildStep } from './build-step.ts';
import { DeliveryPipeline, type DeliveryPipelineProps } from './delivery-pipeline.ts';

export interface InfrastructurePipelineProps extends Pick<DeliveryPipelineProps, 'settings' | 'artifacts' | 'approvals'> {
  /** In the order in which a change passes them. The last one is asked for. */
  readonly environments: readonly EnvironmentSettings[];
}

/** Templates of all environments are made and read, and those of dev are booted. */
const TEST_MINUTES = 45;
/** A distribution alone may take half an hour, a database with its standby and replica an hour. */
const DEPLOY_MINUTES = 180;
/** CloudFront reads its firewall from there. */
const EDGE_REGION = 'us-east-1';
/** What `cdk bootstrap` makes in an account and the CLI takes: to change stacks, and to bring them files. It looks nothing up and builds no image. */
const BOOTSTRAP_ROLES = ['deploy-role', 'file-publishing-role'];

/**
 * Deploys the stacks of the environments, one environment after the other. A stage that fails has been rolled back by CloudFormation, stack by
 * stack; going back to an older commit would take away what releases since may use, so no stage does that.
 */
export class InfrastructurePipeline extends Construct {
  readonly #props: InfrastructurePipelineProps;

  constructor(scope: Construct, id: string, props: InfrastructurePipelineProps) {
    super(scope, id);
    this.#props = props;
    const { settings, environments, artifacts } = props;
    const shared = { delivered: INFRASTRUCTURE, settings, artifacts };
    const test = new BuildStep(this, 'test', { ...shared, name: 'test', step: 'test', machine: 'debian', timeoutMinutes: TEST_MINUTES });
    const deploys = environments.map((environment) => ({ environment, step: this.#createDeployStep(environment) }));
    new DeliveryPipeline(this, 'Pipeline', {
      ...props,
      delivered: INFRASTRUCTURE,
      paths: listInfrastructurePaths(),
      stages: [
        sourceStage(settings),
        { name: 'Test', actions: [buildAction({ name: 'Test', projectName: test.projectName })] },
        ...deploys.slice(0, -1).map(({ environment, step }) => deployStage(environment, step)),
        ...deploys.slice(-1).flatMap(({ environment, step }) => [this.#approvalStage(environment), deployStage(environment, step)]),
      ],
      steps: [test, ...deploys.map(({ step }) => step)],
    });
  }

  /** Of one environment, and into no other. */
  #createDeployStep({ name, account, region }: EnvironmentSettings): BuildStep {
    const { settings, artifacts } = this.#props;
    const step = new BuildStep(this, `deploy-${name}`, {
      delivered: INFRASTRUCTURE,
      name: `deploy-${name}`,
      step: 'stacks',
      settings,
      artifacts,
      environment: { ENVIRONMENT: name },
      machine: 'plain',
      timeoutMinutes: DEPLOY_MINUTES,
    });
    const regions = new Set([region, EDGE_REGION]);
    const resources = [...regions].flatMap((where) => BOOTSTRAP_ROLES.map((role) => bootstrapRoleArn({ account, region: where }, role)));
    step.role.addToPolicy(new PolicyStatement({ actions: ['sts:AssumeRole'], resources }));
    return step;
  }

  #approvalStage(environment: EnvironmentSettings): Stage {
    const { settings, approvals, environments } = this.#props;
    const before = environments.at(-2)?.name ?? environment.name;
    const approve = approvalAction({
      topicArn: approvals.topic.topicArn,
      settings,
      runOrder: 1,
      text: [
        `Its stacks are in ${before}. Before they go to ${environment.name}, look at`,
        `- what would be replaced there: npm run synth -- --env ${environment.name} && cdk diff --app infra/cdk.out '${environment.name}/*'`,
        `- alarms in ${before} since then`,
        `Releases of services that came with it wait for this one. How: docs/delivering.md#pipelines`,
      ],
    });
    return { name: 'Approval', actions: [approve] };
  }
}

function deployStage(environment: EnvironmentSettings, { projectName }: BuildStep): Stage {
  return { name: titleOf(environment), actions: [buildAction({ name: 'Stacks', projectName })] };
}

function bootstrapRoleArn({ account, region }: Pick<EnvironmentSettings, 'account' | 'region'>, role: string): string {
  return `arn:aws:iam::${account}:role/cdk-${DefaultStackSynthesizer.DEFAULT_QUALIFIER}-${role}-${account}-${region}`;
}
