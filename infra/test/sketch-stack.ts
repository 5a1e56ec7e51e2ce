import type { AssemblyStack, Json, Resource } from '../src/assembly/template.ts';

/** Resources as a test writes them. */
export type Sketch = Readonly<
  Record<string, readonly [type: string, properties?: { readonly [key: string]: Json }, rest?: Partial<Resource>]>
>;

/** A stack for tests, of a few resources. */
export function sketchStack(sketch: Sketch, rest: Partial<AssemblyStack> = {}): AssemblyStack {
  const resources = Object.entries(sketch).map(([id, [type, properties = {}, more = {}]]): readonly [string, Resource] => [
    id,
    { type, properties, deletionPolicy: undefined, updateReplacePolicy: undefined, ...more },
  ]);
  return {
    name: 'torii-test',
    account: '222222222222',
    region: 'eu-west-1',
    isProtected: false,
    dependsOn: [],
    resources: new Map(resources),
    ...rest,
  };
}
