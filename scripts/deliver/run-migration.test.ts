import type { Task } from '@aws-sdk/client-ecs';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { ReleaseAccount } from './release-account.ts';
import { type Migration, runMigration } from './run-migration.ts';

const TASK = 'arn:aws:ecs:eu-west-1:222222222222:task/torii/0123456789abcdef';
const STOPPED: Task = { lastStatus: 'STOPPED', containers: [{ name: 'app', exitCode: 0 }] };

const migration: Migration = {
  described: {
    taskDefinition: {
      family: 'torii-dev-shop-migrate',
      containerDefinitions: [
        {
          name: 'app',
          logConfiguration: { logDriver: 'awslogs', options: { 'awslogs-group': 'the-group', 'awslogs-stream-prefix': 'app' } },
        },
      ],
    },
  },
  release: { imageUri: `torii-shop@sha256:${'a'.repeat(64)}`, revision: 'f'.repeat(40) },
  runTask: { cluster: 'the-cluster', subnets: ['subnet-1'], securityGroups: ['sg-1'] },
  timeoutSeconds: 10,
  pollSeconds: 0.001,
};

/** @param tasks what ECS says of the task, one answer after the other; the last one stays */
function createAccount(tasks: readonly (Task | undefined)[], log: readonly string[] = []): ReleaseAccount & { readonly asked: string[] } {
  const asked: string[] = [];
  const waiting = [...tasks];
  return {
    asked,
    readParameters: async () => new Map(),
    describeTaskDefinition: async () => ({}) as never,
    registerTaskDefinition: async () => 'torii-dev-shop-migrate:8',
    runTask: async (definition, { cluster }) => {
      asked.push(`run ${definition} in ${cluster}`);
      return TASK;
    },
    findTask: async () => (waiting.length > 1 ? waiting.shift() : waiting[0]),
    readLogTail: async (group, stream) => {
      asked.push(`log ${group} ${stream}`);
      return log;
    },
    close: () => undefined,
  };
}

const { log } = console;
beforeEach(() => {
  console.log = () => undefined;
});
afterEach(() => {
  console.log = log;
});

describe('a migration', () => {
  it('is over when its task has ended well, however long ECS does not know it', async () => {
    const account = createAccount([undefined, { lastStatus: 'PENDING' }, { lastStatus: 'RUNNING' }, STOPPED]);
    await runMigration(account, migration);
    expect(account.asked).toEqual(['run torii-dev-shop-migrate:8 in the-cluster']);
  });

  it('that fails is told with its exit code and the end of its log', async () => {
    const account = createAccount(
      [{ lastStatus: 'STOPPED', stopCode: 'EssentialContainerExited', containers: [{ name: 'app', exitCode: 1 }] }],
      ['first', 'last'],
    );
    await expect(runMigration(account, migration)).rejects.toThrow(
      /ended with exit code 1 \(EssentialContainerExited\)[^]*The end of its log:\n {2}first\n {2}last$/,
    );
    expect(account.asked).toContain('log the-group app/app/0123456789abcdef');
  });

  it('that never began is told with the reason that ECS gives', async () => {
    const account = createAccount([
      { lastStatus: 'STOPPED', stopCode: 'TaskFailedToStart', stoppedReason: 'CannotPullContainerError', containers: [{ name: 'app' }] },
    ]);
    await expect(runMigration(account, migration)).rejects.toThrow(
      /ended with no exit code \(TaskFailedToStart; CannotPullContainerError\)[^]*has written no log/,
    );
  });

  it('that a sidecar ended is no success', async () => {
    const account = createAccount([{ lastStatus: 'STOPPED', containers: [{ name: 'other', exitCode: 0 }] }]);
    await expect(runMigration(account, migration)).rejects.toThrow(/ended with no exit code/);
  });

  it('that lasts too long is left running', async () => {
    const account = createAccount([{ lastStatus: 'RUNNING' }]);
    await expect(runMigration(account, { ...migration, timeoutSeconds: 0.01 })).rejects.toThrow(
      /is still RUNNING\. It was left running and nothing was released/,
    );
  });
});
