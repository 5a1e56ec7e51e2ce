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

  it('finds them in every form of a union, in records, tuples, intersections, and behind pipes and read-only', () => {
    const person = z.object({ name: pii(z.string()) });
    const schema = z.object({
      contact: z.union([z.object({ email: pii(z.email()) }), z.object({ phone: pii(z.string()) }), z.string()]),
      event: z.discriminatedUnion('kind', [
        z.object({ kind: z.literal('said'), text: pii(z.string()) }),
        z.object({ kind: z.literal('heard'), text: pii(z.string()), by: person.readonly() }),
      ]),
      notes: z.record(z.string(), pii(z.string())),
      friends: z.record(z.string(), person).optional(),
      pair: z.tuple([person, z.number()]),
      both: z.intersection(person, z.object({ city: pii(z.string()) })),
      piped: z.string().pipe(pii(z.string())),
    });
    expect(findPiiPaths(schema).join(' ')).toBe(
      'contact.email contact.phone event.text event.by.name notes.* friends.*.name pair.*.name both.name both.city piped',
    );
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
