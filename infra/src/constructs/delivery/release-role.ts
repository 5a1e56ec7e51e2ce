import { ArnFormat, Stack, Validations } from 'aws-cdk-lib';
import { AccountPrincipal, PolicyStatement, Role, type Conditions } from 'aws-cdk-lib/aws-iam';
import type { ICluster } from 'aws-cdk-lib/aws-ecs';
import { Construct } from 'constructs';
import { deploymentNameOf, pipelineRolePrefixOf, releaseRoleNameOf } from '../../delivery-names.ts';
import type { EnvironmentSettings } from '../../environment-settings.ts';
import { parameterArn, parameterName, type ServiceParameter } from '../../parameters.ts';
import { ARTIFACT_KEY_ALIAS, artifactBucketNameOf, artifactFolderOf } from '../../tools/artifact-names.ts';
import type { ToolsSettings } from '../../tools/tools-settings.ts';
import type { Deployable } from '../service/deployable.ts';

/** What a release reads. By `released`, which the smoke test writes, it knows whether a migration may take away what served before. */
const READ_PARAMETERS: readonly ServiceParameter[] = ['task-definition', 'migrate-task-definition', 'run-task', 'smoke-test', 'released'];

export interface ReleaseRoleProps {
  readonly settings: EnvironmentSettings;
  readonly tools: ToolsSettings;
  readonly deployable: Deployable;
  readonly cluster: ICluster;
}

/**
 * What the pipeline of one service, in the tools account, may do here: migrate the schema and deploy that service. Whatever it registers
 * runs as that service, because it can hand on no other roles.
 */
export class ReleaseRole extends Construct {
  readonly #props: ReleaseRoleProps;
  readonly #role: Role;

  constructor(scope: Construct, id: string, props: ReleaseRoleProps) {
    super(scope, id);
    this.#props = props;
    const { settings, tools, deployable } = props;
    const prefix = `arn:aws:iam::${tools.account}:role/${pipelineRolePrefixOf(deployable.name)}`;
    this.#role = new Role(this, 'Role', {
      // Named: two roles of another account are told of it beforehand.
      roleName: releaseRoleNameOf(settings.name, deployable.name),
      description: `Releases ${deployable.name} from its pipeline`,
      // The account, because IAM refuses a role that is not there yet; the condition says who of it.
      assumedBy: new AccountPrincipal(tools.account).withConditions({
        ArnEquals: { 'aws:PrincipalArn': [`${prefix}pipeline`, `${prefix}release-${settings.name}`] },
      }),
    });
    this.#allowMigration();
    this.#allowDeployment();
    this.#allowArtifacts();
    Validations.of(this.#role).acknowledge(
      {
        id: 'AwsSolutions-IAM5[Resource::*]',
        reason:
          'ECS confines nobody who registers a task definition, but by the roles he may pass; tasks are those of one cluster, by a condition.',
      },
      ...[...this.#listTaskDefinitions(), this.#artifacts, this.#keys].map((arn) => ({
        id: `AwsSolutions-IAM5[Resource::${arn}]`,
        reason: 'Revisions, artifacts and their key have numbers for names; what is before them is this service only, or a condition is.',
      })),
    );
  }

  /** All revisions: of the service, and of its migration. */
  #listTaskDefinitions(): readonly [string, string] {
    const { settings, deployable } = this.#props;
    const family = deploymentNameOf(settings.name, deployable.name);
    const arnOf = (resourceName: string): string =>
      Stack.of(this).formatArn({ service: 'ecs', resource: 'task-definition', resourceName, partition: 'aws' });
    return [arnOf(`${family}:*`), arnOf(`${family}-migrate:*`)];
  }

  get #artifacts(): string {
    const { deployable } = this.#props;
    return `${this.#artifactBucket}/${artifactFolderOf(deployable.name)}/*`;
  }

  get #artifactBucket(): string {
    return `arn:aws:s3:::${artifactBucketNameOf(this.#props.tools)}`;
  }

  get #keys(): string {
    const { account, region } = this.#props.tools;
    return `arn:aws:kms:${region}:${account}:key/*`;
  }

  #allow(actions: readonly string[], resources: readonly string[], conditions: Conditions = {}): void {
    this.#role.addToPolicy(new PolicyStatement({ actions: [...actions], resources: [...resources], conditions }));
  }

  #allowMigration(): void {
    const { settings, deployable, cluster } = this.#props;
    const { taskRole, executionRole, logGroup } = deployable.service;
    const [service, migrate] = this.#listTaskDefinitions();
    const ofCluster = { ArnEquals: { 'ecs:cluster': cluster.clusterArn } };
    this.#allow(
      ['ssm:GetParameter', 'ssm:GetParameters'],
      READ_PARAMETERS.map((parameter) => parameterArn(this, parameterName(settings.name, deployable.name, parameter))),
    );
    this.#allow(['ecs:DescribeTaskDefinition', 'ecs:RegisterTaskDefinition'], ['*']);
    this.#allow(['ecs:TagResource'], [service, migrate], {
      StringEquals: { 'ecs:CreateAction': 'RegisterTaskDefinition' },
    });
    this.#allow(['iam:PassRole'], [taskRole.roleArn, executionRole.roleArn], {
      StringEquals: { 'iam:PassedToService': 'ecs-tasks.amazonaws.com' },
    });
    if (!deployable.migrates) return;
    this.#allow(['ecs:RunTask'], [migrate], ofCluster);
    // A task has no name before it runs; those of the cluster are what it can be narrowed to.
    this.#allow(['ecs:DescribeTasks', 'ecs:StopTask'], ['*'], ofCluster);
    this.#allow(['logs:GetLogEvents', 'logs:FilterLogEvents'], [logGroup.logGroupArn]);
  }

  #allowDeployment(): void {
    const { settings, deployable } = this.#props;
    const name = deploymentNameOf(settings.name, deployable.name);
    const arnOf = (resource: string, resourceName: string): string =>
      Stack.of(this).formatArn({ service: 'codedeploy', resource, resourceName, arnFormat: ArnFormat.COLON_RESOURCE_NAME });
    this.#allow(
      ['codedeploy:GetApplication', 'codedeploy:GetApplicationRevision', 'codedeploy:RegisterApplicationRevision'],
      [arnOf('application', name)],
    );
    this.#allow(
      ['codedeploy:CreateDeployment', 'codedeploy:GetDeployment', 'codedeploy:GetDeploymentGroup', 'codedeploy:StopDeployment'],
      [arnOf('deploymentgroup', `${name}/${name}`)],
    );
    this.#allow(['codedeploy:GetDeploymentConfig'], [arnOf('deploymentconfig', `CodeDeployDefault.${settings.deployment.trafficShift}`)]);
  }

  /** CodePipeline hands taskdef.json and appspec.yaml to whoever deploys; bucket and key admit this role on their side. */
  #allowArtifacts(): void {
    this.#allow(['s3:GetObject', 's3:GetObjectVersion'], [this.#artifacts]);
    this.#allow(['s3:GetBucketLocation', 's3:GetBucketVersioning'], [this.#artifactBucket]);
    this.#allow(['kms:Decrypt', 'kms:DescribeKey'], [this.#keys], {
      'ForAnyValue:StringEquals': { 'kms:ResourceAliases': ARTIFACT_KEY_ALIAS },
    });
  }
}
