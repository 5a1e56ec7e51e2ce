import { describe, expect, it } from '@jest/globals';
import { sessionExpired } from '../domain/errors.ts';
import type { Session } from '../domain/session.ts';
import { createRenewSession } from './renew-session.ts';

const NOW_MS = 1_800_000_000_000;
const logger = { warn: () => undefined };
const session: Session = {
  id: 's1',
  user: { id: 'u1', email: 'ann@example.com' },
  accessToken: 'old',
  refreshToken: 'refresh',
  accessTokenExpiresAtMs: NOW_MS + 5_000,
  endsAtMs: NOW_MS + 3_600_000,
};
const granted = (accessToken: string) => ({ accessToken, refreshToken: undefined, expiresInS: 1_800 });

describe('createRenewSession', () => {
  it('renews once for all requests of one session', async () => {
    let calls = 0;
    const refresh = async () => granted(`new ${(calls += 1)}`);
    const renew = createRenewSession({ accounts: { refresh }, now: () => NOW_MS, logger });
    const renewed = await Promise.all([renew(session), renew(session), renew({ ...session })]);
    const late = await renew(session);
    expect([...renewed, late].map(({ accessToken }) => accessToken)).toEqual(['new 1', 'new 1', 'new 1', 'new 1']);
    expect(calls).toBe(1);
    expect(renewed[0]).toMatchObject({ refreshToken: 'refresh', accessTokenExpiresAtMs: NOW_MS + 1_800_000 });
  });

  it('keeps sessions apart', async () => {
    let calls = 0;
    const refresh = async () => granted(`new ${(calls += 1)}`);
    const renew = createRenewSession({ accounts: { refresh }, now: () => NOW_MS, logger });
    await Promise.all([renew(session), renew({ ...session, id: 's2' })]);
    expect(calls).toBe(2);
  });

  it('ends the session when the refresh token is refused', async () => {
    const refresh = () => Promise.reject(sessionExpired());
    const renew = createRenewSession({ accounts: { refresh }, now: () => NOW_MS, logger });
    await expect(renew(session)).rejects.toMatchObject({ code: 'SESSION_EXPIRED' });
  });

  it('goes on with a good access token when Cognito does not answer', async () => {
    const refresh = () => Promise.reject(new Error('no answer'));
    const renew = createRenewSession({ accounts: { refresh }, now: () => NOW_MS, logger });
    expect(await renew(session)).toBe(session);
  });

  it('fails when Cognito does not answer and the access token has expired', async () => {
    const refresh = () => Promise.reject(new Error('no answer'));
    const renew = createRenewSession({ accounts: { refresh }, now: () => NOW_MS + 10_000, logger });
    await expect(renew(session)).rejects.toThrow('no answer');
  });
});
