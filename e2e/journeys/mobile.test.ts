import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { inventCredentials, openPlatform, signUpPerson, type Person } from '../src/journey.ts';
import { createMobileClient, readCode } from '../src/mobile-client.ts';
import type { PlatformFile } from '../src/platform.ts';

/** The SRP library computes with 3072-bit numbers in plain JavaScript: seconds on a busy machine. */
const SRP_TIMEOUT_MS = 120_000;

interface Profile {
  readonly id: string;
  readonly email: string;
  readonly displayName: string | null;
}
interface Problem {
  readonly status: number;
  readonly code: string;
  readonly detail?: string;
}

describe('a mobile app', () => {
  let platform: PlatformFile;
  let person: Person;

  beforeAll(async () => {
    platform = openPlatform();
    person = await signUpPerson(platform);
  });
  afterAll(() => person.client.close());

  it('signs up, confirms by the mailed code and reads its profile', async () => {
    const { status, body } = await person.client.call<Profile>('GET', '/identity/me', { token: person.tokens.accessToken });
    expect(status).toBe(200);
    expect(body).toMatchObject({ email: person.email });
  });

  it(
    'logs in by SRP, so that the password never leaves the phone',
    async () => {
      const { accessToken } = await person.client.logInBySrp(person);
      const { status } = await person.client.call('GET', '/identity/me', { token: accessToken });
      expect(status).toBe(200);
    },
    SRP_TIMEOUT_MS,
  );

  it(
    'is refused log-in with a wrong password',
    async () => {
      await expect(person.client.logIn({ ...person, password: 'Wrong-password-1' })).rejects.toMatchObject({
        name: 'NotAuthorizedException',
      });
      await expect(person.client.logInBySrp({ ...person, password: 'Wrong-password-1' })).rejects.toMatchObject({
        name: 'NotAuthorizedException',
      });
    },
    SRP_TIMEOUT_MS,
  );

  it('is refused confirmation with a wrong code', async () => {
    const other = inventCredentials();
    await person.client.signUp(other);
    const code = await readCode(platform, other.email);
    const wrong = code === '000000' ? '000001' : '000000';
    await expect(person.client.confirm(other.email, wrong)).rejects.toMatchObject({ name: 'CodeMismatchException' });
  });

  it.each([
    ['no token', undefined],
    ['a tampered token', (token: string) => `${token.slice(0, -8)}AAAAAAAA`],
    ['something that is no token', () => 'not-a-token'],
  ])('is answered 401 as problem+json with %s', async (_name, change) => {
    const token = change?.(person.tokens.accessToken);
    const { status, headers, body } = await person.client.call<Problem>('GET', '/identity/me', token === undefined ? {} : { token });
    expect(status).toBe(401);
    expect(headers.get('content-type')).toContain('application/problem+json');
    expect(body.status).toBe(401);
  });

  it('is answered 401 with an id token, which is not for APIs', async () => {
    const { status } = await person.client.call('GET', '/identity/me', { token: person.tokens.idToken });
    expect(status).toBe(401);
  });

  it('changes its profile, and others see the public part only', async () => {
    const token = person.tokens.accessToken;
    const changed = await person.client.call<Profile>('PATCH', '/identity/me', { token, body: { displayName: '山田 花子', locale: 'ja' } });
    expect(changed.status).toBe(200);
    const other = await signUpPerson(platform);
    const seen = await other.client.call<Profile>('GET', `/identity/users/${changed.body.id}`, { token: other.tokens.accessToken });
    other.client.close();
    expect(seen.body).toEqual({ id: changed.body.id, displayName: '山田 花子' });
  });

  it('deletes its account; the token that outlives it revives nobody', async () => {
    const leaving = await signUpPerson(platform);
    const token = leaving.tokens.accessToken;
    await leaving.client.call('GET', '/identity/me', { token });
    expect((await leaving.client.call('DELETE', '/identity/me', { token })).status).toBe(204);
    expect((await leaving.client.call('GET', '/identity/me', { token })).status).toBeGreaterThanOrEqual(401);
    leaving.client.close();
  });
});

describe('a token of another pool', () => {
  it('is answered 401', async () => {
    const platform = openPlatform();
    const client = createMobileClient(platform);
    const encode = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');
    const claims = {
      sub: crypto.randomUUID(),
      token_use: 'access',
      scope: 'aws.cognito.signin.user.admin',
      exp: 4_102_444_800,
      client_id: platform.userPoolClientId,
    };
    const token = `${encode({ alg: 'RS256', kid: 'foreign' })}.${encode(claims)}.${Buffer.alloc(256, 1).toString('base64url')}`;
    const { status } = await client.call('GET', '/identity/me', { token });
    client.close();
    expect(status).toBe(401);
  });
});
