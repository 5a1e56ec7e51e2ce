import { describe, expect, it } from '@jest/globals';
import { z } from 'zod';
import { encodeCursor, parseCursor } from './cursor.ts';

const position = z.tuple([z.iso.datetime(), z.string()]);

describe('a cursor', () => {
  it('comes back as the place it stood for, and needs no escaping in a URL', () => {
    const cursor = encodeCursor(['2026-01-01T00:00:00Z', '東京?']);
    expect(cursor).toMatch(/^[\w-]+$/);
    expect(parseCursor(position, cursor)).toEqual(['2026-01-01T00:00:00Z', '東京?']);
  });

  it.each([['text'], [''], [encodeCursor({ a: 1 })], [encodeCursor(['x'.repeat(5_000), 'y'])], ['%%%']])(
    'is refused when no list gave it out (%#)',
    (cursor) => {
      expect(() => parseCursor(position, cursor)).toThrow(expect.objectContaining({ code: 'CURSOR_INVALID' }));
    },
  );
});
