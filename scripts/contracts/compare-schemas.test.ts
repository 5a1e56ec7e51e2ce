import { describe, expect, it } from '@jest/globals';
import { pii } from '@torii/contracts';
import { z } from 'zod';
import { compareSchemas } from './compare-schemas.ts';
import { toJsonSchema } from './json-schema.ts';
import { SCHEMA_RULES, type SchemaRule } from './schema-changes.ts';

const compare = (before: z.ZodType, after: z.ZodType) => compareSchemas(toJsonSchema(before), toJsonSchema(after));
const of = (field: z.ZodType) => z.object({ kept: z.string(), field });
const without = z.object({ kept: z.string() });

/** [rule, path, released, changed]: each must be noticed, by its name, at its place. */
const CANARIES: readonly (readonly [rule: SchemaRule, path: string, before: z.ZodType, after: z.ZodType])[] = [
  ['field-removed', 'field', of(z.string()), without],
  ['field-removed', 'field', of(z.string().optional()), without],
  ['field-removed', 'rows.*.sku', z.object({ rows: z.array(z.object({ sku: z.string() })) }), z.object({ rows: z.array(z.object({})) })],
  ['required-field-added', 'field', without, of(z.string())],
  ['required-field-added', 'field', without, of(z.string().nullable())],
  ['required-field-added', 'kind', without, without.extend({ kind: z.literal('a') })],
  ['field-made-required', 'field', of(z.string().optional()), of(z.string())],
  ['field-made-optional', 'field', of(z.string()), of(z.string().optional())],
  ['field-made-optional', 'field', of(z.string()), of(z.string().default('x'))],
  ['field-made-required', 'field.b', of(z.partialRecord(z.enum(['a', 'b']), z.string())), of(z.record(z.enum(['a', 'b']), z.string()))],
  ['field-made-optional', 'field.a', of(z.record(z.enum(['a', 'b']), z.string())), of(z.partialRecord(z.enum(['a', 'b']), z.string()))],
  [
    'field-added-to-closed-object',
    'field',
    z.strictObject({ kept: z.string() }),
    z.strictObject({ kept: z.string(), field: z.string().optional() }),
  ],
  ['object-closed', '', of(z.string()), z.strictObject(of(z.string()).shape)],
  ['map-changed', 'field', of(z.record(z.string(), z.number())), of(z.object({}))],
  ['map-changed', 'field', of(z.object({})), of(z.record(z.string(), z.number()))],
  ['type-changed', 'field', of(z.string()), of(z.number())],
  ['type-changed', 'field', of(z.object({ a: z.string() })), of(z.array(z.object({ a: z.string() })))],
  ['type-changed', 'field.*', of(z.record(z.string(), z.string())), of(z.record(z.string(), z.boolean()))],
  ['type-narrowed', 'field', of(z.string().nullable()), of(z.string())],
  ['type-narrowed', 'field', of(z.number()), of(z.int())],
  ['type-narrowed', 'field', of(z.unknown()), of(z.string())],
  ['type-narrowed', 'field', of(z.union([z.string(), z.number()])), of(z.string())],
  ['type-widened', 'field', of(z.string()), of(z.string().nullable())],
  ['type-widened', 'field', of(z.int()), of(z.number())],
  ['type-widened', 'field', of(z.string()), of(z.unknown())],
  ['type-widened', 'field', of(variants('a', 'b')), of(variants('a', 'b', 'c'))],
  ['type-narrowed', 'field', of(variants('a', 'b', 'c')), of(variants('a', 'b'))],
  ['values-narrowed', 'field', of(z.enum(['a', 'b'])), of(z.enum(['a']))],
  ['values-narrowed', 'field', of(z.string()), of(z.enum(['a', 'b']))],
  ['values-narrowed', 'field', of(z.literal('1.0')), of(z.literal('1.1'))],
  ['values-widened', 'field', of(z.enum(['a'])), of(z.enum(['a', 'b']))],
  ['values-widened', 'field', of(z.enum(['a']).nullable()), of(z.string().nullable())],
  ['bound-tightened', 'field', of(z.string()), of(z.string().min(1))],
  ['bound-tightened', 'field', of(z.string().max(10)), of(z.string().max(9))],
  ['bound-tightened', 'field', of(z.int().nonnegative()), of(z.int().positive())],
  ['bound-tightened', 'field', of(z.array(z.string()).max(500)), of(z.array(z.string()).max(100))],
  ['bound-tightened', 'field.(name)', of(z.record(z.string(), z.string())), of(z.record(z.string().max(9), z.string()))],
  ['bound-loosened', 'field', of(z.string().min(1)), of(z.string())],
  ['bound-loosened', 'field', of(z.number().max(10)), of(z.number().max(11))],
  ['bound-loosened', 'field', of(z.array(z.string()).max(500)), of(z.array(z.string()))],
  ['constraint-added', 'field', of(z.string()), of(z.uuid())],
  ['constraint-added', 'field', of(z.string()), of(z.string().refine((value) => value !== 'x', 'must not be x'))],
  ['constraint-removed', 'field', of(z.iso.datetime()), of(z.string())],
  ['constraint-removed', 'field', of(z.string().regex(/^a/)), of(z.string())],
  ['constraint-removed', 'field.*', of(z.array(z.int().multipleOf(5))), of(z.array(z.int()))],
  ['constraint-changed', 'field', of(z.iso.datetime()), of(z.iso.date())],
  ['constraint-changed', 'field', of(z.guid()), of(z.uuid())],
  ['constraint-changed', 'field', of(z.iso.datetime()), of(z.iso.datetime({ offset: true }))],
  ['constraint-changed', 'field', of(z.string().refine(() => true, 'must be a')), of(z.string().refine(() => true, 'must be b'))],
  ['constraint-changed', 'field', of(z.tuple([z.string()])), of(z.tuple([z.number()]))],
  ['default-changed', 'field', of(z.string().default('a')), of(z.string().default('b'))],
  ['pii-removed', 'field', of(pii(z.string())), of(z.string())],
  ['pii-removed', 'field', of(pii(z.string()).nullable()), of(z.string().nullable())],
  ['pii-removed', 'field', of(z.union([pii(z.string()), pii(z.int())])), of(z.union([pii(z.string()), z.int()]))],
  ['pii-removed', 'field.value', of(owned(true, true)), of(owned(true, false))],
  [
    'pii-removed',
    'field.name',
    of(pii(z.object({ name: z.string(), age: z.int() }))),
    of(z.object({ name: z.string(), age: pii(z.int()) })),
  ],
];

/** [rule, released, changed]: noticed, and nobody breaks. */
const ADDITIONS: readonly (readonly [rule: SchemaRule, before: z.ZodType, after: z.ZodType])[] = [
  ['field-added', without, of(z.string().optional())],
  ['field-added', without, of(z.string().nullable().optional())],
  ['object-opened', z.strictObject({ kept: z.string() }), without],
  ['pii-added', of(z.string()), of(pii(z.string()))],
  ['text-changed', of(z.string()), of(z.string().describe('What it means'))],
];

/** [what, released, changed]: the same to everybody, so nothing is said. */
const SAME: readonly (readonly [what: string, before: z.ZodType, after: z.ZodType])[] = [
  ['fields in another order', z.object({ a: z.string(), b: z.int() }), z.object({ b: z.int(), a: z.string() })],
  ['values in another order', of(z.enum(['a', 'b'])), of(z.enum(['b', 'a']))],
  ['above 0 and at least 1, of whole numbers', of(z.int().positive()), of(z.int().min(1))],
  ['a mark inside or around null', of(pii(z.string()).nullable()), of(pii(z.string().nullable()))],
  ['branches in another order', of(variants('a', 'b', 'c')), of(variants('c', 'a', 'b'))],
  ['a schema that contains itself', tree(), tree()],
];

function variants(...kinds: readonly string[]): z.ZodType {
  return z.union(kinds.map((kind) => z.object({ kind: z.literal(kind), [kind]: z.string() })));
}

/** Two branches with the same field, which may be personal data in either. */
function owned(first: boolean, second: boolean): z.ZodType {
  const branch = (kind: string, isPii: boolean) => z.object({ kind: z.literal(kind), value: isPii ? pii(z.string()) : z.string() });
  return z.discriminatedUnion('kind', [branch('person', first), branch('company', second)]);
}

interface Tree {
  readonly name: string;
  readonly children: readonly Tree[];
}

function tree(): z.ZodType<Tree> {
  const node: z.ZodType<Tree> = z.object({ name: z.string(), children: z.array(z.lazy(() => node)) });
  return node;
}

describe('what breaks a consumer', () => {
  it.each(CANARIES)('is noticed: %s at "%s" (%#)', (rule, path, before, after) => {
    const changes = compare(before, after);
    expect(changes).toContainEqual({ rule, path, text: expect.any(String), breaks: SCHEMA_RULES[rule] });
    expect(changes.filter((change) => change.breaks.length > 0).map((change) => change.path)).toContain(path);
  });

  it('is noticed by every rule, each of which has a canary', () => {
    const rules = (Object.keys(SCHEMA_RULES) as SchemaRule[]).toSorted();
    expect(rules.length).toBeGreaterThanOrEqual(23);
    expect([...new Set([...CANARIES, ...ADDITIONS].map(([rule]) => rule))].toSorted()).toEqual(rules);
  });

  it('is told by who cannot read what', () => {
    expect(compare(of(z.string()), of(z.string().nullable()))).toEqual([
      { rule: 'type-widened', path: 'field', text: 'takes null as well', breaks: ['old-consumers'] },
    ]);
    expect(compare(of(z.string().nullable()), of(z.string()))).toEqual([
      { rule: 'type-narrowed', path: 'field', text: 'does not take null any more', breaks: ['new-consumers'] },
    ]);
  });

  it('is found in the depth of a schema that contains itself', () => {
    const leafy = toJsonSchema(tree());
    const node = { type: 'object', properties: { name: { type: 'integer' }, children: { type: 'array', items: { $ref: '#' } } } };
    expect(compareSchemas(leafy, { ...node, required: ['name', 'children'] }).map(({ rule, path }) => `${rule} ${path}`)).toContain(
      'type-changed name',
    );
  });

  it('is a keyword that nobody here understands, too', () => {
    const before = { type: 'object', properties: { field: { type: 'string' } } };
    const after = { type: 'object', properties: { field: { type: 'string', contentEncoding: 'base64' } } };
    expect(compareSchemas(before, after)).toMatchObject([{ rule: 'constraint-added', path: 'field' }]);
    expect(compareSchemas(before, { ...before, if: {} })).toMatchObject([{ rule: 'constraint-added', path: '' }]);
  });
});

describe('an addition', () => {
  it.each(ADDITIONS)('breaks nobody: %s (%#)', (rule, before, after) => {
    const changes = compare(before, after);
    expect(changes.map((change) => change.rule)).toContain(rule);
    expect(changes.flatMap(({ breaks }) => breaks)).toEqual([]);
  });
});

describe('what means the same', () => {
  it.each(SAME)('is no change: %s', (_what, before, after) => {
    expect(compare(before, after)).toEqual([]);
  });
});
