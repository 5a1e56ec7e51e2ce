import { describe, expect, it } from '@jest/globals';
import { validate, version } from 'uuid';
import { createUuid } from './ids.ts';

describe('createUuid', () => {
  const ids = Array.from({ length: 5_000 }, createUuid);

  it('makes UUIDs of version 7, of now', () => {
    for (const id of ids) expect([validate(id), version(id)]).toEqual([true, 7]);
    const made = Number.parseInt(createUuid().replaceAll('-', '').slice(0, 12), 16);
    expect(Math.abs(Date.now() - made)).toBeLessThan(1_000);
  });

  it('makes each once, in order', () => {
    expect(new Set(ids).size).toBe(ids.length);
    expect(ids.toSorted()).toEqual(ids);
  });

  it('does not repeat random bytes', () => {
    expect(new Set(ids.map((id) => id.slice(-10))).size).toBe(ids.length);
  });
});
