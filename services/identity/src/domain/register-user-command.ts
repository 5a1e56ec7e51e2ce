import { createHash } from 'node:crypto';
import { type DataOf, emailAddress, type Envelope, userId } from '@torii/contracts';
import { z } from 'zod';
import { chooseLocale } from './locale.ts';

export const REGISTER_USER = 'identity.register-user.v1';

/** Cognito calls the same trigger for a new password that was confirmed; only a sign-up makes a profile. */
const SIGN_UP = 'PostConfirmation_ConfirmSignUp';

/** The part of the trigger's event that is used (https://docs.aws.amazon.com/cognito/latest/developerguide/user-pool-lambda-post-confirmation.html). */
const confirmationSchema = z.looseObject({
  triggerSource: z.string(),
  request: z.looseObject({
    userAttributes: z.looseObject({
      sub: userId,
      email: emailAddress,
      name: z.string().optional(),
      locale: z.string().optional(),
    }),
    /** What the client sent along with the confirmation. */
    clientMetadata: z.record(z.string(), z.string()).nullish(),
  }),
});

export type RegisterUser = Envelope<typeof REGISTER_USER, DataOf<typeof REGISTER_USER>>;

/** The command a confirmation asks for; undefined when it confirms something other than a sign-up. @throws ZodError */
export function decideRegisterUser(event: unknown, scope: { now: Date; traceparent: string | undefined }): RegisterUser | undefined {
  const { triggerSource, request } = confirmationSchema.parse(event);
  if (triggerSource !== SIGN_UP) return undefined;
  const { sub, email, name, locale } = request.userAttributes;
  return {
    specversion: '1.0',
    id: messageIdOf(sub),
    source: '/torii/identity',
    type: REGISTER_USER,
    subject: sub,
    time: scope.now.toISOString(),
    datacontenttype: 'application/json',
    ...(scope.traceparent === undefined ? {} : { traceparent: scope.traceparent }),
    data: { userId: sub, email, displayName: name ?? null, locale: chooseLocale(locale, request.clientMetadata?.['locale']) },
  };
}

/**
 * W3C trace context of X-Ray's `_X_AMZN_TRACE_ID`, `Root=1-<8>-<24>;Parent=<16>;Sampled=1`
 * (https://docs.aws.amazon.com/xray/latest/devguide/xray-concepts.html#xray-concepts-tracingheader).
 */
export function toTraceparent(traceHeader: string | undefined): string | undefined {
  const root = /Root=1-([0-9a-f]{8})-([0-9a-f]{24})/.exec(traceHeader ?? '');
  const parent = /Parent=([0-9a-f]{16})/.exec(traceHeader ?? '');
  if (root === null || parent === null) return undefined;
  return `00-${root[1]}${root[2]}-${parent[1]}-${traceHeader?.includes('Sampled=1') === true ? '01' : '00'}`;
}

/** The same UUID (version 8, RFC 9562) for the same person, so that the inbox recognises a call that Cognito repeats. */
function messageIdOf(sub: string): string {
  const hex = createHash('sha256').update(`${REGISTER_USER}:${sub}`).digest('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}
