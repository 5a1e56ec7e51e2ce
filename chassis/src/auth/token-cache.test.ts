import { describe, expect, it } from '@jest/globals';
import { createTokenCache } from './token-cache.ts';

let nowMs = 1_000_000;
const clock = { now: () => new Date(nowMs) };
const create = (capacity = 3) => createTokenCache<string>({ capacity, ttlMs: 60_000, clock });
const inAnHour = () => nowMs / 1000 + 3_600;

describe('a token cache', () => {
  it('keeps an answer for its time, and not longer', () => {
    const cache = create();
    cache.set('t', 'claims', inAnHour());
    nowMs += 59_999;
    expect(cache.get('t')).toBe('claims');
    nowMs += 1;
    expect(cache.get('t')).toBeUndefined();
  });

  it('never keeps it past the expiry of the token', () => {
    const cache = create();
    cache.set('t', 'claims', nowMs / 1000 + 5);
    nowMs += 5_000;
    expect(cache.get('t')).toBeUndefined();
    expect(cache.size).toBe(0);
  });

  it('drops what was used least recently when it is full', () => {
    const cache = create();
    for (const token of ['a', 'b', 'c']) cache.set(token, token, inAnHour());
    cache.get('a');
    cache.set('d', 'd', inAnHour());
    expect(['a', 'b', 'c', 'd'].filter((token) => cache.get(token) !== undefined)).toEqual(['a', 'c', 'd']);
  });
});
