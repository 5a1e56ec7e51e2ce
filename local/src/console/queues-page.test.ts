import { describe, expect, it } from '@jest/globals';
import { shortNames } from './queues-page.ts';

describe('the short name of a queue', () => {
  it('leaves out what CloudFormation and CDK add', () => {
    const names = ['torii-dev-messaging-jobseventsQueue23CB0114-0a1b2c3d', 'torii-dev-messaging-catalogeventsQueue916DB000-4e5f6a7b'];
    expect(names.map(shortNames(names))).toEqual(['jobseventsQueue', 'catalogeventsQueue']);
  });
  it('is the name where nothing is shared', () => {
    expect(['orders', 'orders-dlq'].map(shortNames(['orders', 'orders-dlq']))).toEqual(['orders', 'orders-dlq']);
    expect(shortNames(['orders'])('orders')).toBe('orders');
  });
});
