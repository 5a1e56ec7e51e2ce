/** What a browser's cookie holds, encrypted. No id token: nothing needs it and cookies are short. */
export interface Session {
  /** Of this log-in; renewals keep it. */
  readonly id: string;
  readonly user: SessionUser;
  readonly accessToken: string;
  readonly refreshToken: string;
  readonly accessTokenExpiresAtMs: number;
  /** When the refresh token ends, and with it the session. */
  readonly endsAtMs: number;
}

export interface SessionUser {
  readonly id: string;
  readonly email: string;
}

/** Longer than a request may take, so that a token that leaves here is still good when it arrives. */
const RENEWAL_MARGIN_MS = 60_000;

/** The user pool's refresh tokens are good for 30 days; a pool that gives less ends the session by refusing to renew. */
export const SESSION_LIFETIME_MS = 30 * 24 * 3_600_000;

export function isAboutToExpire(session: Session, nowMs: number): boolean {
  return session.accessTokenExpiresAtMs - nowMs < RENEWAL_MARGIN_MS;
}

export function isUsable(session: Session, nowMs: number): boolean {
  return session.accessTokenExpiresAtMs > nowMs;
}
