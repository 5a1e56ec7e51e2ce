// Migrates the schema by a task of the new image, before anything of the release runs: the old tasks go on with the new schema.
import type { Task } from '@aws-sdk/client-ecs';
import { setTimeout as sleep } from 'node:timers/promises';
import { APP_CONTAINER } from './app-container.ts';
import { DeliveryError } from './delivery-error.ts';
import type { ReleaseAccount } from './release-account.ts';
import type { RunTaskParameter } from './release-parameters.ts';
import { type DescribedTask, type Release, renderTaskDefinition } from './render-task-definition.ts';

export interface Migration {
  readonly described: DescribedTask;
  readonly release: Release;
  readonly runTask: RunTaskParameter;
  readonly timeoutSeconds: number;
  readonly pollSeconds: number;
}

/** @throws DeliveryError unless the task has ended with exit code 0 */
export async function runMigration(account: ReleaseAccount, migration: Migration): Promise<void> {
  const definition = await account.registerTaskDefinition(renderTaskDefinition(migration.described, migration.release));
  const taskArn = await account.runTask(definition, migration.runTask);
  console.log(`Migrating: ${taskArn}`);
  const task = await waitUntilStopped(account, taskArn, migration);
  const app = task.containers?.find(({ name }) => name === APP_CONTAINER);
  if (app?.exitCode === 0) return;
  const log = await readLog(account, taskArn, migration.described);
  const code = app?.exitCode === undefined ? 'no exit code' : `exit code ${app.exitCode}`;
  const reasons = [task.stopCode, task.stoppedReason, app?.reason].filter(Boolean).join('; ');
  throw new DeliveryError(
    [
      `The schema cannot be migrated: ${taskArn} ended with ${code}${reasons === '' ? '' : ` (${reasons})`}. What ran before the failing migration stays; nothing was released.`,
      ...(log.length > 0 ? ['The end of its log:', ...log.map((line) => `  ${line.trimEnd()}`)] : ['It has written no log.']),
    ].join('\n'),
  );
}

async function waitUntilStopped(
  account: ReleaseAccount,
  taskArn: string,
  { runTask, timeoutSeconds, pollSeconds }: Migration,
): Promise<Task> {
  const deadline = performance.now() + timeoutSeconds * 1000;
  for (let status = ''; ;) {
    const task = await account.findTask(runTask.cluster, taskArn);
    if (task?.lastStatus === 'STOPPED') return task;
    if (task?.lastStatus !== undefined && task.lastStatus !== status) {
      status = task.lastStatus;
      console.log(`  ${status}`);
    }
    if (performance.now() > deadline)
      // A statement that changes a table is not interrupted halfway.
      throw new DeliveryError(
        `The schema is not migrated yet: after ${timeoutSeconds} s ${taskArn} is still ${status || 'unknown to ECS'}. It was left running and nothing was released; try the action again when it has ended.`,
      );
    await sleep(pollSeconds * 1000);
  }
}

/** The stream that the log driver of ECS writes to: prefix, container, task. */
async function readLog(account: ReleaseAccount, taskArn: string, { taskDefinition }: DescribedTask): Promise<readonly string[]> {
  const app = taskDefinition?.containerDefinitions?.find(({ name }) => name === APP_CONTAINER);
  const { 'awslogs-group': group, 'awslogs-stream-prefix': prefix } = app?.logConfiguration?.options ?? {};
  return group === undefined ? [] : account.readLogTail(group, `${prefix}/${APP_CONTAINER}/${taskArn.split('/').at(-1)}`);
}
