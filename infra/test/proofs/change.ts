// Holes for canaries: the same templates, but for one resource.
import type { Json, Resource, Template } from '../template.ts';

type Templates = ReadonlyMap<string, Template>;
export type Change = (before: Resource['Properties']) => { readonly [key: string]: Json };

interface ChangeProps {
  readonly stack: string;
  readonly logicalId: RegExp;
  readonly properties: Change;
}

/** @throws Error when there is no such resource: a canary that changes nothing proves nothing */
export function changeResource(templates: Templates, { stack, logicalId, properties }: ChangeProps): Templates {
  const found = Object.entries(templates.get(stack)?.Resources ?? {}).find(([id]) => logicalId.test(id));
  if (!found) throw new Error(`Nothing can be changed: there is no ${String(logicalId)} in ${stack}.`);
  const [id, resource] = found;
  return addResources(templates, stack, { [id]: { ...resource, Properties: properties(resource.Properties) } });
}

/** @throws Error when there is no such stack */
export function addResources(templates: Templates, stack: string, resources: Readonly<Record<string, Resource>>): Templates {
  const template = templates.get(stack);
  if (!template) throw new Error(`Nothing can be added: there is no stack ${stack}.`);
  return new Map(templates).set(stack, { ...template, Resources: { ...template.Resources, ...resources } });
}
