// The gate in front of a release: the stacks of the environment first, with the new revision of the task definition; then blue/green from it.
import { setTimeout as sleep } from 'node:timers/promises';
import { pipelineNameOf } from '../../infra/src/tools/artifact-names.ts';
import { INFRASTRUCTURE } from '../../infra/src/tools/infrastructure.ts';
import { titleOf } from '../../infra/src/tools/stages.ts';
import { DeliveryError } from './delivery-error.ts';
import { decideInfrastructure, findDecisive, type Verdict } from './infrastructure-verdict.ts';
import { openPipelines, type Pipelines } from './pipelines.ts';
import type { AwaitSettings } from './settings.ts';

export async function awaitInfrastructure(settings: AwaitSettings): Promise<void> {
  const pipelines = openPipelines();
  try {
    const startedAt = await findStart(pipelines, settings);
    const because = await waitUntilReady(settings, () => judge(pipelines, settings, startedAt));
    console.log(`${settings.service} may be released into ${settings.environment}: ${because}.`);
  } finally {
    pipelines.close();
  }
}

/** When the release's own execution began. */
async function findStart(pipelines: Pipelines, { service, executionId }: AwaitSettings): Promise<Date> {
  const own = (await pipelines.listExecutions(pipelineNameOf(service))).find(({ id }) => id === executionId);
  if (own === undefined)
    throw new DeliveryError(
      `${service} cannot wait for the infrastructure: ${executionId} is not among the last executions of ${pipelineNameOf(service)}.`,
    );
  return own.startedAt;
}

async function judge(pipelines: Pipelines, { environment }: AwaitSettings, startedAt: Date): Promise<Verdict> {
  const pipeline = pipelineNameOf(INFRASTRUCTURE);
  const decisive = findDecisive(await pipelines.listExecutions(pipeline), startedAt);
  const passed = decisive === undefined ? new Set<string>() : await pipelines.listPassedStages(pipeline, decisive.id);
  return decideInfrastructure(decisive, passed, titleOf({ name: environment }));
}

/** @returns why it is ready */
async function waitUntilReady(settings: AwaitSettings, look: () => Promise<Verdict>): Promise<string> {
  const { service, environment, timeoutSeconds, pollSeconds } = settings;
  const deadline = performance.now() + timeoutSeconds * 1000;
  for (let said = ''; ;) {
    const { kind, because } = await look();
    if (kind === 'ready') return because;
    if (kind === 'refused')
      throw new DeliveryError(
        `${service} cannot be released into ${environment}: ${because}. Let the infrastructure pass first (retry its stage, or push what mends it), then retry this stage.`,
      );
    if (said !== because) console.log(`Waiting: ${because}.`);
    said = because;
    if (performance.now() > deadline)
      throw new DeliveryError(
        `${service} is not released into ${environment} yet: after ${timeoutSeconds} s ${because}. Does it wait for its approval? Then approve it, and retry this stage.`,
      );
    await sleep(pollSeconds * 1000);
  }
}
