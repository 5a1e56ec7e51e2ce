import { CodeDeployClient, PutLifecycleEventHookExecutionStatusCommand } from '@aws-sdk/client-codedeploy';
import { findRelease, letConsume, type EcsService } from './smoke-test/releases.ts';
import { tryRelease, type Trial } from './smoke-test/try-release.ts';

/**
 * CodeDeploy asks this function before a release gets any traffic: it tries the release at the listener for tests, lets its consumers take
 * messages when it is good, and always answers, whatever happens to it. EventBridge tells it of the end of every deployment, a rollback
 * too: then the release that serves is the one whose consumers may take messages.
 */

/** https://docs.aws.amazon.com/codedeploy/latest/userguide/reference-appspec-file-structure-hooks.html#appspec-hooks-ecs */
export interface HookEvent {
  readonly DeploymentId: string;
  readonly LifecycleEventHookExecutionId: string;
}

/** https://docs.aws.amazon.com/codedeploy/latest/userguide/monitoring-cloudwatch-events.html */
export interface DeploymentEndedEvent {
  readonly 'detail-type': string;
  readonly detail: { readonly deploymentId: string; readonly state: string };
}

export interface InvocationContext {
  getRemainingTimeInMillis(): number;
}

interface Settings extends EcsService, Pick<Trial, 'target' | 'behaviour'> {
  readonly releasedParameter: string;
}

/** Kept for telling CodeDeploy; without an answer it would wait for an hour. */
const ANSWER_RESERVE_MS = 15_000;
/** Four attempts and their pauses fit the reserve. */
const codeDeploy = new CodeDeployClient({
  maxAttempts: 4,
  requestHandler: { connectionTimeout: 1_000, requestTimeout: 2_500, throwOnRequestTimeout: true },
});

/** @throws Error only when nobody could be told; Lambda then calls it again */
export async function handler(event: HookEvent | DeploymentEndedEvent, context: InvocationContext): Promise<void> {
  const signal = AbortSignal.timeout(Math.max(0, context.getRemainingTimeInMillis() - ANSWER_RESERVE_MS));
  if ('detail' in event) return settle(event, signal);
  const { DeploymentId: deploymentId, LifecycleEventHookExecutionId: lifecycleEventHookExecutionId } = event;
  const verdict = await judge(signal).then(
    (release): Verdict => ({ status: 'Succeeded', release }),
    (error: unknown): Verdict => ({ status: 'Failed', reason: error instanceof Error ? error.message : String(error) }),
  );
  log(verdict.status === 'Succeeded' ? 'info' : 'error', 'release was tried', { deploymentId, ...verdict });
  await codeDeploy.send(
    new PutLifecycleEventHookExecutionStatusCommand({ deploymentId, lifecycleEventHookExecutionId, status: verdict.status }),
  );
}

type Verdict = { readonly status: 'Succeeded'; readonly release: string } | { readonly status: 'Failed'; readonly reason: string };

/** @returns the release, which has been found good */
async function judge(signal: AbortSignal): Promise<string> {
  const settings = readSettings();
  const release = await findRelease(settings, 'ACTIVE', signal);
  if (release === undefined)
    throw new Error(`The new tasks of ${settings.service} cannot be tried: their task definition has no variable RELEASE.`);
  await tryRelease({ ...settings, release }, signal);
  await letConsume(settings.releasedParameter, release, signal);
  return release;
}

async function settle({ detail }: DeploymentEndedEvent, signal: AbortSignal): Promise<void> {
  const settings = readSettings();
  const release = await findRelease(settings, 'PRIMARY', signal);
  if (release !== undefined) await letConsume(settings.releasedParameter, release, signal);
  log('info', 'deployment has ended', { ...detail, release });
}

function readSettings(): Settings {
  return {
    cluster: readVariable('CLUSTER'),
    service: readVariable('ECS_SERVICE'),
    target: {
      origin: readVariable('TEST_ORIGIN'),
      certificateName: readVariable('CERTIFICATE_NAME'),
      service: readVariable('TRIED_SERVICE'),
    },
    behaviour: { path: readVariable('BEHAVIOUR_PATH'), expects: readVariable('BEHAVIOUR_EXPECTS') },
    releasedParameter: readVariable('RELEASED_PARAMETER'),
  };
}

function readVariable(name: string): string {
  const value = process.env[name];
  if (!value) throw new Error(`No release can be tried: the variable ${name} is not set.`);
  return value;
}

/** One line of JSON, in the form of the services' logs. */
function log(level: 'info' | 'error', msg: string, fields: object): void {
  process.stdout.write(`${JSON.stringify({ level, time: new Date().toISOString(), service: 'smoke-test', ...fields, msg })}\n`);
}
