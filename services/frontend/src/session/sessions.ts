import type { Request } from 'express';
import { sessionRequired } from '../domain/errors.ts';
import { isAboutToExpire, type Session } from '../domain/session.ts';
import type { RenewSession } from '../use-cases/renew-session.ts';
import { clearSessionCookie, type CookieScope, readSessionCookie, writeSessionCookie } from './cookies.ts';
import type { Seal } from './seal.ts';

/** The session of a request, in its cookies; changes are written to the request's response. */
export interface Sessions {
  /** As the cookie has it: the access token may have expired. */
  find(request: Request): Promise<Session | undefined>;
  /**
   * With an access token that is good for a while.
   * @throws SESSION_REQUIRED, SESSION_EXPIRED
   */
  get(request: Request): Promise<Session>;
  start(request: Request, session: Session): Promise<void>;
  /** Removes the cookies. */
  end(request: Request): void;
}

interface Parts {
  readonly seal: Seal;
  readonly renew: RenewSession;
  readonly now: () => number;
}

export function createSessions({ seal, renew, now }: Parts): Sessions {
  const find = async (request: Request): Promise<Session | undefined> => {
    const text = readSessionCookie(scopeOf(request));
    return text === undefined ? undefined : seal.open(text);
  };
  const start = async (request: Request, session: Session): Promise<void> => {
    const maxAgeS = Math.max(0, Math.floor((session.endsAtMs - now()) / 1000));
    setCookies(request, writeSessionCookie(await seal.seal(session), maxAgeS, scopeOf(request)));
  };
  const end = (request: Request) => setCookies(request, clearSessionCookie(scopeOf(request)));
  const get = async (request: Request): Promise<Session> => {
    const session = await find(request);
    if (session === undefined) throw sessionRequired();
    if (!isAboutToExpire(session, now())) return session;
    try {
      const renewed = await renew(session);
      if (renewed !== session) await start(request, renewed);
      return renewed;
    } catch (error) {
      if (isExpiry(error)) end(request);
      throw error;
    }
  };
  return { find, get, start, end };
}

/**
 * Whether cookies may be marked for https only. The load balancer says how the request came; nobody else can reach this port.
 * A loopback host is where people develop, over plain http in front of a load balancer that speaks https: there Safari would
 * drop such a cookie, and it never crosses a network.
 */
export function isSecure(request: Request): boolean {
  const isHttps = request.get('x-forwarded-proto')?.split(',')[0]?.trim() === 'https';
  return isHttps && !/^(localhost|127\.0\.0\.1|\[::1\])(:\d+)?$/.test(request.get('host') ?? '');
}

function isExpiry(error: unknown): boolean {
  return error instanceof Error && Reflect.get(error, 'code') === 'SESSION_EXPIRED';
}

function scopeOf(request: Request): CookieScope {
  return { secure: isSecure(request), cookieHeader: request.get('cookie') };
}

/** Replaces what was to be set before: one request may renew a session and then end it. */
function setCookies(request: Request, lines: readonly string[]): void {
  if (lines.length > 0) request.res?.setHeader('set-cookie', lines);
}
