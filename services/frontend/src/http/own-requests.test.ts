import type { IncomingMessage, ServerResponse } from 'node:http';
import { describe, expect, it } from '@jest/globals';
import { assertOwnRequest } from './own-requests.ts';

interface Sent {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

const check = ({ method = 'POST', headers = {} }: Sent): void => assertOwnRequest(parseRequest({ method, headers }), parseResponse({}));

const parseRequest = (value: object) => value as IncomingMessage;
const parseResponse = (value: object) => value as ServerResponse;
const ours = { 'x-torii-request': '1', host: 'torii.example' };

describe('assertOwnRequest', () => {
  it.each<Sent>([
    { headers: { ...ours, 'sec-fetch-site': 'same-origin', origin: 'https://torii.example' } },
    { headers: { ...ours, origin: 'https://torii.example' } },
    { headers: ours },
    { method: 'GET', headers: { 'sec-fetch-site': 'cross-site' } },
  ])('lets %j pass', (sent) => {
    expect(() => check(sent)).not.toThrow();
  });

  it.each<Sent>([
    { headers: { host: 'torii.example', 'sec-fetch-site': 'same-origin' } },
    { headers: { ...ours, 'sec-fetch-site': 'cross-site' } },
    { headers: { ...ours, 'sec-fetch-site': 'same-site' } },
    { headers: { ...ours, origin: 'https://evil.example' } },
    { headers: { ...ours, origin: 'null' } },
    { method: 'DELETE', headers: {} },
  ])('refuses %j', (sent) => {
    expect(() => check(sent)).toThrow(expect.objectContaining({ code: 'CROSS_SITE_REQUEST', kind: 'forbidden' }));
  });
});
