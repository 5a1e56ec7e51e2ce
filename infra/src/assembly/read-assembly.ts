// A cloud assembly as a list of stacks, without aws-cdk-lib: loading that takes longer than reading the files.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { AssemblyStack, Json, Resource } from './template.ts';

interface Artifact {
  readonly type: string;
  readonly environment?: string;
  readonly dependencies?: readonly string[];
  readonly properties?: { readonly templateFile?: string; readonly stackName?: string; readonly terminationProtection?: boolean };
}

interface RawResource {
  readonly Type: string;
  readonly Properties?: { readonly [key: string]: Json };
  readonly DeletionPolicy?: string;
  readonly UpdateReplacePolicy?: string;
}

/**
 * The stacks of one assembly, each after those it depends on.
 * @throws Error when the folder holds no assembly
 */
export function readAssembly(folder: string): readonly AssemblyStack[] {
  const artifacts = parseArtifacts(readFileSync(join(folder, 'manifest.json'), 'utf8'));
  const stacks = new Map(
    Object.entries(artifacts)
      .filter(([, { type }]) => type === 'aws:cloudformation:stack')
      .map(([id, artifact]) => [id, toStack(folder, artifact, artifacts)]),
  );
  return sortByDependency([...stacks.values()]);
}

function toStack(folder: string, artifact: Artifact, artifacts: Readonly<Record<string, Artifact>>): AssemblyStack {
  const { templateFile = '', stackName = '', terminationProtection = false } = artifact.properties ?? {};
  const [, account = '', region = ''] = /^aws:\/\/([^/]+)\/(.+)$/.exec(artifact.environment ?? '') ?? [];
  return {
    name: stackName,
    account,
    region,
    isProtected: terminationProtection,
    dependsOn: (artifact.dependencies ?? []).flatMap((id) => artifacts[id]?.properties?.stackName ?? []),
    resources: parseResources(readFileSync(join(folder, templateFile), 'utf8')),
  };
}

/** @throws Error when two stacks need each other, which CDK does not write */
export function sortByDependency(stacks: readonly AssemblyStack[]): readonly AssemblyStack[] {
  const sorted: AssemblyStack[] = [];
  let waiting = stacks;
  while (waiting.length > 0) {
    const names = new Set(waiting.map(({ name }) => name));
    const ready = waiting.filter(({ dependsOn }) => !dependsOn.some((name) => names.has(name)));
    if (ready.length === 0) throw new Error(`Stacks cannot be put in order: ${[...names].join(', ')} need each other.`);
    sorted.push(...ready);
    waiting = waiting.filter((stack) => !ready.includes(stack));
  }
  return sorted;
}

function parseArtifacts(json: string): Readonly<Record<string, Artifact>> {
  const { artifacts } = JSON.parse(json) as { readonly artifacts: Readonly<Record<string, Artifact>> };
  return artifacts;
}

function parseResources(json: string): ReadonlyMap<string, Resource> {
  const { Resources } = JSON.parse(json) as { readonly Resources: Readonly<Record<string, RawResource>> };
  return new Map(
    Object.entries(Resources).map(([logicalId, raw]) => [
      logicalId,
      {
        type: raw.Type,
        properties: raw.Properties ?? {},
        deletionPolicy: raw.DeletionPolicy,
        updateReplacePolicy: raw.UpdateReplacePolicy,
      },
    ]),
  );
}
