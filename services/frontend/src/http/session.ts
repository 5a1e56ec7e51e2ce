import type { RouteResponse } from '@torii/chassis';
import type { FrontendContext } from '../use-cases/context.ts';
import type { Exchange } from '../session/sessions.ts';
import { logIn } from '../use-cases/log-in.ts';

/** Answers from the cookie alone; `user: null` when nobody is logged in, which is no error. */
export async function whoIsHere({ sessions }: FrontendContext, exchange: Exchange): Promise<RouteResponse> {
  const session = await sessions.find(exchange);
  return { status: 200, body: { user: session?.user ?? null } };
}

export async function logInHere(
  context: FrontendContext,
  exchange: Exchange,
  credentials: { readonly email: string; readonly password: string },
): Promise<RouteResponse> {
  const session = await logIn(context, credentials);
  await context.sessions.start(exchange, session);
  return { status: 201, body: { user: session.user } };
}

/** The browser forgets the session whatever happens; its refresh token is revoked if Cognito answers. */
export async function logOutHere({ sessions, accounts, logger }: FrontendContext, exchange: Exchange): Promise<RouteResponse> {
  const session = await sessions.find(exchange);
  sessions.end(exchange);
  if (session !== undefined)
    await accounts
      .revoke(session.refreshToken)
      .catch((error: unknown) => logger.warn({ err: error }, 'refresh token could not be revoked at log-out'));
  return { status: 204 };
}
