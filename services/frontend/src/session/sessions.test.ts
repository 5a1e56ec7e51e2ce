import type { IncomingMessage } from 'node:http';
import { describe, expect, it } from '@jest/globals';
import { isSecure } from './sessions.ts';

const parseRequest = (headers: Readonly<Record<string, string>>) => ({ headers }) as unknown as IncomingMessage;

describe('isSecure', () => {
  it.each([
    ['https', 'torii.example', true],
    ['http', 'torii.example', false],
    ['https', 'localhost:8000', false],
    ['https', 'localhost.evil.example', true],
  ])('%s to %s: %s', (protocol, host, secure) => {
    expect(isSecure(parseRequest({ 'x-forwarded-proto': protocol, host }))).toBe(secure);
  });

  it('takes nothing for https that does not say so', () => {
    expect(isSecure(parseRequest({ host: 'torii.example' }))).toBe(false);
  });
});
