import { describe, expect, it } from '@jest/globals';
import { findAmountMinor, formatAmount, formatPrice } from './money.ts';

describe('findAmountMinor', () => {
  it.each([
    ['12.34', 'EUR', 1234],
    ['12,3', 'EUR', 1230],
    ['0.29', 'USD', 29],
    ['500', 'JPY', 500],
    [' 7 ', 'EUR', 700],
  ])('reads %s %s as %d', (text, currency, minor) => {
    expect(findAmountMinor(text, currency)).toBe(minor);
  });

  it.each([
    ['12.345', 'EUR'],
    ['1.5', 'JPY'],
    ['-1', 'EUR'],
    ['a', 'EUR'],
    ['', 'EUR'],
    ['99999999999999999', 'EUR'],
  ])('refuses %s %s', (text, currency) => {
    expect(findAmountMinor(text, currency)).toBeUndefined();
  });
});

describe('formatPrice', () => {
  it('writes minor units in the currency of the price', () => {
    expect(formatPrice({ amountMinor: 1250, currency: 'EUR' }, 'en')).toBe('€12.50');
    expect(formatPrice({ amountMinor: 1250, currency: 'JPY' }, 'en')).toBe('¥1,250');
  });
});

describe('formatAmount', () => {
  it('gives back what findAmountMinor reads', () => {
    expect(findAmountMinor(formatAmount({ amountMinor: 1999, currency: 'EUR' }), 'EUR')).toBe(1999);
  });
});
