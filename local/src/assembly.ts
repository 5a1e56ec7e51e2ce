// Reads a CDK cloud assembly: the stacks of one stage in the order they deploy, and where their assets lie.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseTemplate, type Template } from './template.ts';

export interface Stack {
  /** `torii-dev-messaging`. */
  readonly name: string;
  readonly accountId: string;
  readonly region: string;
  readonly template: Template;
}

export interface Assembly {
  /** Every stack after the stacks it depends on. */
  readonly stacks: readonly Stack[];
  /** Folder (or file) of an asset by the object key templates name it with. */
  findAsset(objectKey: string): string | undefined;
}

interface Artifact {
  readonly type: string;
  readonly environment?: string;
  readonly dependencies?: readonly string[];
  readonly displayName?: string;
  readonly properties?: {
    readonly templateFile?: string;
    readonly stackName?: string;
    readonly file?: string;
    readonly directoryName?: string;
  };
}
interface Manifest {
  readonly artifacts: Readonly<Record<string, Artifact>>;
}
interface AssetManifest {
  readonly files?: Readonly<
    Record<
      string,
      { readonly source: { readonly path: string }; readonly destinations: Readonly<Record<string, { readonly objectKey: string }>> }
    >
  >;
}

/**
 * @param folder the output folder of `cdk synth`
 * @param stage id of the Stage construct, for example `dev`
 * @throws Error when the folder holds no such stage
 */
export function readAssembly(folder: string, stage: string): Assembly {
  const stageFolder = findStageFolder(folder, stage);
  const { artifacts } = parseManifest(stageFolder);
  const names = sortByDependency(Object.keys(artifacts), (name) => artifacts[name]?.dependencies ?? []);
  const stacks = names.flatMap((name) => readStack(stageFolder, name, artifacts[name]));
  const assets = new Map(Object.values(artifacts).flatMap((artifact) => readAssets(stageFolder, artifact)));
  return { stacks, findAsset: (objectKey) => assets.get(objectKey) };
}

function findStageFolder(folder: string, stage: string): string {
  if (!existsSync(join(folder, 'manifest.json')))
    throw new Error(`The stage ${stage} cannot be started: ${folder} holds no cloud assembly. Run: npm run synth`);
  const nested = Object.values(parseManifest(folder).artifacts).filter((artifact) => artifact.type === 'cdk:cloud-assembly');
  const found = nested.find((artifact) => artifact.displayName === stage || artifact.properties?.directoryName === `assembly-${stage}`);
  const directory = found?.properties?.directoryName;
  if (directory === undefined)
    throw new Error(
      `The stage ${stage} cannot be started: the assembly has ${nested.map((artifact) => artifact.displayName).join(', ') || 'no stage'}`,
    );
  return join(folder, directory);
}

function parseManifest(folder: string): Manifest {
  return JSON.parse(readFileSync(join(folder, 'manifest.json'), 'utf8')) as Manifest;
}

function readStack(folder: string, id: string, artifact: Artifact | undefined): Stack[] {
  const file = artifact?.properties?.templateFile;
  if (artifact?.type !== 'aws:cloudformation:stack' || file === undefined) return [];
  const [accountId = '', region = ''] = (artifact.environment ?? '').replace('aws://', '').split('/');
  const template = parseTemplate(readFileSync(join(folder, file), 'utf8'), file);
  return [{ name: artifact.properties?.stackName ?? id, accountId, region, template }];
}

function readAssets(folder: string, artifact: Artifact): [string, string][] {
  const file = artifact.properties?.file;
  if (artifact.type !== 'cdk:asset-manifest' || file === undefined) return [];
  const { files = {} } = JSON.parse(readFileSync(join(folder, file), 'utf8')) as AssetManifest;
  return Object.values(files).flatMap(({ source, destinations }) =>
    Object.values(destinations).map(({ objectKey }): [string, string] => [objectKey, join(folder, source.path)]),
  );
}

/**
 * Names in an order in which each comes after what it depends on; unknown dependencies are ignored.
 * @throws Error naming the cycle
 */
export function sortByDependency(names: readonly string[], dependenciesOf: (name: string) => readonly string[]): readonly string[] {
  const sorted: string[] = [];
  const state = new Map<string, 'visiting' | 'done'>();
  const known = new Set(names);
  const visit = (name: string, path: readonly string[]): void => {
    if (state.get(name) === 'done') return;
    if (state.get(name) === 'visiting') throw new Error(`Cannot be ordered, a cycle: ${[...path, name].join(' → ')}`);
    state.set(name, 'visiting');
    for (const dependency of dependenciesOf(name)) if (known.has(dependency)) visit(dependency, [...path, name]);
    state.set(name, 'done');
    sorted.push(name);
  };
  for (const name of names) visit(name, []);
  return sorted;
}
