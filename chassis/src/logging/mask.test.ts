import { describe, expect, it } from '@jest/globals';
import { fieldNames, maskFields, maskPatterns } from './mask.ts';

describe('maskPatterns', () => {
  it.each([
    ['an e-mail address', 'mail to ada.lovelace+x@mail.example.co.jp now', 'mail to [masked e-mail] now'],
    ['an e-mail address in JSON', '{"to":"ada@example.com"}', '{"to":"[masked e-mail]"}'],
    ['a bearer token', 'authorization: Bearer abc.def-123~x/y+z==', 'authorization: Bearer [masked token]'],
    ['basic credentials', 'Basic dXNlcjpwYXNzd29yZA==', 'Basic [masked token]'],
    ['a JSON web token', 'token eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJhIn0.c2lnbmF0dXJl!', 'token [masked token]!'],
    ['an international phone number', 'call +49 (0)30 901820-0 today', 'call [masked phone] today'],
    ['a compact phone number', '+819012345678', '[masked phone]'],
    ['a Japanese phone number', 'tel 090-1234-5678.', 'tel [masked phone].'],
    ['a card number', 'paid with 4111 1111 1111 1111', 'paid with [masked card]'],
    ['a card number with hyphens', '5500-0000-0000-0004', '[masked card]'],
  ])('masks %s', (_what, text, masked) => {
    expect(maskPatterns(text)).toBe(masked);
  });

  it.each([
    ['a UUID', '0190a1b2-1234-7000-8000-123456789012'],
    ['a trace id', '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01'],
    ['a time', '2026-11-22T14:05:06.789Z'],
    ['an ARN', 'arn:aws:sns:eu-west-1:222222222222:torii-catalog-events'],
    ['an ISBN', '9780439023480'],
    ['a price', '{"amountMinor":129900}'],
    ['a decorator', 'the @types/node package'],
  ])('leaves %s', (_what, text) => {
    expect(maskPatterns(text)).toBe(text);
  });

  it.each([
    ['a'.repeat(200_000)],
    ['a.'.repeat(100_000)],
    [`@${'a@'.repeat(100_000)}`],
    ['1 '.repeat(100_000)],
    ['+1 '.repeat(100_000)],
    ['eyJ'.repeat(60_000)],
    ['Bearer '.repeat(30_000)],
    [`${'eyJaaaaaaaa.'.repeat(20_000)}`],
    [`x@${'a.'.repeat(100_000)}`],
  ])('takes time in proportion to the text (%#)', (text) => {
    const startedAt = performance.now();
    maskPatterns(text);
    expect(performance.now() - startedAt).toBeLessThan(1_000);
  });
});

describe('fieldNames', () => {
  it('are the last of each path; what is a list or record of personal data is named itself', () => {
    expect([...fieldNames(['email', 'people.*.phone', 'notes.*', 'matrix.*.*', '*'])]).toEqual(['email', 'phone', 'notes', 'matrix']);
  });
});

describe('maskFields', () => {
  it('masks named fields at any depth, and nothing else', () => {
    const names = fieldNames(['email', 'people.*.displayName']);
    const value = { id: 1, email: 'a', people: [{ displayName: 'Ada', age: 36 }], nested: { email: null, at: new Date(0) } };
    expect(maskFields(value, names)).toEqual({
      id: 1,
      email: '[masked]',
      people: [{ displayName: '[masked]', age: 36 }],
      nested: { email: null, at: new Date(0) },
    });
  });
});
