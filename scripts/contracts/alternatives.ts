// A schema as the alternatives it allows, each of one type, and which alternative of one schema became which of the other.
import { isDeepStrictEqual } from 'node:util';
import { type JsonSchema, parseJsonSchema } from './json-schema.ts';

/** One of the shapes that a value may have. */
export interface Alternative {
  /** `integer` is a kind of `number`; `any` is a schema that asks for no type. */
  readonly kind: 'null' | 'boolean' | 'number' | 'string' | 'array' | 'object' | 'any';
  readonly schema: JsonSchema;
}

export interface Pairing {
  readonly pairs: readonly (readonly [before: Alternative, after: Alternative])[];
  readonly removed: readonly Alternative[];
  readonly added: readonly Alternative[];
}

const KINDS: Readonly<Record<string, Alternative['kind']>> = {
  null: 'null',
  boolean: 'boolean',
  integer: 'number',
  number: 'number',
  string: 'string',
  array: 'array',
  object: 'object',
};

/** Follows references, which lead from the root of the schema. */
export type Resolve = (schema: JsonSchema) => JsonSchema;

export function listAlternatives(schema: JsonSchema, resolve: Resolve): readonly Alternative[] {
  const node = resolve(schema);
  for (const keyword of ['anyOf', 'oneOf']) {
    const { [keyword]: branches, ...around } = node;
    // What is said around the branches holds for each of them.
    if (Array.isArray(branches))
      return branches.flatMap((branch) => listAlternatives({ ...around, ...resolve(parseJsonSchema(branch)) }, resolve));
  }
  const types = typeof node['type'] === 'string' ? [node['type']] : Array.isArray(node['type']) ? node['type'].map(String) : [];
  if (types.length === 0) return [{ kind: 'any', schema: node }];
  return types.map((type) => ({ kind: KINDS[type] ?? 'any', schema: type === 'null' ? { type } : { ...node, type } }));
}

/** By equality first, then by what tells alternatives apart; what is left over on both sides is one that changed. */
export function pairAlternatives(before: readonly Alternative[], after: readonly Alternative[]): Pairing {
  const pairs: [Alternative, Alternative][] = [];
  const removed = [...before];
  const added = [...after];
  for (const isPair of [isDeepStrictEqual, isSameKindAndTag])
    for (const candidate of removed.slice()) {
      const index = added.findIndex((other) => isPair(candidate, other));
      const [partner] = index === -1 ? [] : added.splice(index, 1);
      if (partner === undefined) continue;
      removed.splice(removed.indexOf(candidate), 1);
      pairs.push([candidate, partner]);
    }
  const [last, next] = [removed[0], added[0]];
  if (last === undefined || next?.kind !== last.kind || removed.length + added.length > 2) return { pairs, removed, added };
  return { pairs: [...pairs, [last, next]], removed: [], added: [] };
}

function isSameKindAndTag(left: Alternative, right: Alternative): boolean {
  return left.kind === right.kind && isDeepStrictEqual(readTags(left), readTags(right));
}

/** Constant fields, as those by which the branches of a union are told apart. */
function readTags({ schema }: Alternative): Readonly<Record<string, unknown>> {
  const properties = schema['properties'] === undefined ? {} : parseJsonSchema(schema['properties']);
  return Object.fromEntries(
    Object.entries(properties).flatMap(([name, field]) => {
      const { const: tag } = parseJsonSchema(field);
      return tag === undefined ? [] : [[name, tag]];
    }),
  );
}
