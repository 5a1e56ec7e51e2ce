// What the gate asks of CodePipeline.
import { CodePipelineClient, ListActionExecutionsCommand, ListPipelineExecutionsCommand } from '@aws-sdk/client-codepipeline';
import { ask } from './delivery-error.ts';
import type { Execution } from './infrastructure-verdict.ts';

export interface Pipelines {
  /** The last ones, of which there are far more than can wait in a pipeline. */
  listExecutions(pipeline: string): Promise<readonly Execution[]>;
  /** Stages in which an execution has no action that is not done. */
  listPassedStages(pipeline: string, executionId: string): Promise<ReadonlySet<string>>;
  close(): void;
}

/** CodePipeline's most in one answer; fifty can wait. */
const PAGE = 100;

export function openPipelines(): Pipelines {
  const client = new CodePipelineClient({});
  return {
    listExecutions: (pipeline) => listExecutions(client, pipeline),
    listPassedStages: (pipeline, executionId) => listPassedStages(client, pipeline, executionId),
    close: () => client.destroy(),
  };
}

async function listExecutions(client: CodePipelineClient, pipelineName: string): Promise<readonly Execution[]> {
  const command = new ListPipelineExecutionsCommand({ pipelineName, maxResults: PAGE });
  const { pipelineExecutionSummaries: summaries = [] } = await ask(`Reading what ${pipelineName} did`, client.send(command));
  return summaries.flatMap(({ pipelineExecutionId: id, status, startTime, sourceRevisions = [] }) =>
    id === undefined || status === undefined || startTime === undefined
      ? []
      : [{ id, status, startedAt: startTime, revision: sourceRevisions[0]?.revisionId ?? '' }],
  );
}

/** Of an action that was tried again the last attempt counts; they come newest first. */
async function listPassedStages(
  client: CodePipelineClient,
  pipelineName: string,
  pipelineExecutionId: string,
): Promise<ReadonlySet<string>> {
  const command = new ListActionExecutionsCommand({ pipelineName, filter: { pipelineExecutionId }, maxResults: PAGE });
  const { actionExecutionDetails: details = [] } = await ask(`Reading what became of ${pipelineExecutionId}`, client.send(command));
  const latest = new Map<string, { readonly stage: string; readonly status: string }>();
  for (const { stageName: stage = '', actionName = '', status = '' } of details) {
    const key = `${stage}\n${actionName}`;
    if (!latest.has(key)) latest.set(key, { stage, status });
  }
  const attempts = [...latest.values()];
  const isPassed = (stage: string): boolean => attempts.every((attempt) => attempt.stage !== stage || attempt.status === 'Succeeded');
  return new Set(attempts.map(({ stage }) => stage).filter(isPassed));
}
