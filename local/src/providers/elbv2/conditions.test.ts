import { describe, expect, it } from '@jest/globals';
import type { EdgeRequest } from '../../edge/exchange.ts';
import { parseConditions } from './conditions.ts';

const request: EdgeRequest = {
  method: 'GET',
  path: '/jobs/1?view=Full',
  headers: { host: 'Shop.example.com:8000', 'x-channel': 'Mobile-App' },
  body: undefined,
  clientAddress: '127.0.0.1',
  signal: new AbortController().signal,
};

describe('listener rule conditions', () => {
  it.each([
    [{ Field: 'path-pattern', PathPatternConfig: { Values: ['/jobs', '/jobs/*'] } }, true],
    [{ Field: 'path-pattern', Values: ['/catalog/*'] }, false],
    [{ Field: 'host-header', HostHeaderConfig: { Values: ['shop.*.com'] } }, true],
    [{ Field: 'host-header', HostHeaderConfig: { Values: ['example.com'] } }, false],
    [{ Field: 'http-header', HttpHeaderConfig: { HttpHeaderName: 'X-Channel', Values: ['mobile-*'] } }, true],
    [{ Field: 'http-header', HttpHeaderConfig: { HttpHeaderName: 'X-Other', Values: ['*'] } }, false],
    [{ Field: 'http-request-method', HttpRequestMethodConfig: { Values: ['POST'] } }, false],
    [{ Field: 'query-string', QueryStringConfig: { Values: [{ Key: 'view', Value: 'full' }] } }, true],
    [{ Field: 'query-string', QueryStringConfig: { Values: [{ Value: 'empty' }] } }, false],
  ])('%j is %s', (condition, expected) => {
    expect(parseConditions([condition])(request)).toBe(expected);
  });

  it('must all hold', () => {
    const conditions = [
      { Field: 'path-pattern', PathPatternConfig: { Values: ['/jobs/*'] } },
      { Field: 'http-request-method', HttpRequestMethodConfig: { Values: ['POST'] } },
    ];
    expect(parseConditions(conditions)(request)).toBe(false);
  });

  it('refuses a field it does not know', () => {
    expect(() => parseConditions([{ Field: 'source-ip' }])).toThrow('source-ip');
  });
});
