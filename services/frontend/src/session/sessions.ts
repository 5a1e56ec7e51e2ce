import type { IncomingMessage, ServerResponse } from 'node:http';
import { sessionRequired } from '../domain/errors.ts';
import { isAboutToExpire, type Session } from '../domain/session.ts';
import type { RenewSession } from '../use-cases/renew-session.ts';
import { clearSessionCookie, type CookieScope, readSessionCookie, writeSessionCookie } from './cookies.ts';
import type { Seal } from './seal.ts';

/** A request and the response it will get, as routes have them. */
export interface Exchange {
  readonly raw: IncomingMessage;
  readonly rawResponse: ServerResponse;
}

/** The session of a request, in its cookies; changes are written to its response. */
export interface Sessions {
  /** As the cookie has it: the access token may have expired. */
  find(exchange: Exchange): Promise<Session | undefined>;
  /**
   * With an access token that is good for a while.
   * @throws SESSION_REQUIRED, SESSION_EXPIRED
   */
  get(exchange: Exchange): Promise<Session>;
  start(exchange: Exchange, session: Session): Promise<void>;
  /** Removes the cookies. */
  end(exchange: Exchange): void;
}

interface Parts {
  readonly seal: Seal;
  readonly renew: RenewSession;
  readonly now: () => number;
}

export function createSessions({ seal, renew, now }: Parts): Sessions {
  const find = async ({ raw }: Exchange): Promise<Session | undefined> => {
    const text = readSessionCookie(scopeOf(raw));
    return text === undefined ? undefined : seal.open(text);
  };
  const start = async ({ raw, rawResponse }: Exchange, session: Session): Promise<void> => {
    const maxAgeS = Math.max(0, Math.floor((session.endsAtMs - now()) / 1000));
    setCookies(rawResponse, writeSessionCookie(await seal.seal(session), maxAgeS, scopeOf(raw)));
  };
  const end = ({ raw, rawResponse }: Exchange) => setCookies(rawResponse, clearSessionCookie(scopeOf(raw)));
  const get = async (exchange: Exchange): Promise<Session> => {
    const session = await find(exchange);
    if (session === undefined) throw sessionRequired();
    if (!isAboutToExpire(session, now())) return session;
    try {
      const renewed = await renew(session);
      if (renewed !== session) await start(exchange, renewed);
      return renewed;
    } catch (error) {
      if (isExpiry(error)) end(exchange);
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
export function isSecure({ headers }: IncomingMessage): boolean {
  const isHttps = String(headers['x-forwarded-proto']).split(',')[0]?.trim() === 'https';
  return isHttps && !/^(localhost|127\.0\.0\.1|\[::1\])(:\d+)?$/.test(headers.host ?? '');
}

function isExpiry(error: unknown): boolean {
  return error instanceof Error && Reflect.get(error, 'code') === 'SESSION_EXPIRED';
}

function scopeOf(request: IncomingMessage): CookieScope {
  return { secure: isSecure(request), cookieHeader: request.headers.cookie };
}

/** Replaces what was to be set before: one request may renew a session and then end it. */
function setCookies(response: ServerResponse, lines: readonly string[]): void {
  if (lines.length > 0) response.setHeader('set-cookie', lines);
}
