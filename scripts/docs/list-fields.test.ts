import { describe, expect, it } from '@jest/globals';
import { pii } from '@torii/contracts';
import { z } from 'zod';
import { toJsonSchema } from '../contracts/json-schema.ts';
import { listFields } from './list-fields.ts';

const typesOf = (shape: z.ZodRawShape) => listFields(toJsonSchema(z.object(shape))).map(({ path, type }) => `${path}: ${type}`);

describe('listFields', () => {
  it('names types as people do', () => {
    expect(
      typesOf({
        id: z.uuid(),
        at: z.iso.datetime().nullable(),
        status: z.enum(['a', 'b']),
        count: z.int().positive(),
        share: z.number().min(0).max(1),
        code: z.string().regex(/^[A-Z]{3}$/),
        text: z.string().max(10),
        tags: z.array(z.string()).min(1).max(5),
        more: z.record(z.string(), z.unknown()),
        any: z.unknown(),
      }),
    ).toEqual([
      'id: uuid',
      'at: instant or null',
      'status: `"a"`, `"b"`',
      'count: integer > 0',
      'share: number ≥ 0 ≤ 1',
      'code: text like `^[A-Z]{3}$`',
      'text: text, up to 10 characters',
      'tags: list of 1 to 5 text',
      'more: object of any fields',
      'any: anything',
    ]);
  });

  it('goes into objects and lists', () => {
    const row = z.object({ sku: z.string() });
    expect(typesOf({ price: row.nullable(), rows: z.array(row) })).toEqual([
      'price: object or null',
      'price.sku: text',
      'rows: list of object',
      'rows[].sku: text',
    ]);
  });

  it('says what is optional, personal, and ruled by code', () => {
    const schema = z.object({
      name: pii(z.string()).nullable().describe('As shown'),
      nick: z
        .string()
        .refine(() => true, 'must rhyme')
        .optional(),
    });
    expect(listFields(toJsonSchema(schema)).map(({ meaning }) => meaning)).toEqual(['**Personal data.** As shown', 'Optional. must rhyme']);
  });
});
