import { describe, expect, it } from '@jest/globals';
import { parseOptions } from './options.ts';

describe('parseOptions', () => {
  it.each([
    [['orders'], { name: 'orders', isDryRun: false }],
    [['order-history', '--dry-run'], { name: 'order-history', isDryRun: true }],
  ])('reads %j', (words, options) => {
    expect(parseOptions(words)).toEqual(options);
  });

  it.each([
    [[], 'it has no name'],
    [['orders', 'more'], "one name is enough, and 'more' is more"],
    [['Orders'], "'Orders' is not made of lower-case letters"],
    [['order_history'], "'order_history' is not made of lower-case letters"],
    [['orders-'], "'orders-' is not made of lower-case letters"],
    [['orders2'], "'orders2' is not made of lower-case letters"],
    [['a'.repeat(25)], 'longer than 24 characters'],
  ])('refuses %j and shows the usage', (words, reason) => {
    expect(() => parseOptions(words)).toThrow(reason);
    expect(() => parseOptions(words)).toThrow('Usage: npm run new:service -- <name> [--dry-run]');
  });
});
