import { describe, expect, it } from '@jest/globals';
import type { Request, Response } from 'express';
import { assertOwnRequest } from './own-requests.ts';

interface Sent {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** What the guard passes to the next handler. */
function outcomeOf({ method = 'POST', headers = {} }: Sent): unknown {
  const request = { method, get: (name: string) => headers[name] };
  let outcome: unknown = 'not called';
  assertOwnRequest(parseRequest(request), parseResponse({}), (error) => {
    outcome = error;
  });
  return outcome;
}

const parseRequest = (value: object) => value as Request;
const parseResponse = (value: object) => value as Response;
const ours = { 'x-torii-request': '1', host: 'torii.example' };

describe('assertOwnRequest', () => {
  it.each<Sent>([
    { headers: { ...ours, 'sec-fetch-site': 'same-origin', origin: 'https://torii.example' } },
    { headers: { ...ours, origin: 'https://torii.example' } },
    { headers: ours },
    { method: 'GET', headers: { 'sec-fetch-site': 'cross-site' } },
  ])('lets %j pass', (sent) => {
    expect(outcomeOf(sent)).toBeUndefined();
  });

  it.each<Sent>([
    { headers: { host: 'torii.example', 'sec-fetch-site': 'same-origin' } },
    { headers: { ...ours, 'sec-fetch-site': 'cross-site' } },
    { headers: { ...ours, 'sec-fetch-site': 'same-site' } },
    { headers: { ...ours, origin: 'https://evil.example' } },
    { headers: { ...ours, origin: 'null' } },
    { method: 'DELETE', headers: {} },
  ])('refuses %j', (sent) => {
    expect(outcomeOf(sent)).toMatchObject({ code: 'CROSS_SITE_REQUEST', kind: 'forbidden' });
  });
});
