import { describe, expect, it } from '@jest/globals';
import { decideLifetimeSeconds } from './cache-lifetime.ts';
import { chooseEncoding } from './compression.ts';
import { findCachePolicy } from './managed-policies.ts';

const optimized = findCachePolicy('658327ea-f89d-4fab-a63d-7e88639e58f6');
const disabled = findCachePolicy('4135ea2d-6df8-44a3-9df3-4b5a84be39ad');

describe('lifetime in the cache', () => {
  it.each([
    [{ 'cache-control': 'public, max-age=60' }, 60],
    [{ 'cache-control': 'max-age=60, s-maxage=10' }, 10],
    [{ 'cache-control': 'max-age=99999999, immutable' }, 31_536_000],
    [{ 'cache-control': 'max-age=0' }, 1],
    [{}, 86_400],
    [{ 'cache-control': 'no-store' }, 0],
    [{ 'cache-control': 'private, max-age=60' }, 0],
    [{ 'set-cookie': ['a=b'] }, 0],
    [{ vary: 'Accept-Encoding' }, 86_400],
    [{ vary: 'Accept-Encoding, Cookie' }, 0],
  ])('of %j is %s s', (headers, expected) => {
    expect(decideLifetimeSeconds(optimized, 200, headers)).toBe(expected);
  });

  it('is none for errors and where caching is disabled', () => {
    expect(decideLifetimeSeconds(optimized, 404, {})).toBe(0);
    expect(decideLifetimeSeconds(disabled, 200, { 'cache-control': 'max-age=60' })).toBe(0);
  });
});

describe('encoding', () => {
  it.each([
    ['gzip, deflate, br, zstd', 'br'],
    ['gzip', 'gzip'],
    ['br;q=0, gzip;q=0.5', 'gzip'],
    ['identity', undefined],
    [undefined, undefined],
  ])('for %s is %s', (header, expected) => {
    expect(chooseEncoding(header, optimized.encodings)).toBe(expected);
  });
});
