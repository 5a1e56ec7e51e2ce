import { describe, expect, it } from '@jest/globals';
import { provideDemoUser } from './demo.ts';

const DEMO = { email: 'demo@example.com', password: 'Demo-1' };

interface Account {
  readonly password: string;
  isConfirmed: boolean;
}

function named(name: string): Error {
  return Object.assign(new Error(name), { name });
}

/** A user pool with this account or none. @param unknown what it answers for a user that it has not */
function openPool(account?: Account, unknown = 'NotAuthorizedException') {
  const pool = { account, signUps: 0 };
  return Object.assign(pool, {
    logIn: async ({ password }: typeof DEMO) => {
      if (pool.account === undefined) throw named(unknown);
      if (pool.account.password !== password) throw named('NotAuthorizedException');
      if (!pool.account.isConfirmed) throw named('UserNotConfirmedException');
      return { accessToken: 'token', idToken: '', refreshToken: '' };
    },
    signUp: async ({ password }: typeof DEMO) => {
      if (pool.account !== undefined) throw named('UsernameExistsException');
      pool.account = { password, isConfirmed: false };
      pool.signUps += 1;
    },
    confirm: async (_email: string, code: string) => {
      if (code !== '123456') throw named('CodeMismatchException');
      if (pool.account !== undefined) pool.account.isConfirmed = true;
    },
  });
}

const provide = (pool: ReturnType<typeof openPool>): Promise<string | undefined> => provideDemoUser(pool, DEMO, async () => '123456');

describe('provideDemoUser', () => {
  it('only logs in when the user is there', async () => {
    const pool = openPool({ password: DEMO.password, isConfirmed: true });
    expect(await provide(pool)).toBe('token');
    expect(pool.signUps).toBe(0);
  });

  it.each(['NotAuthorizedException', 'UserNotFoundException'])('signs up a user that is not there (%s)', async (unknown) => {
    const pool = openPool(undefined, unknown);
    expect(await provide(pool)).toBe('token');
    expect(pool.signUps).toBe(1);
  });

  it('confirms one that an interrupted start has left', async () => {
    expect(await provide(openPool({ password: DEMO.password, isConfirmed: false }))).toBe('token');
  });

  it('leaves alone one with another password', async () => {
    expect(await provide(openPool({ password: 'Other-1', isConfirmed: true }))).toBeUndefined();
  });

  it('fails with whatever else the pool says', async () => {
    const pool = { ...openPool(), logIn: () => Promise.reject(named('TooManyRequestsException')) };
    await expect(provideDemoUser(pool, DEMO, async () => '')).rejects.toThrow('TooManyRequestsException');
  });
});
