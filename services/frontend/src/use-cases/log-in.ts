import { decodeJwt } from 'jose';
import type { Accounts } from '../cognito/accounts.ts';
import { SESSION_LIFETIME_MS, type Session } from '../domain/session.ts';

interface Parts {
  readonly accounts: Pick<Accounts, 'logIn'>;
  readonly now: () => number;
  readonly createId: () => string;
}

/**
 * A session for who knows the password.
 * @throws BAD_CREDENTIALS, NOT_CONFIRMED, PASSWORD_RESET_REQUIRED, TOO_MANY_ATTEMPTS, CHALLENGE_UNSUPPORTED
 */
export async function logIn(parts: Parts, credentials: { readonly email: string; readonly password: string }): Promise<Session> {
  const tokens = await parts.accounts.logIn(credentials);
  const nowMs = parts.now();
  return {
    id: parts.createId(),
    // Straight from Cognito over TLS: nothing to verify here, and the services verify it again.
    user: { id: decodeJwt(tokens.accessToken).sub ?? '', email: credentials.email },
    accessToken: tokens.accessToken,
    refreshToken: tokens.refreshToken ?? '',
    accessTokenExpiresAtMs: nowMs + tokens.expiresInS * 1000,
    endsAtMs: nowMs + SESSION_LIFETIME_MS,
  };
}
