import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { waitFor } from '@torii/testing';
import { randomUUID } from 'node:crypto';
import { handler } from '../src/lambda/post-confirmation.ts';
import { type IdentityEvent, startTestIdentity, type TestIdentity, type TestUser } from './start-test-identity.ts';

const ME = '/identity/me';
let identity: TestIdentity;

beforeAll(async () => {
  identity = await startTestIdentity();
});
afterAll(() => identity.stop());

/** What Cognito does when the person confirms their address. */
async function confirm(user: TestUser, attributes: object = {}): Promise<void> {
  const event = {
    triggerSource: 'PostConfirmation_ConfirmSignUp',
    userName: user.id,
    request: { userAttributes: { sub: user.id, email: user.email, email_verified: 'true', ...attributes } },
    response: {},
  };
  expect(await handler(event)).toBe(event);
}

/** Type and version of each, in the order of the alphabet: topics keep none. */
function describeEvents(events: readonly IdentityEvent[]): readonly string[] {
  return events.map(({ type, aggregateversion }) => `${type} ${aggregateversion}`).sort();
}

async function findRow(user: TestUser): Promise<Readonly<Record<string, unknown>> | undefined> {
  return (await identity.schema.query<Record<string, unknown>>('SELECT * FROM profiles WHERE id = ?', [user.id]))[0];
}

describe('GET /identity/me', () => {
  it('makes the profile at the first request, in the language of the request', async () => {
    const user = await identity.signUp({ name: 'Ann' });
    const { status, body } = await user.get(ME, { headers: { 'accept-language': 'ja,en;q=0.5' } });
    expect(status).toBe(200);
    expect(body).toEqual({ id: user.id, email: user.email, displayName: 'Ann', locale: 'ja', createdAt: expect.any(String) });
    expect((await user.get(ME)).body).toEqual(body);
    const [event] = await identity.takeEvents(1);
    expect(event).toMatchObject({ type: 'identity.user.registered.v1', subject: user.id, aggregateversion: 1 });
    expect(event?.data).toMatchObject({ userId: user.id, email: user.email, displayName: 'Ann', locale: 'ja' });
  });

  it('makes one profile and publishes once, whatever comes at the same moment', async () => {
    const user = await identity.signUp();
    const [first, ...others] = await Promise.all([user.get(ME), user.get(ME), confirm(user), user.get(ME), confirm(user)]);
    expect(first.status).toBe(200);
    for (const other of others) if (other !== undefined) expect(other.body).toEqual(first.body);
    await waitFor(() => identity.isQuiet());
    expect((await identity.takeEvents(1))[0]?.type).toBe('identity.user.registered.v1');
    const later = await identity.signUp();
    await later.get(ME);
    // The next event is another person's: there was no second one of the first.
    expect((await identity.takeEvents(1))[0]?.subject).toBe(later.id);
  });

  it('does not let a token in whose user is gone', async () => {
    const token = await identity.tokens.sign({ userId: randomUUID() });
    const response = await (await identity.signUp()).get(ME, { token });
    expect([response.status, response.problem.code]).toEqual([401, 'TOKEN_REVOKED']);
  });

  it.each([
    ['no token', async () => null, 'TOKEN_MISSING'],
    ['an expired token', () => identity.tokens.sign({ expiresInSeconds: -60 }), 'TOKEN_EXPIRED'],
    ['a tampered token', () => identity.tokens.signTampered(), 'TOKEN_INVALID'],
    ['a forged token', () => identity.tokens.signForged(), 'TOKEN_INVALID'],
    ['an id token', () => identity.tokens.sign({ tokenUse: 'id' }), 'TOKEN_INVALID'],
  ])('refuses %s', async (_what, sign, code) => {
    const user = await identity.signUp();
    for (const method of ['GET', 'DELETE'] as const) {
      const response = await user.request(method, ME, { token: await sign() });
      expect([response.status, response.problem.code]).toEqual([401, code]);
    }
  });
});

describe('identity.register-user.v1', () => {
  it('makes the profile from what Cognito confirmed, once', async () => {
    const user = await identity.signUp();
    await confirm(user, { name: 'Ben', locale: 'ja_JP' });
    await confirm(user, { name: 'Ben', locale: 'ja_JP' });
    await waitFor(async () => (await findRow(user)) !== undefined);
    expect((await user.get(ME)).body).toMatchObject({ displayName: 'Ben', locale: 'ja-JP', email: user.email });
    await waitFor(() => identity.isQuiet());
    expect((await identity.takeEvents(1))[0]?.subject).toBe(user.id);
  });

  it('is not sent for a password that was reset', async () => {
    const event = {
      triggerSource: 'PostConfirmation_ConfirmForgotPassword',
      request: { userAttributes: { sub: randomUUID(), email: 'a@example.org' } },
    };
    expect(await handler(event)).toBe(event);
    expect(identity.broker.depth(identity.broker.queueUrl('identity-commands'))).toBe(0);
  });
});

describe('PATCH /identity/me', () => {
  it('changes what it names and publishes the change', async () => {
    const user = await identity.signUp({ name: 'Ann' });
    const changed = await user.patch(ME, { displayName: ' Annabel ' });
    expect([changed.status, changed.body]).toEqual([200, expect.objectContaining({ displayName: 'Annabel', locale: 'en' })]);
    expect((await user.patch(ME, { displayName: null, locale: 'ja' })).body).toMatchObject({ displayName: null, locale: 'ja' });
    expect((await user.patch(ME, { locale: 'ja' })).status).toBe(200);
    const events = await identity.takeEvents(3);
    expect(describeEvents(events)).toEqual([
      'identity.user.profile-changed.v1 2',
      'identity.user.profile-changed.v1 3',
      'identity.user.registered.v1 1',
    ]);
    await waitFor(() => identity.isQuiet());
  });

  it.each([
    ['an empty change', {}],
    ['an e-mail address', { email: 'b@example.org' }],
    ['a blank name', { displayName: ' ' }],
    ['a long name', { displayName: 'x'.repeat(101) }],
    ['what is no language', { locale: 'English!' }],
  ])('refuses %s', async (_what, patch) => {
    const user = await identity.signUp();
    const { status, problem } = await user.patch(ME, patch);
    expect([status, problem.code]).toEqual([400, 'REQUEST_INVALID']);
  });

  it('refuses bad JSON and an oversized body', async () => {
    const user = await identity.signUp();
    expect((await user.patch(ME, '{"locale"')).status).toBe(400);
    expect((await user.patch(ME, { displayName: 'x'.repeat(10_000) })).status).toBe(413);
  });
});

describe('GET /identity/users/:id', () => {
  it('shows the public part', async () => {
    const [user, other] = [await identity.signUp({ name: 'Ann' }), await identity.signUp()];
    await user.get(ME);
    await identity.takeEvents(1);
    expect((await other.get(`/identity/users/${user.id}`)).body).toEqual({ id: user.id, displayName: 'Ann' });
  });

  it('does not find who is not there, and refuses what is no id', async () => {
    const user = await identity.signUp();
    expect((await user.get(`/identity/users/${randomUUID()}`)).problem.code).toBe('USER_NOT_FOUND');
    expect((await user.get('/identity/users/42')).status).toBe(400);
  });
});

describe('DELETE /identity/me', () => {
  it('leaves a tombstone, tells the others, and removes the account', async () => {
    const [user, other] = [await identity.signUp({ name: 'Ann' }), await identity.signUp()];
    await user.get(ME);
    expect((await user.delete(ME)).status).toBe(204);
    const events = await identity.takeEvents(2);
    expect(describeEvents(events)).toEqual(['identity.user.deleted.v1 2', 'identity.user.registered.v1 1']);
    await waitFor(() => identity.accounts.removed.includes(user.id));
    expect(await findRow(user)).toMatchObject({ email: null, display_name: null, locale: null, version: 2 });
    expect((await other.get(`/identity/users/${user.id}`)).status).toBe(404);
  });

  it('is revived by no late token, request or message', async () => {
    const user = await identity.signUp();
    await user.get(ME);
    await user.delete(ME);
    await identity.takeEvents(2);
    for (const response of [await user.get(ME), await user.patch(ME, { locale: 'ja' })])
      expect([response.status, response.problem.code]).toEqual([404, 'PROFILE_DELETED']);
    await confirm(user);
    await waitFor(() => identity.isQuiet());
    expect((await user.get(ME)).status).toBe(404);
    expect((await user.delete(ME)).status).toBe(204);
    expect(await findRow(user)).toMatchObject({ version: 2, email: null });
  });

  it('goes before the message that makes the profile, and that one finds a tombstone', async () => {
    const user = await identity.signUp();
    expect((await user.delete(ME)).status).toBe(204);
    await confirm(user);
    await waitFor(() => identity.isQuiet());
    expect((await user.get(ME)).problem.code).toBe('PROFILE_DELETED');
    expect((await identity.takeEvents(1)).map(({ type, subject }) => [type, subject])).toEqual([['identity.user.deleted.v1', user.id]]);
  });

  it('tells once, however often it is asked at the same moment', async () => {
    const user = await identity.signUp();
    const responses = await Promise.all(Array.from({ length: 4 }, () => user.delete(ME)));
    expect(responses.map(({ status }) => status)).toEqual([204, 204, 204, 204]);
    await waitFor(() => identity.isQuiet());
    expect((await identity.takeEvents(1))[0]?.subject).toBe(user.id);
    expect(identity.accounts.removed.filter((id) => id === user.id)).toHaveLength(1);
  });
});
