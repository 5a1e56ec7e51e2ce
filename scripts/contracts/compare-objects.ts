// Fields: which came, went, became optional or required, and whether those that nobody declared are taken.
import { isDeepStrictEqual } from 'node:util';
import { type JsonSchema, parseJsonSchema } from './json-schema.ts';
import { change, type SchemaChange } from './schema-changes.ts';

/** Compares what lies deeper. */
export type Descend = (path: string, before: JsonSchema, after: JsonSchema) => readonly SchemaChange[];

/** What an object does with fields that it does not declare: leaves them alone, refuses them, or takes them as values of a map. */
type Rest = 'open' | 'closed' | { readonly values: JsonSchema };

export function compareObjects(path: string, before: JsonSchema, after: JsonSchema, descend: Descend): readonly SchemaChange[] {
  const [left, right] = [readFields(before), readFields(after)];
  const rest = readRest(before);
  return [
    ...Object.keys(left).flatMap((name) => (name in right ? [] : [change('field-removed', join(path, name), 'is gone')])),
    ...Object.entries(right).flatMap(([name, field]) => {
      const old = left[name];
      const at = join(path, name);
      if (old === undefined) return describeAddition(at, rest, isRequired(after, name));
      return [...compareRequired(at, isRequired(before, name), isRequired(after, name)), ...descend(at, old, field)];
    }),
    // A map whose names are an enum requires them and has no properties.
    ...[...listRequired(before), ...listRequired(after)].flatMap((name, index, names) =>
      name in left || name in right || names.indexOf(name) < index
        ? []
        : compareRequired(join(path, name), isRequired(before, name), isRequired(after, name)),
    ),
    ...compareRest(path, rest, readRest(after), descend),
    ...compareNames(path, before['propertyNames'], after['propertyNames'], descend),
  ];
}

function describeAddition(path: string, rest: Rest, required: boolean): readonly SchemaChange[] {
  if (typeof rest === 'object') return [change('map-changed', path, 'was a value of a map and has a schema of its own now')];
  const closed = rest === 'closed' ? [change('field-added-to-closed-object', path, 'is new, and its object took no other fields')] : [];
  if (required) return [change('required-field-added', path, 'is new and required'), ...closed];
  return closed.length > 0 ? closed : [change('field-added', path, 'is new and optional')];
}

function compareRequired(path: string, before: boolean, after: boolean): readonly SchemaChange[] {
  if (before === after) return [];
  return [
    after
      ? change('field-made-required', path, 'was optional and is required now')
      : change('field-made-optional', path, 'was required and may be left out now'),
  ];
}

function compareRest(path: string, before: Rest, after: Rest, descend: Descend): readonly SchemaChange[] {
  if (typeof before === 'object' && typeof after === 'object') return descend(join(path, '*'), before.values, after.values);
  if (before === after) return [];
  if (before === 'open' && after === 'closed') return [change('object-closed', path, 'refuses fields that it does not declare')];
  if (before === 'closed' && after === 'open')
    return [change('object-opened', path, 'ignores fields that it does not declare, and refused them before')];
  return [change('map-changed', path, typeof after === 'object' ? 'is a map now' : 'is no map any more')];
}

function compareNames(path: string, before: unknown, after: unknown, descend: Descend): readonly SchemaChange[] {
  if (isDeepStrictEqual(before, after)) return [];
  return descend(join(path, '(name)'), parseJsonSchema(before ?? { type: 'string' }), parseJsonSchema(after ?? { type: 'string' }));
}

function readFields(schema: JsonSchema): Readonly<Record<string, JsonSchema>> {
  const entries = Object.entries(parseJsonSchema(schema['properties'] ?? {}));
  return Object.fromEntries(entries.map(([name, field]) => [name, parseJsonSchema(field)]));
}

function readRest(schema: JsonSchema): Rest {
  const rest = schema['additionalProperties'];
  if (rest === false) return 'closed';
  // zod writes a map of anything as {} and an object without a say in the matter as nothing at all.
  return rest === undefined || rest === true ? 'open' : { values: parseJsonSchema(rest) };
}

function isRequired(schema: JsonSchema, name: string): boolean {
  return listRequired(schema).includes(name);
}

function listRequired(schema: JsonSchema): readonly string[] {
  return Array.isArray(schema['required']) ? schema['required'].map(String) : [];
}

export function join(path: string, name: string): string {
  return path === '' ? name : `${path}.${name}`;
}
