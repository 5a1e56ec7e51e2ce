/** Any JSON: templates are mostly intrinsic functions. */
export type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json };

export interface Resource {
  readonly Type: string;
  readonly Properties: { readonly [key: string]: Json };
  readonly DeletionPolicy?: string;
}

/** A resource whose properties must stay as they are; see golden/. */
export interface FrozenResource {
  readonly stack: string;
  readonly logicalId: string;
  readonly Type: string;
  readonly Properties: Resource['Properties'];
}

export interface Template {
  readonly Resources: Readonly<Record<string, Resource>>;
  /** What other stacks may read, by logical id. */
  readonly Outputs?: Readonly<Record<string, Output>>;
}

interface Output {
  readonly Value: Json;
  readonly Export?: { readonly Name: Json };
}

interface Manifest {
  /** @throws Error when no stack has that template */
  stackNameOf(templateFile: string): string;
}

interface Artifact {
  readonly type: string;
  readonly properties?: { readonly templateFile?: string; readonly stackName?: string };
}

export function parseTemplate(json: string): Template {
  return JSON.parse(json) as Template;
}

export function parseFrozen(json: string): readonly FrozenResource[] {
  return JSON.parse(json) as readonly FrozenResource[];
}

export function parseManifest(json: string): Manifest {
  const { artifacts } = JSON.parse(json) as { readonly artifacts: Readonly<Record<string, Artifact>> };
  return {
    stackNameOf(templateFile) {
      const stack = Object.values(artifacts).find((artifact) => artifact.properties?.templateFile === templateFile);
      if (!stack?.properties?.stackName) throw new Error(`The manifest has no stack for ${templateFile}.`);
      return stack.properties.stackName;
    },
  };
}

/** Every logical id or export name that the value refers to, in order. */
export function listReferences(value: Json | undefined): readonly string[] {
  if (typeof value !== 'object' || value === null) return [];
  if (isList(value)) return value.flatMap(listReferences);
  return Object.entries(value).flatMap(([key, inner]) => {
    if ((key === 'Ref' || key === 'Fn::ImportValue') && typeof inner === 'string') return [inner];
    if (key === 'Fn::GetAtt' && isList(inner)) return [textOf(inner[0])];
    return listReferences(inner);
  });
}

function isList(value: Json): value is readonly Json[] {
  return Array.isArray(value);
}

interface Container {
  readonly Name: string;
  readonly Command?: readonly string[];
  readonly EntryPoint?: readonly string[];
  readonly Environment?: readonly { readonly Name: string; readonly Value: Json }[];
  readonly Secrets?: readonly { readonly Name: string }[];
}

export interface AppContainer {
  readonly command: readonly string[] | undefined;
  readonly entryPoint: readonly string[] | undefined;
  readonly environment: Readonly<Record<string, Json>>;
  /** Names of the variables that come from Secrets Manager. */
  readonly secrets: readonly string[];
}

/** The container called `app` of a task definition. */
export function appContainerOf(task: Resource): AppContainer {
  const app = parseContainers(task.Properties['ContainerDefinitions']).find(({ Name }) => Name === 'app');
  if (!app) throw new Error('The task definition has no container called app.');
  return {
    command: app.Command,
    entryPoint: app.EntryPoint,
    environment: Object.fromEntries((app.Environment ?? []).map(({ Name, Value }) => [Name, Value])),
    secrets: (app.Secrets ?? []).map(({ Name }) => Name),
  };
}

function parseContainers(value: Json | undefined): readonly Container[] {
  return JSON.parse(JSON.stringify(value ?? [])) as readonly Container[];
}

/** A property that is text; anything else as JSON, so that a comparison fails legibly. */
export function textOf(value: Json | undefined): string {
  return typeof value === 'string' ? value : JSON.stringify(value ?? null);
}
