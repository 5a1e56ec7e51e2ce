import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { PASSWORD, startTestFrontend, type TestFrontend } from './start-test-frontend.ts';

const MINUTE_MS = 60_000;
let frontend: TestFrontend;

beforeAll(async () => {
  frontend = await startTestFrontend();
});
afterAll(() => frontend.stop());

describe('POST /bff/sign-up', () => {
  it('leads by the code in the message to a session', async () => {
    const browser = frontend.browser();
    const email = 'ada@example.com';
    expect(
      await browser.post('/bff/sign-up', { email: ' Ada@Example.com ', password: PASSWORD, displayName: 'Ada', locale: 'en' }),
    ).toMatchObject({ status: 201 });
    expect((await browser.post('/bff/session', { email, password: PASSWORD })).problem).toMatchObject({
      status: 403,
      code: 'NOT_CONFIRMED',
    });
    expect((await browser.post('/bff/sign-up/confirm', { email, code: '000000' })).problem).toMatchObject({
      status: 400,
      code: 'CODE_MISMATCH',
    });
    expect(await browser.post('/bff/sign-up/confirm', { email, code: frontend.codeFor(email) })).toMatchObject({ status: 204 });
    expect(await browser.post('/bff/session', { email, password: PASSWORD })).toMatchObject({ status: 201, body: { user: { email } } });
    expect((await browser.get('/bff/session')).body).toEqual({ user: { id: expect.stringMatching(/^[0-9a-f-]{36}$/), email } });
  });

  it('refuses an address that has an account', async () => {
    const { email } = await frontend.loggedIn();
    const { problem } = await frontend.browser().post('/bff/sign-up', { email, password: PASSWORD, locale: 'en' });
    expect(problem).toMatchObject({ status: 409, code: 'USER_EXISTS', correlationId: expect.any(String) });
  });

  it('says what a weak password lacks', async () => {
    const { problem } = await frontend.browser().post('/bff/sign-up', { email: 'weak@example.com', password: 'short', locale: 'en' });
    expect(problem).toMatchObject({ status: 400, code: 'PASSWORD_TOO_WEAK', errors: [{ path: 'password', message: expect.any(String) }] });
  });

  it('names every field that is wrong', async () => {
    const { problem } = await frontend.browser().post('/bff/sign-up', { email: 'nobody', password: '', locale: '!' });
    expect(problem.code).toBe('REQUEST_INVALID');
    expect(problem.errors?.map(({ path }) => path).toSorted()).toEqual(['email', 'locale', 'password']);
  });
});

describe('POST /bff/sign-up/resend', () => {
  it('sends another code', async () => {
    const browser = frontend.browser();
    const email = 'resend@example.com';
    await browser.post('/bff/sign-up', { email, password: PASSWORD, locale: 'ja' });
    expect(await browser.post('/bff/sign-up/resend', { email })).toMatchObject({ status: 202 });
    expect(await browser.post('/bff/sign-up/confirm', { email, code: frontend.codeFor(email) })).toMatchObject({ status: 204 });
    expect((await browser.post('/bff/sign-up/resend', { email })).problem).toMatchObject({ status: 409, code: 'ALREADY_CONFIRMED' });
  });
});

describe('POST /bff/password/reset', () => {
  it('lets in with the new password only', async () => {
    const { email } = await frontend.loggedIn();
    const browser = frontend.browser();
    expect(await browser.post('/bff/password/forgot', { email })).toMatchObject({ status: 202 });
    const reset = { email, code: frontend.codeFor(email), password: 'Another-horse-9' };
    expect(await browser.post('/bff/password/reset', reset)).toMatchObject({ status: 204 });
    expect((await browser.post('/bff/session', { email, password: PASSWORD })).problem.code).toBe('BAD_CREDENTIALS');
    expect(await browser.post('/bff/session', { email, password: 'Another-horse-9' })).toMatchObject({ status: 201 });
  });

  it('does not tell whether an address has an account', async () => {
    expect(await frontend.browser().post('/bff/password/forgot', { email: 'stranger@example.com' })).toMatchObject({ status: 202 });
  });
});

describe('POST /bff/session', () => {
  it('answers alike for a wrong password and for nobody', async () => {
    const { email } = await frontend.loggedIn();
    const [wrong, nobody] = [
      await frontend.browser().post('/bff/session', { email, password: 'Wrong-horse-99' }),
      await frontend.browser().post('/bff/session', { email: 'nobody@example.com', password: PASSWORD }),
    ];
    expect([wrong.problem.code, nobody.problem.code]).toEqual(['BAD_CREDENTIALS', 'BAD_CREDENTIALS']);
    expect(wrong.problem.detail).toBe(nobody.problem.detail);
  });

  it('shows the browser no token', async () => {
    const { cookies } = await frontend.loggedIn();
    const kept = [...cookies.values()].join('');
    expect(kept).not.toMatch(/eyJhbGciOiJSUzI1NiI/);
    // A protected header that says how it is encrypted, and nothing of what is in it.
    expect(JSON.parse(Buffer.from(kept.split('.')[1] ?? '', 'base64url').toString())).toEqual({ alg: 'dir', enc: 'A256GCM' });
  });
});

describe('DELETE /bff/session', () => {
  it('revokes the refresh token, so that a copied cookie cannot go on', async () => {
    const browser = await frontend.loggedIn();
    const thief = frontend.browser();
    for (const [name, value] of browser.cookies) thief.cookies.set(name, value);
    expect(await browser.send('DELETE', '/bff/session')).toMatchObject({ status: 204 });
    expect(browser.cookies.size).toBe(0);
    expect((await browser.get('/bff/session')).body).toEqual({ user: null });
    frontend.advance(31 * MINUTE_MS);
    expect((await thief.get('/bff/api/jobs')).problem).toMatchObject({ status: 401, code: 'SESSION_EXPIRED' });
    expect(thief.cookies.size).toBe(0);
  });
});

describe('requests of other sites', () => {
  it.each(['/bff/session', '/BFF/Session'])('refuses a log-in at %s without our header', async (path) => {
    const { problem } = await frontend.browser().send('POST', path, { 'sec-fetch-site': 'same-origin' });
    expect(problem).toMatchObject({ status: 403, code: 'CROSS_SITE_REQUEST' });
  });

  it('refuses a change that another site started', async () => {
    const browser = await frontend.loggedIn();
    const { problem } = await browser.send('DELETE', '/bff/api/identity/me', { 'x-torii-request': '1', 'sec-fetch-site': 'cross-site' });
    expect(problem).toMatchObject({ status: 403, code: 'CROSS_SITE_REQUEST' });
    expect(frontend.api.received.filter(({ method }) => method === 'DELETE')).toEqual([]);
  });
});
