import { describe, expect, it } from '@jest/globals';
import { parsePrices, readPrices } from './prices.ts';
import { getUsage } from './usage.ts';

const price = { usd: 1, per: 'hour', basis: 'bill', asOf: '2026-11', source: 'https://example.com' };

describe('readPrices', () => {
  it.each(['eu-west-1', 'us-east-1'])('reads the table of %s, each price with a source and a date', (region) => {
    expect(readPrices(region).prices.size).toBeGreaterThan(3);
  });

  it('refuses a region that nobody has looked up, by its name', () => {
    expect(() => readPrices('mars-north-1')).toThrow("Prices of 'mars-north-1' cannot be read: infra/prices/ has eu-west-1, us-east-1.");
  });
});

describe('parsePrices', () => {
  it.each([
    ['no amount', { usd: '1' }, 'usd'],
    ['nothing', { usd: 0 }, 'usd'],
    ['no unit', { per: '' }, 'per'],
    ['a source nobody can look up', { source: 'hearsay' }, 'source'],
    ['a basis that is none', { basis: 'hearsay' }, 'basis'],
    ['no date', { asOf: 'yesterday' }, 'asOf'],
  ])('refuses a price with %s, by its name', (_, change, fault) => {
    const json = JSON.stringify({ prices: { 'cage.small': { ...price, ...change } } });
    expect(() => parsePrices(json, 'eu-west-1')).toThrow(`Price 'cage.small' of eu-west-1 cannot be used: ${fault}`);
  });
});

describe('getUsage', () => {
  it('refuses an environment that it assumes nothing about, by its name', () => {
    expect(() => getUsage('qa')).toThrow("The cost of 'qa' cannot be estimated");
  });
});
