/** Any JSON: properties are mostly intrinsic functions. */
export type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json };

export interface Resource {
  readonly type: string;
  readonly properties: { readonly [key: string]: Json };
  /** CloudFormation's default is not the same for all types: undefined means that nothing was said. */
  readonly deletionPolicy: string | undefined;
  /** The same for the old one when a change of the template makes a new one. */
  readonly updateReplacePolicy: string | undefined;
}

export interface AssemblyStack {
  readonly name: string;
  /** Twelve digits. */
  readonly account: string;
  readonly region: string;
  /** Nobody can delete it until this is taken off. */
  readonly isProtected: boolean;
  /** Names of the stacks that must be there before it. */
  readonly dependsOn: readonly string[];
  /** By logical id. */
  readonly resources: ReadonlyMap<string, Resource>;
}

export interface Place {
  readonly stack: AssemblyStack;
  readonly logicalId: string;
  readonly resource: Resource;
}

export function listResources(stacks: readonly AssemblyStack[]): readonly Place[] {
  return stacks.flatMap((stack) => [...stack.resources].map(([logicalId, resource]) => ({ stack, logicalId, resource })));
}

/** A property inside of properties, by its names; undefined where one is missing. Lists are entered by index. */
export function valueAt(value: Json | undefined, ...path: readonly (string | number)[]): Json | undefined {
  return path.reduce<Json | undefined>(
    (inner, name) => (isContainer(inner) ? (Reflect.get(inner, name) as Json | undefined) : undefined),
    value,
  );
}

/** A list; an empty one where there is none. */
export function listAt(value: Json | undefined, ...path: readonly (string | number)[]): readonly Json[] {
  const found = valueAt(value, ...path);
  return isList(found) ? found : [];
}

/** Text of a literal; undefined for what only CloudFormation knows. */
export function textAt(value: Json | undefined, ...path: readonly (string | number)[]): string | undefined {
  const found = valueAt(value, ...path);
  return typeof found === 'string' || typeof found === 'number' || typeof found === 'boolean' ? String(found) : undefined;
}

/** A number, or text that is one. */
export function numberAt(value: Json | undefined, ...path: readonly (string | number)[]): number | undefined {
  const text = textAt(value, ...path);
  return text === undefined || text.trim() === '' || Number.isNaN(Number(text)) ? undefined : Number(text);
}

function isContainer(value: Json | undefined): value is readonly Json[] | { readonly [key: string]: Json } {
  return typeof value === 'object' && value !== null;
}

function isList(value: Json | undefined): value is readonly Json[] {
  return Array.isArray(value);
}
