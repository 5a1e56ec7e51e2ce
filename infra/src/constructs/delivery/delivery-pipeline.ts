import { Stack } from 'aws-cdk-lib';
import { CfnPipeline } from 'aws-cdk-lib/aws-codepipeline';
import { PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { Key } from 'aws-cdk-lib/aws-kms';
import type { Topic } from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';
import { pipelineNameOf } from '../../tools/artifact-names.ts';
import { SOURCE_ACTION, type Stage } from '../../tools/stages.ts';
import type { ToolsSettings } from '../../tools/tools-settings.ts';
import type { ArtifactBucket } from './artifact-bucket.ts';
import type { BuildStep } from './build-step.ts';
import { grantUseOfConnection } from './source-connection.ts';

export interface DeliveryPipelineProps {
  /** What is delivered: a service, or `infrastructure`. */
  readonly delivered: string;
  readonly settings: ToolsSettings;
  /** Pushes that start it. */
  readonly paths: readonly string[];
  readonly stages: readonly Stage[];
  /** Whom its stages call; it may call no other. */
  readonly steps: readonly BuildStep[];
  /** Roles in the environments that its actions take. @default none */
  readonly roleArns?: readonly string[];
  readonly artifacts: { readonly bucket: ArtifactBucket; readonly key: Key };
  /** Where it asks for approval. */
  readonly approvals: { readonly topic: Topic; readonly key: Key };
}

/** A pipeline of type V2 and its role. Executions go one behind the other: none is overtaken, so nothing old is released over something new. */
export class DeliveryPipeline extends Construct {
  readonly #role: Role;

  constructor(scope: Construct, id: string, props: DeliveryPipelineProps) {
    super(scope, id);
    const { delivered, settings, artifacts, paths } = props;
    const name = pipelineNameOf(delivered);
    const arn = Stack.of(this).formatArn({ service: 'codepipeline', resource: name });
    this.#role = new Role(this, 'Role', {
      // Named: environments, in other accounts, trust it.
      roleName: `torii-tools-${delivered}-pipeline`,
      description: `Pipeline of ${delivered}`,
      assumedBy: new ServicePrincipal('codepipeline.amazonaws.com', { conditions: { ArnEquals: { 'aws:SourceArn': arn } } }),
    });
    this.#grant(props);
    const pipeline = new CfnPipeline(this, 'Pipeline', {
      name,
      pipelineType: 'V2',
      executionMode: 'QUEUED',
      restartExecutionOnUpdate: false,
      roleArn: this.#role.roleArn,
      artifactStore: {
        type: 'S3',
        location: artifacts.bucket.bucketName,
        encryptionKey: { type: 'KMS', id: artifacts.key.keyArn },
      },
      stages: [...props.stages],
      triggers: [triggerFor(settings, paths)],
    });
    // A pipeline starts when it is made, and fails without its permissions.
    pipeline.node.addDependency(this.#role);
  }

  #grant({ delivered, settings, steps, roleArns = [], artifacts, approvals }: DeliveryPipelineProps): void {
    const allow = (actions: readonly string[], resources: readonly string[]): void =>
      void this.#role.addToPolicy(new PolicyStatement({ actions: [...actions], resources: [...resources] }));
    grantUseOfConnection(this.#role, settings);
    artifacts.bucket.grantFolder(this.#role, delivered);
    allow(
      ['codebuild:StartBuild', 'codebuild:StopBuild', 'codebuild:BatchGetBuilds'],
      steps.map(({ projectArn }) => projectArn),
    );
    if (roleArns.length > 0) allow(['sts:AssumeRole'], roleArns);
    allow(['sns:Publish'], [approvals.topic.topicArn]);
    approvals.key.grant(this.#role, 'kms:GenerateDataKey', 'kms:Decrypt');
  }
}

function triggerFor({ repository: { branch } }: ToolsSettings, paths: readonly string[]): CfnPipeline.PipelineTriggerDeclarationProperty {
  return {
    providerType: 'CodeStarSourceConnection',
    gitConfiguration: {
      sourceActionName: SOURCE_ACTION,
      push: [{ branches: { includes: [branch] }, filePaths: { includes: [...paths] } }],
    },
  };
}
