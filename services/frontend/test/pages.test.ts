import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startTestFrontend, type TestFrontend } from './start-test-frontend.ts';

let frontend: TestFrontend;
beforeAll(async () => {
  frontend = await startTestFrontend();
});
afterAll(() => frontend.stop());

const PAGE = { accept: 'text/html,application/xhtml+xml,*/*;q=0.8' };

describe('GET of a page', () => {
  it.each(['/', '/items/7/edit', '/index.html'])('answers %s with the app, asked for again each time', async (path) => {
    const { status, headers, text } = await frontend.browser().get(path, PAGE);
    expect(status).toBe(200);
    expect(text).toContain('<title>Torii</title>');
    expect(text).not.toContain('__CSP_NONCE__');
    expect(headers.get('content-security-policy')).toContain("default-src 'none'");
    expect(headers.get('cache-control')).toBe('no-cache');
  });

  it('allows styles by a nonce that no two answers share, and no inline scripts', async () => {
    const replies = [await frontend.browser().get('/', PAGE), await frontend.browser().get('/', PAGE)];
    const nonces = replies.map(({ text }) => /content="([^"]+)"/.exec(text)?.[1]);
    expect(new Set(nonces).size).toBe(2);
    const policy = replies[0]?.headers.get('content-security-policy');
    expect(policy).toContain(`style-src 'self' 'nonce-${nonces[0]}'`);
    expect(policy).toContain("script-src 'self';");
    expect(policy).toContain("connect-src 'self' http://127.0.0.1:1;");
  });

  it('does not answer scripts that ask for data, nor missing assets, with a page', async () => {
    expect((await frontend.browser().get('/items', { accept: 'application/json' })).problem.code).toBe('ROUTE_NOT_FOUND');
    expect((await frontend.browser().get('/assets/gone.js', PAGE)).problem.code).toBe('ROUTE_NOT_FOUND');
  });

  it('sends security headers with everything', async () => {
    for (const path of ['/', '/bff/session', '/assets/app-1a2b.js', '/healthz'])
      expect(Object.fromEntries((await frontend.browser().get(path, PAGE)).headers)).toMatchObject({
        'x-content-type-options': 'nosniff',
        'x-frame-options': 'DENY',
        'referrer-policy': 'same-origin',
      });
  });
});

describe('GET /assets/*', () => {
  it('lets browsers keep what carries its hash in its name', async () => {
    const { status, headers } = await frontend.browser().get('/assets/app-1a2b.js');
    expect(status).toBe(200);
    expect(headers.get('cache-control')).toBe('public, max-age=31536000, immutable');
  });
});

describe('GET /readyz', () => {
  it('is ready when there are pages to serve', async () => {
    expect((await frontend.browser().get('/readyz')).body).toEqual({ status: 'ready', checks: { web: 'ok' } });
  });
});
