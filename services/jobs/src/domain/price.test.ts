import { describe, expect, it } from '@jest/globals';
import { currencyOfColumn, formatPriceAmount, parsePriceAmount, parsePriceMinor } from './price.ts';

describe('parsePriceAmount', () => {
  it.each([
    ['12.50', 'EUR', 1250],
    ['12,5', 'EUR', 1250],
    ['1,234.50', 'USD', 123_450],
    ['1.234,50', 'EUR', 123_450],
    ['1.234.567', 'EUR', 123_456_700],
    ["1'234.50", 'CHF', 123_450],
    ['1 234,50', 'EUR', 123_450],
    ['1200', 'JPY', 1200],
    ['1,200', 'JPY', 1200],
    ['12.500', 'KWD', 12_500],
    ['12.5000', 'EUR', 1250],
    ['0', 'EUR', 0],
    ['90071992547409.91', 'EUR', 9_007_199_254_740_991],
  ])('reads %s in %s', (text, currency, amountMinor) => {
    expect(parsePriceAmount(text, currency)).toEqual({ amountMinor, currency });
  });

  it.each([
    ['€ 12.50', 1250, 'EUR'],
    ['$1,234', 123_400, 'USD'],
    ['12.50 eur', 1250, 'EUR'],
    ['USD 5', 500, 'USD'],
    ['￥１，２００', 1200, 'JPY'],
    ['1200円', 1200, 'JPY'],
  ])('finds the currency in %s', (text, amountMinor, currency) => {
    expect(parsePriceAmount(text, undefined)).toEqual({ amountMinor, currency });
  });

  it.each([
    ['12.345', 'EUR'],
    ['1.234', 'EUR'],
    ['12.5', 'JPY'],
    ['-1', 'EUR'],
    ['1e3', 'EUR'],
    ['free', 'EUR'],
    ['1,23,4', 'EUR'],
    ['99999999999999999', 'EUR'],
  ])('refuses %s in %s rather than guess', (text, currency) => {
    expect(parsePriceAmount(text, currency)).toMatchObject({ code: 'PRICE_INVALID' });
  });

  it('asks for a currency when there is none', () => {
    expect(parsePriceAmount('12.50', undefined)).toMatchObject({ code: 'CURRENCY_MISSING' });
  });

  it('refuses a currency that does not exist', () => {
    expect(parsePriceAmount('12.50', 'EURO')).toMatchObject({ code: 'CURRENCY_UNKNOWN' });
  });

  it('takes the currency of the row before the one of the cell, and that before the one of the column', () => {
    expect(parsePriceAmount('12 EUR', 'usd', 'JPY')).toMatchObject({ currency: 'USD' });
    expect(parsePriceAmount('12 EUR', undefined, 'JPY')).toMatchObject({ currency: 'EUR' });
    expect(parsePriceAmount('12', undefined, 'JPY')).toEqual({ amountMinor: 12, currency: 'JPY' });
  });
});

describe('parsePriceMinor', () => {
  it('takes whole numbers only', () => {
    expect(parsePriceMinor('1250', 'eur')).toEqual({ amountMinor: 1250, currency: 'EUR' });
    expect(parsePriceMinor('12.50', 'EUR')).toMatchObject({ code: 'PRICE_INVALID' });
  });
});

describe('currencyOfColumn', () => {
  it.each([
    ['Price (USD)', 'USD'],
    ['price_eur', 'EUR'],
    ['価格', 'JPY'],
    ['price', undefined],
    ['unit price', undefined],
    ['list-old', undefined],
  ])('reads %s', (column, currency) => {
    expect(currencyOfColumn(column)).toBe(currency);
  });
});

describe('formatPriceAmount', () => {
  it.each([
    [5, 'EUR', '0.05'],
    [1250, 'EUR', '12.50'],
    [0, 'EUR', '0.00'],
    [1200, 'JPY', '1200'],
    [1_234_005, 'BHD', '1234.005'],
    [Number.MAX_SAFE_INTEGER, 'USD', '90071992547409.91'],
  ])('writes %d of %s as %s, and it is read back', (amountMinor, currency, text) => {
    expect(formatPriceAmount({ amountMinor, currency })).toBe(text);
    expect(parsePriceAmount(text, currency)).toEqual({ amountMinor, currency });
  });
});
