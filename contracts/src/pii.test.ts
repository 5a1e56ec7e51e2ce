import { describe, expect, it } from '@jest/globals';
import { z } from 'zod';
import { findPiiPaths, pii } from './pii.ts';
import { commands, events } from './topology.ts';

describe('findPiiPaths', () => {
  it('finds marked fields in objects, lists and behind optional, nullable and default', () => {
    const schema = z.object({
      plain: z.string(),
      email: pii(z.email()),
      people: z.array(z.object({ name: pii(z.string()).nullable(), phone: pii(z.string()).optional() })),
      note: pii(z.string()).default(''),
    });
    expect(findPiiPaths(schema)).toEqual(['email', 'people.*.name', 'people.*.phone', 'note']);
  });

  it('keeps what else the schema says of the field', () => {
    expect(pii(z.string().meta({ title: 'Name' })).meta()).toEqual({ title: 'Name', pii: true });
  });

  it('finds every e-mail address and display name of the contracts', () => {
    const named = Object.entries({ ...events, ...commands }).flatMap(([type, { schema }]) => {
      const fields = Object.keys(schema.shape).filter((field) => ['email', 'displayName'].includes(field));
      return fields.map((field) => ({ type, field, marked: findPiiPaths(schema).includes(field) }));
    });
    expect(named.length).toBeGreaterThan(3);
    expect(named.filter(({ marked }) => !marked)).toEqual([]);
  });
});
