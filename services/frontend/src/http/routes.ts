import { defineRoute, type Method, type Route } from '@torii/chassis';
import { emailAddress, locale } from '@torii/contracts';
import { z } from 'zod';
import { API_PREFIX } from '../domain/api-target.ts';
import type { FrontendContext } from '../use-cases/context.ts';
import { passOn } from './api-proxy.ts';
import { logInHere, logOutHere, whoIsHere } from './session.ts';

/** What goes beyond this is no address, no code and no password. */
const email = z.string().trim().toLowerCase().pipe(emailAddress).pipe(z.string().max(254));
const password = z.string().min(1).max(256);
const code = z
  .string()
  .trim()
  .regex(/^\d{6}$/, 'must be the six digits of the message');

const signUp = z.strictObject({ email, password, displayName: z.string().trim().min(1).max(100).optional(), locale });
const credentials = z.strictObject({ email, password });

/** Forms of a few fields. */
const FORM_MAX_BYTES = 8 * 1024;
const METHODS: readonly Method[] = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'];

/** What the pages call; they see no token, and the API's own authorizer and services check the one we add. */
export function createRoutes(context: FrontendContext): readonly Route[] {
  return [...accountRoutes(context), ...sessionRoutes(context), ...apiRoutes(context)];
}

function accountRoutes({ accounts }: FrontendContext): readonly Route[] {
  const form = { method: 'POST', auth: 'none', maxBodyBytes: FORM_MAX_BYTES } as const;
  const accepted = { status: 202, body: {} };
  return [
    defineRoute({
      ...form,
      path: '/bff/sign-up',
      body: signUp,
      handle: async ({ body }) => {
        await accounts.signUp(body);
        return { status: 201, body: {} };
      },
    }),
    defineRoute({
      ...form,
      path: '/bff/sign-up/confirm',
      body: z.strictObject({ email, code }),
      handle: async ({ body }) => {
        await accounts.confirmSignUp(body.email, body.code);
        return { status: 204 };
      },
    }),
    defineRoute({
      ...form,
      path: '/bff/sign-up/resend',
      body: z.strictObject({ email }),
      handle: async ({ body }) => {
        await accounts.resendCode(body.email);
        return accepted;
      },
    }),
    defineRoute({
      ...form,
      path: '/bff/password/forgot',
      body: z.strictObject({ email }),
      handle: async ({ body }) => {
        await accounts.forgotPassword(body.email);
        return accepted;
      },
    }),
    defineRoute({
      ...form,
      path: '/bff/password/reset',
      body: z.strictObject({ email, code, password }),
      handle: async ({ body }) => {
        await accounts.resetPassword(body);
        return { status: 204 };
      },
    }),
  ];
}

function sessionRoutes(context: FrontendContext): readonly Route[] {
  const path = '/bff/session';
  return [
    defineRoute({ method: 'GET', path, auth: 'none', handle: (request) => whoIsHere(context, request) }),
    defineRoute({
      method: 'POST',
      path,
      auth: 'none',
      body: credentials,
      maxBodyBytes: FORM_MAX_BYTES,
      handle: (request) => logInHere(context, request, request.body),
    }),
    defineRoute({ method: 'DELETE', path, auth: 'none', handle: (request) => logOutHere(context, request) }),
  ];
}

function apiRoutes(context: FrontendContext): readonly Route[] {
  return METHODS.map((method) =>
    defineRoute({ method, path: `${API_PREFIX}/*path`, auth: 'none', handle: (request) => passOn(context, request) }),
  );
}
