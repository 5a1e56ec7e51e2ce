import { describe, expect, it } from '@jest/globals';
import { attributes, emailAddress, userId } from './values.ts';

describe('userId', () => {
  it('takes what Cognito gives out, whose variant is not that of RFC 9562', () => {
    expect(userId.safeParse('e4985428-2001-70ae-d9be-1b4d8f0ab0d1').success).toBe(true);
    expect(userId.safeParse('e4985428-2001-70ae-d9be').success).toBe(false);
  });
});

describe('emailAddress', () => {
  it.each(['ann@example.org', 'o!k@example.com', "a'b/c&d@example.com", 'ü@例え.jp'])('takes %s', (address) => {
    expect(emailAddress.safeParse(address).success).toBe(true);
  });

  it.each(['', 'ann', 'ann@', '@example.org', 'ann@ex ample.org', 'a@b@c'])('refuses %j', (address) => {
    expect(emailAddress.safeParse(address).success).toBe(false);
  });
});

describe('attributes', () => {
  it('take JSON of any kind, nested as people nest', () => {
    const value = { a: 1, b: [true, null, { c: ['x'] }], d: { e: { f: 'g' } } };
    expect(attributes.parse(value)).toEqual(value);
  });
});
