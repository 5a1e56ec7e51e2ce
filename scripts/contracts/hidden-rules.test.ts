import { describe, expect, it } from '@jest/globals';
import { z } from 'zod';
import { compareSchemas } from './compare-schemas.ts';
import { listContracts } from './contract.ts';
import { findHidden, toJsonSchema } from './json-schema.ts';

/** [what JSON Schema does not show of it, a schema that does it] */
const CANARIES: readonly (readonly [what: string, schema: z.ZodType])[] = [
  ['changes its value', z.string().trim()],
  ['changes its value', z.string().toLowerCase()],
  ['changes its value', z.string().normalize()],
  ['changes its value', z.string().overwrite((value) => `${value}!`)],
  ['is changed or checked by a second schema', z.string().transform(Number)],
  ['is changed or checked by a second schema', z.preprocess(String, z.string())],
  ['is changed or checked by a second schema', z.string().pipe(z.string().min(3))],
  ['is changed or checked by a second schema', z.unknown().pipe(z.json().refine(() => true, 'must be small'))],
  ['is changed or checked by a second schema', z.codec(z.string(), z.number(), { decode: Number, encode: String })],
  ['is changed or checked by a second schema', z.stringbool()],
  ['is of the kind catch', z.string().catch('')],
  ['is of the kind prefault', z.string().prefault('')],
  ['makes its type of others', z.coerce.number()],
  ['takes no value that fits two of its branches', z.xor([z.string(), z.number()])],
  ['has a rule without a message', z.string().refine(() => true)],
  ['has a rule without a message', z.string().superRefine(() => undefined)],
  ['has a check of the kind property', z.array(z.string()).check(z.property('length', z.int().max(3)))],
  ['has a pattern with the flag i', z.string().regex(/^a/i)],
  ['has a pattern with the flag s', z.string().regex(/^a.b$/su)],
  ['has a pattern that means something else with the flag u', z.string().regex(/^.{3}$/)],
  ['has a pattern that means something else with the flag u', z.email({ pattern: /^[^@]+@[^@]+$/ })],
  ['has a format with hostname', z.url({ hostname: /^torii\.example$/ })],
];

const SHOWN: readonly (readonly [what: string, schema: z.ZodType])[] = [
  ['bounds', z.object({ text: z.string().min(1).max(3), count: z.int().positive().multipleOf(5), list: z.array(z.string()).length(2) })],
  ['formats', z.object({ id: z.uuid(), at: z.iso.datetime(), mail: z.email(), unicode: z.email({ pattern: z.regexes.unicodeEmail }) })],
  ['a pattern that is the same with the flag u', z.object({ code: z.string().regex(/^[A-Z]{3}\.\d$/), any: z.string().regex(/^.{3}$/u) })],
  ['texts with a beginning', z.string().startsWith('a').endsWith('z').includes('m')],
  ['a rule with a message', z.string().refine(() => true, 'must be a')],
  ['a default', z.string().default('a').nullable().optional().describe('What it means')],
  ['branches with a tag', z.discriminatedUnion('kind', [z.object({ kind: z.literal('a') }), z.object({ kind: z.literal('b') })])],
  ['any JSON', z.record(z.string(), z.unknown().pipe(z.json()))],
];

describe('what JSON Schema does not show', () => {
  it.each(CANARIES)('is found: %s (%#)', (what, schema) => {
    const hidden = findHidden(toJsonSchema(z.object({ rows: z.array(z.object({ field: schema.optional() })) })));
    expect(hidden.map((text) => text.replace(/^\S+ /, ''))).toContain(what);
  });

  it.each(CANARIES)('is a difference for the comparison, so that it cannot be added to what was released: %s (%#)', (_what, schema) => {
    const after = toJsonSchema(schema);
    const { 'x-hidden': _hidden, ...before } = after;
    expect(compareSchemas(before, after)).toContainEqual(
      expect.objectContaining({ rule: 'constraint-added', path: '', breaks: ['new-consumers'] }),
    );
  });

  it('is told with the place where it is', () => {
    expect(findHidden(toJsonSchema(z.object({ sku: z.string().trim() })))).toEqual(['properties.sku changes its value']);
    expect(findHidden(toJsonSchema(z.string().trim()))).toEqual(['it changes its value']);
  });

  it.each(SHOWN)('is not what it does show: %s', (_what, schema) => {
    expect(findHidden(toJsonSchema(schema))).toEqual([]);
  });

  it('is in no message', () => {
    const contracts = listContracts();
    expect(contracts.length).toBeGreaterThanOrEqual(24);
    expect(contracts.flatMap(({ name, schema }) => findHidden(schema).map((text) => `${name}: ${text}`))).toEqual([]);
  });
});
