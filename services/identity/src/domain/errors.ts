import { ServiceError } from '@torii/chassis';

export function profileDeleted(id: string): ServiceError {
  return new ServiceError({
    code: 'PROFILE_DELETED',
    kind: 'not-found',
    message: `Profile ${id} cannot be used: its account has been deleted. Sign up again to get a new one.`,
  });
}

export function userNotFound(id: string): ServiceError {
  return new ServiceError({ code: 'USER_NOT_FOUND', kind: 'not-found', message: `User ${id} cannot be found: there is no such user.` });
}

/** The token's signature is good, and Cognito says that its user is gone or has signed out everywhere. */
export function tokenRevoked(cause?: unknown): ServiceError {
  return new ServiceError({
    code: 'TOKEN_REVOKED',
    kind: 'unauthenticated',
    message: 'The access token cannot be accepted: its user has signed out or is gone. Log in again.',
    cause,
  });
}

export function accountsUnavailable(cause: unknown): ServiceError {
  return new ServiceError({
    code: 'ACCOUNTS_UNAVAILABLE',
    kind: 'unavailable',
    message: 'The profile cannot be made now: the user pool does not answer. Try again shortly.',
    cause,
  });
}
