import { Validations } from 'aws-cdk-lib';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import { deploymentNameOf, releaseRoleNameOf } from '../../delivery-names.ts';
import type { EnvironmentName, EnvironmentSettings } from '../../environment-settings.ts';
import type { ServiceName } from '../../services.ts';
import { listServicePaths } from '../../tools/release-paths.ts';
import { approvalAction, blueGreenAction, buildAction, returningStage, sourceStage, titleOf, type Stage } from '../../tools/stages.ts';
import type { ToolsSettings } from '../../tools/tools-settings.ts';
import { BuildStep } from './build-step.ts';
import { DeliveryPipeline, type DeliveryPipelineProps } from './delivery-pipeline.ts';
import type { ImageRepository } from './image-repository.ts';
import { InfrastructureGate } from './infrastructure-gate.ts';

export interface ServicePipelineProps extends Pick<DeliveryPipelineProps, 'settings' | 'artifacts' | 'approvals'> {
  readonly service: ServiceName;
  readonly settings: ToolsSettings;
  /** In the order in which a release passes them. The last one is asked for. */
  readonly environments: readonly EnvironmentSettings[];
  readonly repository: ImageRepository;
}

/** Tests and their databases, for the first time on a cold machine. */
const TEST_MINUTES = 45;
/** A build, a push, and the scan. */
const IMAGE_MINUTES = 60;
/** A migration has three quarters of an hour. */
const RELEASE_MINUTES = 60;

/**
 * Source, test, image; then for each environment: wait for its stacks, migrate, blue/green. Before the last one somebody is asked. Each
 * environment has a release step of its own, whose role can go to no other: what nobody has approved cannot reach prod by its own code.
 */
export class ServicePipeline extends Construct {
  readonly #props: ServicePipelineProps;
  readonly #gate: InfrastructureGate;
  readonly #releases: ReadonlyMap<EnvironmentName, BuildStep>;

  constructor(scope: Construct, id: string, props: ServicePipelineProps) {
    super(scope, id);
    this.#props = props;
    const { service, environments } = props;
    const test = this.#createTestStep();
    const image = this.#createImageStep();
    this.#gate = new InfrastructureGate(this, 'Gate', { ...props, delivered: service });
    this.#releases = new Map(environments.map((environment) => [environment.name, this.#createReleaseStep(environment)]));
    new DeliveryPipeline(this, 'Pipeline', {
      ...props,
      delivered: service,
      paths: listServicePaths(service),
      stages: [
        sourceStage(props.settings),
        { name: 'Test', actions: [buildAction({ name: 'Test', projectName: test.projectName })] },
        { name: 'Image', actions: [buildAction({ name: 'Image', projectName: image.projectName, output: 'image' })] },
        ...environments.slice(0, -1).flatMap((environment) => [this.#gateStage(environment), this.#environmentStage(environment)]),
        ...environments.slice(-1).flatMap((environment) => [this.#approvalStage(environment), this.#environmentStage(environment)]),
      ],
      steps: [test, image, this.#gate, ...this.#releases.values()],
      roleArns: environments.map((environment) => releaseRoleArnOf(environment, service)),
    });
  }

  #createTestStep(): BuildStep {
    const { service, settings, artifacts } = this.#props;
    const shared = { delivered: service, settings, artifacts };
    return new BuildStep(this, 'test', { ...shared, name: 'test', step: 'test', machine: 'debian', timeoutMinutes: TEST_MINUTES });
  }

  #createImageStep(): BuildStep {
    const { service, settings, artifacts, repository } = this.#props;
    const step = new BuildStep(this, 'image', {
      name: 'image',
      step: 'image',
      delivered: service,
      settings,
      artifacts,
      environment: { REPOSITORY_URI: repository.repositoryUri },
      output: 'image',
      machine: 'docker',
      timeoutMinutes: IMAGE_MINUTES,
    });
    repository.grantPullPush(step.role);
    const reading = ['ecr:DescribeImages', 'ecr:DescribeImageScanFindings'];
    step.role.addToPolicy(new PolicyStatement({ actions: reading, resources: [repository.repositoryArn] }));
    // Findings are Inspector's; ECR reads them for whoever may.
    step.role.addToPolicy(new PolicyStatement({ actions: ['inspector2:ListCoverage', 'inspector2:ListFindings'], resources: ['*'] }));
    Validations.of(step.role).acknowledge({
      id: 'AwsSolutions-IAM5[Resource::*]',
      reason:
        'ecr:GetAuthorizationToken has no resources to name, what the token is good for is in the other statements; nor have findings.',
    });
    return step;
  }

  #createReleaseStep(environment: EnvironmentSettings): BuildStep {
    const { service, settings, artifacts, repository } = this.#props;
    const roleArn = releaseRoleArnOf(environment, service);
    const step = new BuildStep(this, `release-${environment.name}`, {
      name: `release-${environment.name}`,
      step: 'release',
      delivered: service,
      settings,
      artifacts,
      environment: { ENVIRONMENT: environment.name, RELEASE_ROLE_ARN: roleArn, REPOSITORY_URI: repository.repositoryUri },
      output: environment.name,
      machine: 'plain',
      timeoutMinutes: RELEASE_MINUTES,
    });
    step.role.addToPolicy(new PolicyStatement({ actions: ['sts:AssumeRole'], resources: [roleArn] }));
    // To see that the image it was handed is the one that the registry has of this commit.
    step.role.addToPolicy(new PolicyStatement({ actions: ['ecr:BatchGetImage'], resources: [repository.repositoryArn] }));
    return step;
  }

  /** A stage of its own: were it in the one that goes back, a release that only waited too long would be given up for the one before. */
  #gateStage(environment: EnvironmentSettings): Stage {
    return { name: `${titleOf(environment)}-Infrastructure`, actions: [this.#gate.action(environment.name)] };
  }

  #environmentStage(environment: EnvironmentSettings): Stage {
    return returningStage(titleOf(environment), this.#releaseActions(environment));
  }

  /** The gate stands in front of the question: an answer is for what can be released. */
  #approvalStage(environment: EnvironmentSettings): Stage {
    const { service, settings, approvals, environments } = this.#props;
    const before = environments.at(-2) ?? environment;
    const approve = approvalAction({
      topicArn: approvals.topic.topicArn,
      settings,
      runOrder: 2,
      text: [
        `It has passed ${before.name}, with its smoke test. Before ${service} goes to ${environment.name}, look at`,
        `- https://${before.domainName}: what the change is about, by hand`,
        `- the dashboards and alarms of ${service} in ${before.name}, since it was released there`,
        `- its migrations: ${environment.name} has more rows than ${before.name}`,
        `Reject what should not go on: the next one waits behind it. How: docs/delivering.md#from-commit-to-production`,
      ],
    });
    return { name: 'Approval', actions: [this.#gate.action(environment.name), approve] };
  }

  #releaseActions(environment: EnvironmentSettings) {
    const { service } = this.#props;
    const { name } = environment;
    const projectName = this.#releases.get(name)?.projectName;
    if (projectName === undefined) throw new Error(`${service} cannot be released to ${name}: its pipeline has no step for it.`);
    return [
      buildAction({ name: 'Release', projectName, input: 'image', output: name }),
      blueGreenAction({
        deploymentName: deploymentNameOf(name, service),
        input: name,
        roleArn: releaseRoleArnOf(environment, service),
        runOrder: 2,
      }),
    ];
  }
}

function releaseRoleArnOf({ name, account }: EnvironmentSettings, service: ServiceName): string {
  return `arn:aws:iam::${account}:role/${releaseRoleNameOf(name, service)}`;
}
