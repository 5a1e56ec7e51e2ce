// Requests of one session that find its access token about to expire renew it once between them. A renewal that Cognito
// refuses ends the session; one that only fails leaves it running while its access token is still good.
import type { Logger } from '@torii/chassis';
import type { Accounts } from '../cognito/accounts.ts';
import { isUsable, type Session } from '../domain/session.ts';

export interface RenewSession {
  /** @throws SESSION_EXPIRED when Cognito refuses the refresh token */
  (session: Session): Promise<Session>;
}

interface Parts {
  readonly accounts: Pick<Accounts, 'refresh'>;
  readonly now: () => number;
  readonly logger: Pick<Logger, 'warn'>;
}

interface Renewal {
  readonly startedAtMs: number;
  readonly session: Promise<Session>;
}

/** Requests that left the browser with the old cookie arrive within this time; they get the same renewal. */
const REUSE_MS = 30_000;

export function createRenewSession({ accounts, now, logger }: Parts): RenewSession {
  const renewals = new Map<string, Renewal>();
  return async (session) => {
    dropOld(renewals, now());
    const renewal = renewals.get(session.id) ?? { startedAtMs: now(), session: renewOnce(accounts, session, now) };
    renewals.set(session.id, renewal);
    try {
      return await renewal.session;
    } catch (error) {
      renewals.delete(session.id);
      if (isRefusal(error) || !isUsable(session, now())) throw error;
      logger.warn({ err: error }, 'session could not be renewed yet; its access token is still good');
      return session;
    }
  };
}

async function renewOnce(accounts: Parts['accounts'], session: Session, now: () => number): Promise<Session> {
  const tokens = await accounts.refresh(session.refreshToken);
  return {
    ...session,
    accessToken: tokens.accessToken,
    refreshToken: tokens.refreshToken ?? session.refreshToken,
    accessTokenExpiresAtMs: now() + tokens.expiresInS * 1000,
  };
}

function dropOld(renewals: Map<string, Renewal>, nowMs: number): void {
  for (const [id, { startedAtMs }] of renewals) if (nowMs - startedAtMs > REUSE_MS) renewals.delete(id);
}

function isRefusal(error: unknown): boolean {
  return error instanceof Error && Reflect.get(error, 'code') === 'SESSION_EXPIRED';
}
