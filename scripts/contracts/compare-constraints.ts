// Keywords that narrow a value of one type.
import { isDeepStrictEqual } from 'node:util';
import { HIDDEN, REFINEMENTS, type JsonSchema } from './json-schema.ts';
import { change, type SchemaChange } from './schema-changes.ts';

/** Compared elsewhere, or without a meaning for the data. */
const COMPARED_ELSEWHERE = new Set([
  '$schema',
  '$id',
  '$defs',
  '$comment',
  'title',
  'description',
  'examples',
  'default',
  'pii',
  'type',
  'anyOf',
  'oneOf',
  'items',
  'properties',
  'required',
  'additionalProperties',
  'propertyNames',
]);
const VALUES = ['enum', 'const'];
const FLOORS = ['minLength', 'minItems', 'minProperties', 'minimum', 'exclusiveMinimum'];
const CEILINGS = ['maxLength', 'maxItems', 'maxProperties', 'maximum', 'exclusiveMaximum'];
/** What people call the keywords that are made here. */
const NAMES: Readonly<Record<string, string>> = { [REFINEMENTS]: 'rule', [HIDDEN]: 'hidden rule' };
/** Longer ones, such as the pattern of an instant, say nothing to anybody. */
const SHOWN_LENGTH = 60;
/** Nothing is shorter than this, whether a schema says so or not. */
const LOWEST_LENGTH = 0;

export function compareConstraints(path: string, before: JsonSchema, after: JsonSchema): readonly SchemaChange[] {
  const [left, right] = [normalizeBounds(before), normalizeBounds(after)];
  const known = new Set([...COMPARED_ELSEWHERE, ...VALUES, ...FLOORS, ...CEILINGS]);
  // A keyword that nobody here understands counts as well: what cannot be compared may not change.
  const others = new Set([...Object.keys(left), ...Object.keys(right)].filter((keyword) => !known.has(keyword)));
  return [
    ...compareValues(path, left, right),
    ...FLOORS.flatMap((keyword) => compareBound(path, keyword, left, right)),
    ...CEILINGS.flatMap((keyword) => compareBound(path, keyword, left, right)),
    ...[...others].flatMap((keyword) => compareKeyword(path, keyword, left[keyword], right[keyword])),
  ];
}

/** Above 0 and at least 1 are the same of whole numbers. */
function normalizeBounds(schema: JsonSchema): JsonSchema {
  if (schema['type'] !== 'integer') return schema;
  const { exclusiveMinimum, exclusiveMaximum, ...rest } = schema;
  return {
    ...rest,
    ...(typeof exclusiveMinimum === 'number' && { minimum: exclusiveMinimum + 1 }),
    ...(typeof exclusiveMaximum === 'number' && { maximum: exclusiveMaximum - 1 }),
  };
}

function compareValues(path: string, before: JsonSchema, after: JsonSchema): readonly SchemaChange[] {
  const [left, right] = [listValues(before), listValues(after)];
  if (left === undefined && right === undefined) return [];
  if (left === undefined) return [change('values-narrowed', path, `takes ${list(right ?? [])} only`)];
  if (right === undefined) return [change('values-widened', path, `takes more than ${list(left)}`)];
  const lost = left.filter((value) => !right.includes(value));
  const gained = right.filter((value) => !left.includes(value));
  return [
    ...(lost.length > 0 ? [change('values-narrowed', path, `does not take ${list(lost)} any more`)] : []),
    ...(gained.length > 0 ? [change('values-widened', path, `takes ${list(gained)} as well`)] : []),
  ];
}

/** As JSON, so that `1` and `"1"` differ. */
function listValues(schema: JsonSchema): readonly string[] | undefined {
  if (schema['const'] !== undefined) return [JSON.stringify(schema['const'])];
  return Array.isArray(schema['enum']) ? schema['enum'].map((value) => JSON.stringify(value)) : undefined;
}

function compareBound(path: string, keyword: string, before: JsonSchema, after: JsonSchema): readonly SchemaChange[] {
  const isFloor = FLOORS.includes(keyword);
  const unbounded = isFloor ? (keyword.endsWith('inimum') ? -Infinity : LOWEST_LENGTH) : Infinity;
  const [left, right] = [readBound(before[keyword], unbounded), readBound(after[keyword], unbounded)];
  if (left === right) return [];
  const text = `has ${keyword} ${describeBound(right)}; it was ${describeBound(left)}`;
  return [change((isFloor ? right > left : right < left) ? 'bound-tightened' : 'bound-loosened', path, text)];
}

function readBound(value: unknown, unbounded: number): number {
  return typeof value === 'number' ? value : unbounded;
}

function describeBound(bound: number): string {
  return Number.isFinite(bound) ? String(bound) : 'none';
}

/** Format, pattern, multiples, rules that are code: all that matters is whether it is the same. */
function compareKeyword(path: string, keyword: string, before: unknown, after: unknown): readonly SchemaChange[] {
  if (isDeepStrictEqual(before, after)) return [];
  const name = NAMES[keyword] ?? keyword;
  if (before === undefined) return [change('constraint-added', path, `has the ${name} ${show(after)} now`)];
  if (after === undefined) return [change('constraint-removed', path, `does not have the ${name} ${show(before)} any more`)];
  const isShort = [before, after].every((value) => show(value) === JSON.stringify(value));
  return [change('constraint-changed', path, isShort ? `has the ${name} ${show(after)}; it was ${show(before)}` : `has another ${name}`)];
}

function show(value: unknown): string {
  const text = JSON.stringify(value);
  return text.length <= SHOWN_LENGTH ? text : '…';
}

function list(values: readonly string[]): string {
  return values.join(', ');
}
