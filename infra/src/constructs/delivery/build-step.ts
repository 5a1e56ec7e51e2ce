import { RemovalPolicy, Stack, Validations, type Acknowledgment } from 'aws-cdk-lib';
import { CfnProject } from 'aws-cdk-lib/aws-codebuild';
import { PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import type { ArtifactName } from '../../tools/stages.ts';
import type { ToolsSettings } from '../../tools/tools-settings.ts';
import type { ArtifactBucket } from './artifact-bucket.ts';
import { grantUseOfConnection } from './source-connection.ts';

export interface BuildStepProps {
  /** What is delivered: a service, or `infrastructure`. The step works for no other. */
  readonly delivered: string;
  /** Last part of the name of project and role, such as `release-dev`. */
  readonly name: string;
  /** What buildspec.yml is told to do: STEP. */
  readonly step: string;
  readonly settings: ToolsSettings;
  readonly artifacts: { readonly bucket: ArtifactBucket; readonly key: IKey };
  /** Variables of buildspec.yml other than SERVICE and STEP. @default none */
  readonly environment?: Readonly<Record<string, string>>;
  /** What it hands on; it can write no other artifact. @default nothing */
  readonly output?: ArtifactName;
  readonly machine: keyof typeof MACHINES;
  /** Until the build is ended, from its start. */
  readonly timeoutMinutes: number;
}

/**
 * CodeBuild's own: any Node will do, the project's bootstrap fetches the right one. Docker with buildx is in it too.
 * https://docs.aws.amazon.com/codebuild/latest/userguide/build-env-ref-available.html
 */
const AMAZON_LINUX = 'aws/codebuild/amazonlinux-aarch64-standard:3.0';
/** What images are built from, with git, which the contract gate asks. By tag, as nothing of it is shipped. */
const DEBIAN = 'public.ecr.aws/docker/library/node:24.21.0-bookworm';
/** 2 vCPU, 4 GiB. */
const SMALL = 'BUILD_GENERAL1_SMALL';
/** 8 vCPU, 16 GiB. */
const LARGE = 'BUILD_GENERAL1_LARGE';

const MACHINES = {
  /** For scripts. */
  plain: { image: AMAZON_LINUX, imagePullCredentialsType: 'CODEBUILD', privilegedMode: false, computeType: SMALL },
  /** For tests: there the project's bootstrap unpacks MariaDB and Redis of Debian's packages, and databases, brokers and tests run at once. */
  debian: { image: DEBIAN, imagePullCredentialsType: 'SERVICE_ROLE', privilegedMode: false, computeType: LARGE },
  /** For images: with a Docker daemon, and without CodeBuild's cache of layers, in which one commit could leave something for the next. */
  docker: { image: AMAZON_LINUX, imagePullCredentialsType: 'CODEBUILD', privilegedMode: true, computeType: SMALL },
} as const;
/** Builds of one service wait for each other in its pipeline; this is for four services after one push. */
const MAX_QUEUED_MINUTES = 60;

/** One step of a pipeline: a CodeBuild project on the root's buildspec.yml, and its role. */
export class BuildStep extends Construct {
  /** What the step's commands may do; grant to this. */
  readonly role: Role;
  readonly projectName: string;
  readonly projectArn: string;
  readonly name: string;

  constructor(scope: Construct, id: string, props: BuildStepProps) {
    super(scope, id);
    const { delivered, artifacts, settings } = props;
    this.name = props.name;
    // Named: environments, in other accounts, trust roles by these names, and people look for projects by them.
    this.projectName = `torii-tools-${delivered}-${props.name}`;
    this.projectArn = Stack.of(this).formatArn({ service: 'codebuild', resource: 'project', resourceName: this.projectName });
    this.role = new Role(this, 'Role', {
      roleName: this.projectName,
      description: `Step ${props.name} of the pipeline of ${delivered}`,
      assumedBy: new ServicePrincipal('codebuild.amazonaws.com', { conditions: { ArnEquals: { 'aws:SourceArn': this.projectArn } } }),
    });
    if (props.output === undefined) artifacts.bucket.grantFolderRead(this.role, delivered);
    else artifacts.bucket.grantWriteOf(this.role, delivered, props.output);
    grantUseOfConnection(this.role, settings);
    this.#createProject(props, this.#createLogGroup(settings));
  }

  #createLogGroup({ logRetentionDays }: ToolsSettings): LogGroup {
    const logGroup = new LogGroup(this, 'Logs', { retention: logRetentionDays, removalPolicy: RemovalPolicy.DESTROY });
    this.role.addToPolicy(
      new PolicyStatement({ actions: ['logs:CreateLogStream', 'logs:PutLogEvents'], resources: [logGroup.logGroupArn] }),
    );
    return logGroup;
  }

  #createProject(props: BuildStepProps, logGroup: LogGroup): void {
    const variables = { SERVICE: props.delivered, STEP: props.step, ...props.environment };
    const project = new CfnProject(this, 'Project', {
      name: this.projectName,
      serviceRole: this.role.roleArn,
      source: { type: 'CODEPIPELINE', buildSpec: 'buildspec.yml' },
      artifacts: { type: 'CODEPIPELINE' },
      encryptionKey: props.artifacts.key.keyArn,
      environment: {
        ...MACHINES[props.machine],
        type: 'ARM_CONTAINER',
        environmentVariables: Object.entries(variables).map(([name, value]) => ({ name, value })),
      },
      logsConfig: { cloudWatchLogs: { status: 'ENABLED', groupName: logGroup.logGroupName } },
      timeoutInMinutes: props.timeoutMinutes,
      queuedTimeoutInMinutes: MAX_QUEUED_MINUTES,
    });
    project.node.addDependency(this.role);
    Validations.of(project).acknowledge(...ACKNOWLEDGED[props.machine]);
  }
}

const ACKNOWLEDGED: Readonly<Record<BuildStepProps['machine'], readonly Acknowledgment[]>> = {
  plain: [],
  debian: [
    {
      id: 'AwsSolutions-CB5',
      reason: 'CodeBuild has no image of Debian for arm64. Of this one nothing is shipped, and it reaches no environment.',
    },
  ],
  docker: [
    {
      id: 'AwsSolutions-CB3',
      reason: 'A Docker daemon takes privileges. The step can push to one repository and reaches no environment.',
    },
  ],
};
