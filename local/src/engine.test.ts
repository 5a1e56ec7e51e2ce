import { describe, expect, it } from '@jest/globals';
import type { Stack } from './assembly.ts';
import { applyStacks, type Engine } from './engine.ts';
import type { AppliedResource, ResourceHandler } from './provider.ts';
import type { RecordedResource } from './state.ts';
import type { Template } from './template.ts';

function stackOf(resources: Template['Resources'], name = 'torii-dev-a', more: Partial<Template> = {}): Stack {
  return { name, accountId: '222222222222', region: 'eu-west-1', template: { Resources: resources, ...more } };
}

/** A handler that remembers what was asked of it; a new physical id at each creation shows a replacement. */
function recordingHandler(log: string[]): ResourceHandler {
  let made = 0;
  return {
    replacedBy: ['Name', 'Kind'],
    async apply(resource, previous) {
      log.push(`apply ${resource.logicalId}`);
      made += previous === undefined ? 1 : 0;
      return { physicalId: previous?.physicalId ?? `${resource.logicalId}-${made}`, attributes: { Arn: `arn:${resource.logicalId}` } };
    },
    async remove(resource: AppliedResource) {
      log.push(`remove ${resource.physicalId}`);
    },
  };
}

function engineOf(log: string[] = [], state = new Map<string, RecordedResource>()): Engine {
  const handler = recordingHandler(log);
  return {
    findHandler: (type) => (type === 'Test::Thing' ? handler : undefined),
    dynamicReference: (_service, reference) => reference,
    state: { resources: state, outdated: [], save: () => undefined },
  };
}

const thing = (properties: Record<string, string | { Ref: string }> = {}, more = {}) => ({
  Type: 'Test::Thing',
  Properties: properties,
  ...more,
});

describe('applyStacks', () => {
  it('applies what others refer to first', async () => {
    const log: string[] = [];
    await applyStacks([stackOf({ B: thing({ x: { Ref: 'A' } }), C: thing({}, { DependsOn: ['B'] }), A: thing() })], engineOf(log));
    expect(log).toEqual(['apply A', 'apply B', 'apply C']);
  });

  it('tells unchanged, updated, replaced, created and removed resources apart at the second start', async () => {
    const log: string[] = [];
    const state = new Map<string, RecordedResource>();
    const engine = engineOf(log, state);
    await applyStacks([stackOf({ Same: thing(), Edited: thing({ x: '1' }), Renamed: thing({ Name: '1' }), Dropped: thing() })], engine);
    log.length = 0;
    const counts = await applyStacks(
      [stackOf({ Same: thing(), Edited: thing({ x: '2' }), Renamed: thing({ Name: '2' }), New: thing() })],
      engine,
    );
    expect(counts).toEqual({ unchanged: 1, updated: 1, replaced: 1, created: 1, removed: 2 });
    expect(log).toEqual(['apply Same', 'apply Edited', 'apply Renamed', 'apply New', 'remove Dropped-4', 'remove Renamed-3']);
    expect([...state.keys()]).toEqual(['torii-dev-a/Same', 'torii-dev-a/Edited', 'torii-dev-a/Renamed', 'torii-dev-a/New']);
  });

  it('removes what it replaced at the next start when this one ends before', async () => {
    const log: string[] = [];
    const engine = engineOf(log);
    await applyStacks([stackOf({ A: thing({ Name: '1' }) })], engine);
    const failing = stackOf({ A: thing({ Name: '2' }), B: thing({ x: { 'Fn::GetAtt': ['A', 'Nope'] } as never }) });
    await expect(applyStacks([failing], engine)).rejects.toThrow('has no attribute Nope');
    expect(log).toEqual(['apply A', 'apply A']);
    const counts = await applyStacks([stackOf({ A: thing({ Name: '2' }) })], engine);
    expect(counts).toMatchObject({ unchanged: 1, removed: 1 });
    expect(log.at(-1)).toBe('remove A-1');
    expect(engine.state.outdated).toEqual([]);
  });

  it('does not remove what the template now has under another logical id', async () => {
    const log: string[] = [];
    const recording = recordingHandler(log);
    const named = { ...recording, apply: async () => ({ physicalId: 'orders', attributes: {} }) };
    const engine = { ...engineOf(log), findHandler: () => named };
    await applyStacks([stackOf({ Old: thing() })], engine);
    expect(await applyStacks([stackOf({ New: thing() })], engine)).toMatchObject({ created: 1, removed: 0 });
    expect(log).toEqual([]);
  });

  it('refuses a reference to a resource that only an earlier template had', async () => {
    const engine = engineOf();
    await applyStacks([stackOf({ A: thing() })], engine);
    await expect(applyStacks([stackOf({ B: thing({ x: { Ref: 'A' } }) })], engine)).rejects.toThrow(
      'A is referred to, but torii-dev-a has',
    );
  });

  it('keeps a resource that the template retains', async () => {
    const log: string[] = [];
    const engine = engineOf(log);
    await applyStacks([stackOf({ Data: thing({}, { DeletionPolicy: 'Retain' }) })], engine);
    await applyStacks([stackOf({})], engine);
    expect(log).toEqual(['apply Data']);
  });

  it('hands exports and stack outputs to later stacks', async () => {
    const engine = engineOf();
    const first = stackOf({ A: thing() }, 'first', {
      Outputs: { Out: { Value: { 'Fn::GetAtt': ['A', 'Arn'] }, Export: { Name: 'first:A' } } },
    });
    const second = stackOf(
      {
        B: thing({
          x: { 'Fn::ImportValue': 'first:A' } as never,
          y: { 'Fn::GetStackOutput': { StackName: 'first', OutputName: 'Out' } } as never,
        }),
      },
      'second',
    );
    await applyStacks([first, second], engine);
    expect(engine.state.resources.get('second/B')?.properties).toEqual({ x: 'arn:A', y: 'arn:A' });
  });

  it('leaves out resources whose condition is false', async () => {
    const log: string[] = [];
    const conditions = { No: { 'Fn::Equals': ['a', 'b'] } };
    await applyStacks([stackOf({ A: thing({}, { Condition: 'No' }), B: thing() }, 's', { Conditions: conditions })], engineOf(log));
    expect(log).toEqual(['apply B']);
  });

  it('gives resources without local meaning a name and an ARN', async () => {
    const engine = engineOf();
    await applyStacks(
      [stackOf({ Role: { Type: 'AWS::IAM::Role' }, A: thing({ role: { 'Fn::GetAtt': ['Role', 'Arn'] } as never }) })],
      engine,
    );
    expect(engine.state.resources.get('torii-dev-a/A')?.properties['role']).toMatch(
      /^arn:aws:iam:eu-west-1:222222222222:torii-dev-a-Role-/,
    );
  });

  it('says which resource failed and why, and keeps what was applied before', async () => {
    const engine = engineOf();
    const failing = applyStacks([stackOf({ A: thing(), B: thing({ x: { 'Fn::GetAtt': ['A', 'Nope'] } as never }) })], engine);
    await expect(failing).rejects.toThrow('Test::Thing torii-dev-a/B cannot be applied: Test::Thing A has no attribute Nope here');
    expect([...engine.state.resources.keys()]).toEqual(['torii-dev-a/A']);
  });

  it('refuses resources that wait for each other', async () => {
    const stack = stackOf({ A: thing({ x: { Ref: 'B' } }), B: thing({ x: { Ref: 'A' } }) });
    await expect(applyStacks([stack], engineOf())).rejects.toThrow('A → B → A');
  });
});
