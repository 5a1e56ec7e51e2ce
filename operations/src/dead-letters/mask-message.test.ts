import { describe, expect, it } from '@jest/globals';
import { maskData, maskText } from './mask-message.ts';

describe('maskData', () => {
  it("masks the fields that the type's own contract marks", () => {
    expect(maskData('identity.user.registered.v1', { email: 'x', displayName: null, locale: 'en' })).toEqual({
      email: '[masked]',
      displayName: null,
      locale: 'en',
    });
  });

  it('masks what any contract marks in a message of unknown type', () => {
    expect(maskData('identity.user.sung.v9', { people: [{ email: 'x' }] })).toEqual({ people: [{ email: '[masked]' }] });
  });

  it('masks what looks personal, as text or as number', () => {
    expect(maskData('catalog.item.deleted.v1', { note: 'ada@example.com', card: 4111111111111111, price: 1200 })).toEqual({
      note: '[masked e-mail]',
      card: '[masked card]',
      price: 1200,
    });
  });
});

describe('maskText', () => {
  it('shows characters that a terminal obeys instead of sending them', () => {
    expect(maskText('a\u001b[31m\u009b2J\nb')).toBe('a\\u001b[31m\\u009b2J\nb');
  });
});
