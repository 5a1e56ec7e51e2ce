import { describe, expect, it } from '@jest/globals';
import { sketchStack } from '../../test/sketch-stack.ts';
import { StackStaysError, type Cloud } from './cloud.ts';
import { destroy } from './destroy.ts';
import { planTeardown } from './plan.ts';

const plan = planTeardown('test', [
  sketchStack({ Files: ['AWS::S3::Bucket'], Fn: ['AWS::Lambda::Function'] }, { name: 'first' }),
  sketchStack({ Logs: ['AWS::S3::Bucket'] }, { name: 'second', region: 'us-east-1', dependsOn: ['first'] }),
]);

interface Account {
  readonly calls: readonly string[];
  readonly cloud: Cloud;
}

/** @param failures how often the deletion of a stack fails */
function openAccount(
  stacks: Readonly<Record<string, Readonly<Record<string, string>>>>,
  failures: Readonly<Record<string, number>> = {},
): Account {
  const calls: string[] = [];
  const left = new Map(Object.entries(failures));
  const cloud: Cloud = {
    findAccount: () => Promise.resolve('222222222222'),
    findResources: ({ name }) => Promise.resolve(stacks[name] && new Map(Object.entries(stacks[name]))),
    emptyBucket: (name, region) => {
      calls.push(`empty ${name} in ${region}`);
      return Promise.resolve(10);
    },
    deleteStack: ({ name, region }) => {
      calls.push(`delete ${name} in ${region}`);
      const remaining = left.get(name) ?? 0;
      left.set(name, remaining - 1);
      return remaining > 0 ? Promise.reject(new StackStaysError(name, ['Logs: not empty'])) : Promise.resolve();
    },
    deleteLogGroup: (name, region) => {
      calls.push(`forget ${name} in ${region}`);
      return Promise.resolve(true);
    },
    close: () => {},
  };
  return { calls, cloud };
}

const EVERYTHING = { first: { Files: 'files-1', Fn: 'fn-1' }, second: { Logs: 'logs-1' } };

describe('destroy', () => {
  it('empties the buckets of a stack and deletes it, the last one first, and log groups when all are gone', async () => {
    const { cloud, calls } = openAccount(EVERYTHING);
    expect(await destroy(cloud, plan, () => {})).toEqual({ stacks: 2, objects: 20, logGroups: 1 });
    expect(calls).toEqual([
      'empty logs-1 in us-east-1',
      'delete second in us-east-1',
      'empty files-1 in eu-west-1',
      'delete first in eu-west-1',
      'forget /aws/lambda/fn-1 in eu-west-1',
    ]);
  });

  it('skips what an earlier run has deleted', async () => {
    const { cloud, calls } = openAccount({ first: { Fn: 'fn-1' } });
    expect(await destroy(cloud, plan, () => {})).toMatchObject({ stacks: 1, objects: 0 });
    expect(calls).toEqual(['delete first in eu-west-1', 'forget /aws/lambda/fn-1 in eu-west-1']);
  });

  it('empties again what late logs have filled', async () => {
    const { cloud, calls } = openAccount(EVERYTHING, { second: 1 });
    await destroy(cloud, plan, () => {});
    expect(calls.slice(0, 4)).toEqual([
      'empty logs-1 in us-east-1',
      'delete second in us-east-1',
      'empty logs-1 in us-east-1',
      'delete second in us-east-1',
    ]);
  });

  it('stops at a stack that stays, with the reason', async () => {
    const { cloud, calls } = openAccount(EVERYTHING, { second: 9 });
    await expect(destroy(cloud, plan, () => {})).rejects.toThrow('Stack second cannot be deleted: Logs: not empty.');
    expect(calls.filter((call) => call.includes('first'))).toEqual([]);
  });
});
