import type { cx_api } from 'aws-cdk-lib';

/** One line per stack: name, region, number of resources. */
export function describeStacks(assembly: cx_api.CloudAssembly): readonly string[] {
  return assembly.stacksRecursively.map((stack) => {
    const resources = Object.keys(parseTemplate(stack.template).Resources).length;
    return `  ${stack.stackName.padEnd(36)} ${stack.environment.region.padEnd(10)} ${String(resources).padStart(3)} resources`;
  });
}

function parseTemplate(template: unknown): { readonly Resources: Readonly<Record<string, unknown>> } {
  if (typeof template !== 'object' || template === null || !('Resources' in template))
    throw new Error('A template cannot be summarized: it has no Resources.');
  return template as { readonly Resources: Readonly<Record<string, unknown>> };
}
