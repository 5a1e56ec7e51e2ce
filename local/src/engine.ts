// Applies the stacks of a stage as CloudFormation would: dependencies first, updates in place where the type allows it,
// replacements before the removal of what they replace, removals last and in reverse.
import { createHash } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import { sortByDependency, type Stack } from './assembly.ts';
import { listReferences, resolveProperties, resolveValue, type Scope } from './intrinsics.ts';
import type { AppliedResource, Resource, ResourceHandler, Value } from './provider.ts';
import type { PlatformState, RecordedResource } from './state.ts';
import type { TemplateResource, TemplateValue } from './template.ts';

export interface Engine {
  /** Handler of a type, `undefined` when the type has no local meaning. */
  readonly findHandler: (type: string) => ResourceHandler | undefined;
  readonly dynamicReference: Scope['dynamicReference'];
  readonly state: PlatformState;
  /** Called after each resource, for the progress display. */
  readonly onApplied?: (resource: AppliedResource, change: Change) => void;
}

export type Change = 'created' | 'updated' | 'replaced' | 'unchanged' | 'removed';
export type ChangeCounts = Readonly<Record<Change, number>>;

/** Applies every stack in order, then removes what no template has any more. */
export async function applyStacks(stacks: readonly Stack[], engine: Engine): Promise<ChangeCounts> {
  const counts: Record<Change, number> = { created: 0, updated: 0, replaced: 0, unchanged: 0, removed: 0 };
  const { state } = engine;
  const outputs = createOutputs();
  const seen = new Set<string>();
  try {
    for (const stack of stacks) {
      const scope = createScope(stack, engine, outputs);
      for (const logicalId of listInOrder(stack, scope)) {
        const { applied, change } = await applyResource(stack, logicalId, { scope, engine });
        seen.add(`${stack.name}/${logicalId}`);
        counts[change] += 1;
        engine.onApplied?.(applied, change);
      }
      outputs.add(stack, scope);
      state.save();
    }
    for (const [key, record] of [...state.resources].filter(([name]) => !seen.has(name))) {
      state.outdated.push(record);
      state.resources.delete(key);
    }
    counts.removed = await removeOutdated(engine);
  } finally {
    state.save();
  }
  return counts;
}

interface Outputs {
  add(stack: Stack, scope: Scope): void;
  exported(name: string): Value;
  output(stackName: string, outputName: string): Value;
}

function createOutputs(): Outputs {
  const exportsByName = new Map<string, Value>();
  const outputsByName = new Map<string, Value>();
  const take = (from: ReadonlyMap<string, Value>, name: string, what: string): Value => {
    const value = from.get(name);
    if (value === undefined) throw new Error(`${what} ${name} cannot be resolved: no stack before this one gives it`);
    return value;
  };
  return {
    add(stack, scope) {
      for (const [name, output] of Object.entries(stack.template.Outputs ?? {})) {
        if (output.Condition !== undefined && !scope.condition(output.Condition)) continue;
        const value = resolveValue(output.Value, scope);
        outputsByName.set(`${stack.name}.${name}`, value);
        if (output.Export !== undefined) exportsByName.set(String(resolveValue(output.Export.Name, scope)), value);
      }
    },
    exported: (name) => take(exportsByName, name, 'The export'),
    output: (stackName, outputName) => take(outputsByName, `${stackName}.${outputName}`, 'The stack output'),
  };
}

function listInOrder(stack: Stack, scope: Scope): readonly string[] {
  const { Resources } = stack.template;
  const present = Object.keys(Resources).filter((id) => {
    const condition = Resources[id]?.Condition;
    return condition === undefined || scope.condition(condition);
  });
  return sortByDependency(present, (id) => {
    const resource = Resources[id];
    return resource === undefined ? [] : [...[resource.DependsOn ?? []].flat(), ...listReferences(resource.Properties ?? {})];
  });
}

interface Applying {
  readonly scope: Scope;
  readonly engine: Engine;
}

interface Application {
  readonly applied: RecordedResource;
  readonly change: Change;
}

async function applyResource(stack: Stack, logicalId: string, { scope, engine }: Applying): Promise<Application> {
  const key = `${stack.name}/${logicalId}`;
  const template = stack.template.Resources[logicalId];
  if (template === undefined) throw new Error(`${key} is not in its template`);
  try {
    const properties = resolveProperties(template.Properties ?? {}, scope);
    const resource: Resource = {
      stack: stack.name,
      logicalId,
      type: template.Type,
      properties,
      generatedName: generateName(stack.name, logicalId),
    };
    const { state } = engine;
    const previous = state.resources.get(key);
    const handler = engine.findHandler(template.Type);
    const replaced = previous !== undefined && isReplaced(resource, previous, handler) ? previous : undefined;
    const made =
      handler === undefined ? standIn(resource, stack) : await handler.apply(resource, replaced === undefined ? previous : undefined);
    const applied = { ...resource, ...made, retained: isRetained(template) };
    state.resources.set(key, applied);
    if (replaced === undefined) return { applied, change: describeChange(applied, previous) };
    // Removed when everything else is in place, be it at the next start.
    state.outdated.push(replaced);
    state.save();
    return { applied, change: 'replaced' };
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new Error(`${template.Type} ${key} cannot be applied: ${why}`, { cause });
  }
}

function isRetained(template: TemplateResource): boolean {
  return (
    template.DeletionPolicy === 'Retain' || template.DeletionPolicy === 'Snapshot' || template.DeletionPolicy === 'RetainExceptOnCreate'
  );
}

function isReplaced(resource: Resource, previous: RecordedResource, handler: ResourceHandler | undefined): boolean {
  if (previous.type !== resource.type) return true;
  return (handler?.replacedBy ?? []).some((name) => !isDeepStrictEqual(resource.properties[name], previous.properties[name]));
}

function describeChange(applied: RecordedResource, previous: RecordedResource | undefined): Change {
  if (previous === undefined) return 'created';
  return isDeepStrictEqual(applied.properties, previous.properties) ? 'unchanged' : 'updated';
}

/** A resource without local meaning still has a name and an ARN, since others refer to it. */
function standIn(resource: Resource, stack: Stack): { physicalId: string; attributes: Record<string, Value> } {
  const service = resource.type.split('::')[1]?.toLowerCase() ?? 'custom';
  return {
    physicalId: resource.generatedName,
    attributes: { Arn: `arn:aws:${service}:${stack.region}:${stack.accountId}:${resource.generatedName}` },
  };
}

/** @returns how many were removed; those that the template retains are only forgotten. */
async function removeOutdated({ state, findHandler, onApplied }: Engine): Promise<number> {
  let removed = 0;
  for (const record of state.outdated.toReversed()) {
    if (!record.retained && !isHeldByAnother(record, state)) {
      await findHandler(record.type)?.remove?.(record);
      onApplied?.(record, 'removed');
      removed += 1;
    }
    state.outdated.splice(state.outdated.indexOf(record), 1);
  }
  return removed;
}

/** Under another logical id, or again after a change that was taken back: removing it would remove what is in use. */
function isHeldByAnother({ type, physicalId }: RecordedResource, { resources }: PlatformState): boolean {
  return [...resources.values()].some((resource) => resource.type === type && resource.physicalId === physicalId);
}

/** CloudFormation's `<stack>-<logical id>-<suffix>`, within the 63 characters most services take; the suffix keeps shortened names apart. */
function generateName(stack: string, logicalId: string): string {
  const suffix = createHash('sha256').update(`${stack}/${logicalId}`).digest('hex').slice(0, 8);
  return `${`${stack}-${logicalId}`.slice(0, 54)}-${suffix}`;
}

function createScope(stack: Stack, engine: Engine, outputs: Outputs): Scope {
  const { template } = stack;
  const pseudo: Readonly<Record<string, Value>> = {
    'AWS::Region': stack.region,
    'AWS::AccountId': stack.accountId,
    'AWS::Partition': 'aws',
    'AWS::URLSuffix': 'amazonaws.com',
    'AWS::StackName': stack.name,
    'AWS::StackId': `arn:aws:cloudformation:${stack.region}:${stack.accountId}:stack/${stack.name}/local`,
    'AWS::NotificationARNs': [],
  };
  const find = (logicalId: string): RecordedResource => {
    const record = template.Resources[logicalId] === undefined ? undefined : engine.state.resources.get(`${stack.name}/${logicalId}`);
    if (record === undefined) throw new Error(`${logicalId} is referred to, but ${stack.name} has no such resource`);
    return record;
  };
  const scope: Scope = {
    ref: (name) => pseudo[name] ?? template.Parameters?.[name]?.Default ?? find(name).physicalId,
    attribute: (logicalId, name) => findAttribute(find(logicalId), name, engine),
    exportedValue: outputs.exported,
    stackOutput: outputs.output,
    mapping: (map, key, name) => {
      const value = template.Mappings?.[map]?.[key]?.[name];
      if (value === undefined) throw new Error(`The mapping ${map}.${key}.${name} does not exist`);
      return value;
    },
    condition: (name) => resolveValue(conditionOf(stack, name), scope) === true,
    availabilityZones: () => ['a', 'b', 'c'].map((zone) => `${stack.region}${zone}`),
    dynamicReference: engine.dynamicReference,
  };
  return scope;
}

function conditionOf(stack: Stack, name: string): TemplateValue {
  const condition = stack.template.Conditions?.[name];
  if (condition === undefined) throw new Error(`The condition ${name} does not exist in ${stack.name}`);
  return condition;
}

function findAttribute(record: RecordedResource, name: string, engine: Engine): Value {
  const value = record.attributes[name];
  if (value !== undefined) return value;
  // A type without local meaning has whatever attribute others ask for: its own name stands for it.
  if (engine.findHandler(record.type) === undefined) return `${record.physicalId}.${name}`;
  throw new Error(`${record.type} ${record.logicalId} has no attribute ${name} here: its provider must give it`);
}
