// Stages and actions of a pipeline as CloudFormation has them. A configuration is text by text: CodePipeline knows nothing else.
import type { CfnPipeline } from 'aws-cdk-lib/aws-codepipeline';
import type { ToolsSettings } from './tools-settings.ts';

export type Action = CfnPipeline.ActionDeclarationProperty;
export type Stage = CfnPipeline.StageDeclarationProperty;

/** Of artifacts, which CodePipeline cuts after ten characters in the folder's name. */
export type ArtifactName = 'source' | 'image' | 'dev' | 'staging' | 'prod';

export const SOURCE_ACTION = 'GitHub';
/** Variables of the source action are read as `#{Source.CommitId}`. */
const SOURCE_NAMESPACE = 'Source';
/** From Friday to Monday, and a day for somebody who is away. */
const APPROVAL_MINUTES = 4 * 24 * 60;

export function sourceStage({ repository: { connectionArn, owner, name, branch } }: ToolsSettings): Stage {
  const action: Action = {
    name: SOURCE_ACTION,
    namespace: SOURCE_NAMESPACE,
    actionTypeId: typeOf('Source', 'CodeStarSourceConnection'),
    configuration: {
      ConnectionArn: connectionArn,
      FullRepositoryId: `${owner}/${name}`,
      BranchName: branch,
      // A whole clone: the contract gate compares with what git remembers.
      OutputArtifactFormat: 'CODEBUILD_CLONE_REF',
      // Triggers start the pipeline, and know of paths; this would start it for every push.
      DetectChanges: 'false',
    },
    outputArtifacts: [{ name: 'source' }],
  };
  return { name: 'Source', actions: [action] };
}

export interface BuildActionProps {
  readonly name: string;
  readonly projectName: string;
  readonly runOrder?: number;
  /** Beside the source. @default none */
  readonly input?: ArtifactName;
  /** @default none */
  readonly output?: ArtifactName;
  /** Variables of this action, beside those of its project. @default none */
  readonly variables?: Readonly<Record<string, string>>;
}

/** A build on the source. */
export function buildAction({ name, projectName, runOrder = 1, input, output, variables = {} }: BuildActionProps): Action {
  const extra = Object.entries(variables).map(([key, value]) => ({ name: key, value, type: 'PLAINTEXT' }));
  return {
    name,
    runOrder,
    actionTypeId: typeOf('Build', 'CodeBuild'),
    configuration: {
      ProjectName: projectName,
      PrimarySource: 'source',
      ...(extra.length > 0 && { EnvironmentVariables: JSON.stringify(extra) }),
    },
    inputArtifacts: [{ name: 'source' }, ...(input === undefined ? [] : [{ name: input }])],
    ...(output !== undefined && { outputArtifacts: [{ name: output }] }),
  };
}

export interface BlueGreenActionProps {
  /** CodeDeploy's application and its deployment group, which are called the same. */
  readonly deploymentName: string;
  /** Has `taskdef.json` and `appspec.yaml`, with nothing left to fill in but the task definition. */
  readonly input: ArtifactName;
  /** In the environment's account. */
  readonly roleArn: string;
  readonly runOrder: number;
}

/** Registers the task definition and hands it to CodeDeploy. */
export function blueGreenAction({ deploymentName, input, roleArn, runOrder }: BlueGreenActionProps): Action {
  return {
    name: 'BlueGreen',
    runOrder,
    roleArn,
    actionTypeId: typeOf('Deploy', 'CodeDeployToECS'),
    configuration: {
      ApplicationName: deploymentName,
      DeploymentGroupName: deploymentName,
      TaskDefinitionTemplateArtifact: input,
      TaskDefinitionTemplatePath: 'taskdef.json',
      AppSpecTemplateArtifact: input,
      AppSpecTemplatePath: 'appspec.yaml',
    },
    inputArtifacts: [{ name: input }],
  };
}

export interface ApprovalActionProps {
  readonly topicArn: string;
  /** What to look at, in lines. */
  readonly text: readonly string[];
  readonly settings: ToolsSettings;
  readonly runOrder: number;
}

/** CodePipeline's most for the text of a mail. */
const MAX_TEXT_LENGTH = 1000;
/** What a commit's id takes more than the name of its variable. */
const COMMIT_LENGTH = 40;

export function approvalAction({ topicArn, text, settings: { repository }, runOrder }: ApprovalActionProps): Action {
  const commit = `https://github.com/${repository.owner}/${repository.name}/commit/#{${SOURCE_NAMESPACE}.CommitId}`;
  const message = [`The change: ${commit}`, ...text].join('\n');
  if (message.length + COMMIT_LENGTH > MAX_TEXT_LENGTH)
    throw new Error(
      `The approval cannot be asked for: its mail has ${message.length} characters, and CodePipeline takes ${MAX_TEXT_LENGTH}.`,
    );
  return {
    name: 'Approve',
    runOrder,
    timeoutInMinutes: APPROVAL_MINUTES,
    actionTypeId: typeOf('Approval', 'Manual'),
    configuration: { NotificationArn: topicArn, ExternalEntityLink: commit, CustomData: message },
  };
}

/** A stage that goes back to what it released last when it fails. Artifacts and variables are those of then. */
export function returningStage(name: string, actions: readonly Action[]): Stage {
  return { name, actions: [...actions], onFailure: { result: 'ROLLBACK' } };
}

/** Of the stage of an environment: stages are shown to people. */
export function titleOf({ name }: { readonly name: string }): string {
  return `${name.slice(0, 1).toUpperCase()}${name.slice(1)}`;
}

function typeOf(category: string, provider: string): Action['actionTypeId'] {
  return { category, owner: 'AWS', provider, version: '1' };
}
