import { ServiceError } from '@torii/chassis';

export const sessionRequired = (): ServiceError =>
  new ServiceError({ code: 'SESSION_REQUIRED', kind: 'unauthenticated', message: 'The request cannot be made: nobody is logged in.' });

export const sessionExpired = (cause?: unknown): ServiceError =>
  new ServiceError({
    code: 'SESSION_EXPIRED',
    kind: 'unauthenticated',
    message: 'The session cannot go on: it has ended. Log in again.',
    cause,
  });

export const crossSiteRequest = (reason: string): ServiceError =>
  new ServiceError({ code: 'CROSS_SITE_REQUEST', kind: 'forbidden', message: `The request cannot be accepted: ${reason}.` });

export const apiPathUnknown = (): ServiceError =>
  new ServiceError({
    code: 'API_PATH_UNKNOWN',
    kind: 'not-found',
    message: 'The request cannot be passed on: the API has no such address.',
  });

export const upstreamUnavailable = (cause: unknown): ServiceError =>
  new ServiceError({
    code: 'UPSTREAM_UNAVAILABLE',
    kind: 'unavailable',
    message: 'The request could not be passed on: the API does not answer. Try again shortly.',
    cause,
  });

export const challengeUnsupported = (challenge: string): ServiceError =>
  new ServiceError({
    code: 'CHALLENGE_UNSUPPORTED',
    kind: 'forbidden',
    message: `You cannot be logged in here: the account asks for a further step (${challenge}).`,
  });
