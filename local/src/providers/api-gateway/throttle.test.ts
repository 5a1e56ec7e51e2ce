import { describe, expect, it } from '@jest/globals';
import { createThrottle } from './throttle.ts';
import { createTokenBucket } from './token-bucket.ts';

describe('token bucket', () => {
  it('lets a burst through, then the rate', () => {
    const bucket = createTokenBucket(2, 3);
    expect([0, 0, 0, 0].map((now) => bucket.take(now))).toEqual([true, true, true, false]);
    expect([499, 500, 501, 1000].map((now) => bucket.take(now))).toEqual([false, true, false, true]);
  });

  it('never holds more than the burst, and survives a clock that goes back', () => {
    const bucket = createTokenBucket(10, 1);
    expect([0, 60_000, 60_000, 1000].map((now) => bucket.take(now))).toEqual([true, true, false, false]);
  });
});

describe('stage throttling', () => {
  const throttle = createThrottle({
    MethodSettings: [
      { HttpMethod: '*', ResourcePath: '/*', ThrottlingRateLimit: 1, ThrottlingBurstLimit: 1 },
      { HttpMethod: 'POST', ResourcePath: '/~1jobs~1{proxy+}', ThrottlingRateLimit: 1, ThrottlingBurstLimit: 2 },
    ],
  });

  it('counts each method on its own', () => {
    expect([throttle('GET', '/catalog', 0), throttle('GET', '/catalog', 0), throttle('GET', '/jobs', 0)]).toEqual([true, false, true]);
  });

  it('prefers the setting of a method', () => {
    expect([1, 2, 3].map(() => throttle('POST', '/jobs/{proxy+}', 0))).toEqual([true, true, false]);
  });
});
