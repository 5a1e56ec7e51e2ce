import { type ErrorKind, ServiceError } from '@torii/chassis';
import { sessionExpired } from '../domain/errors.ts';

export type AccountOperation = 'sign-up' | 'confirm' | 'resend' | 'forgot' | 'reset' | 'log-in' | 'refresh' | 'revoke';

interface Refusal {
  readonly code: string;
  readonly kind: ErrorKind;
  readonly message: string;
}

const BAD_CREDENTIALS: Refusal = {
  code: 'BAD_CREDENTIALS',
  kind: 'unauthenticated',
  message: 'You cannot be logged in: the e-mail address or the password is wrong.',
};
const NOT_CONFIRMED: Refusal = {
  code: 'NOT_CONFIRMED',
  kind: 'forbidden',
  message: 'The account cannot be used yet: its e-mail address is not confirmed.',
};
const ALREADY_CONFIRMED: Refusal = {
  code: 'ALREADY_CONFIRMED',
  kind: 'conflict',
  message: 'The account cannot be confirmed: it already is.',
};
const CODE_EXPIRED: Refusal = {
  code: 'CODE_EXPIRED',
  kind: 'invalid',
  message: 'The code cannot be accepted: it is no longer good. Ask for a new one.',
};
const TOO_MANY_ATTEMPTS: Refusal = {
  code: 'TOO_MANY_ATTEMPTS',
  kind: 'too-many-requests',
  message: 'The request cannot be accepted now: there were too many attempts. Wait a few minutes.',
};
const COGNITO_UNAVAILABLE: Refusal = {
  code: 'DEPENDENCY_UNAVAILABLE',
  kind: 'unavailable',
  message: 'The request could not be completed: the account service does not answer. Try again shortly.',
};
const INPUT_REFUSED: Refusal = {
  code: 'REQUEST_INVALID',
  kind: 'invalid',
  message: 'The request cannot be accepted: the account service refuses what was entered.',
};

/** Refusals that mean the same wherever they come from, by Cognito's exception name. */
const REFUSALS: Readonly<Record<string, Refusal>> = {
  UsernameExistsException: {
    code: 'USER_EXISTS',
    kind: 'conflict',
    message: 'The account cannot be created: there is one with this e-mail address.',
  },
  CodeMismatchException: { code: 'CODE_MISMATCH', kind: 'invalid', message: 'The code cannot be accepted: it is wrong.' },
  ExpiredCodeException: CODE_EXPIRED,
  UserNotConfirmedException: NOT_CONFIRMED,
  InvalidPasswordException: {
    code: 'PASSWORD_TOO_WEAK',
    kind: 'invalid',
    message: 'The password cannot be accepted: it is too easy to guess.',
  },
  PasswordResetRequiredException: {
    code: 'PASSWORD_RESET_REQUIRED',
    kind: 'forbidden',
    message: 'You cannot be logged in: a new password must be chosen first.',
  },
  LimitExceededException: TOO_MANY_ATTEMPTS,
  TooManyRequestsException: TOO_MANY_ATTEMPTS,
  TooManyFailedAttemptsException: TOO_MANY_ATTEMPTS,
  CodeDeliveryFailureException: {
    code: 'CODE_NOT_DELIVERED',
    kind: 'unavailable',
    message: 'The code could not be sent to you. Try again shortly.',
  },
  UserLambdaValidationException: {
    code: 'SIGN_UP_REFUSED',
    kind: 'conflict',
    message: 'The account cannot be registered: a check of ours refused it.',
  },
  UnexpectedLambdaException: COGNITO_UNAVAILABLE,
  InvalidLambdaResponseException: COGNITO_UNAVAILABLE,
  InternalErrorException: COGNITO_UNAVAILABLE,
};

/** Refusals whose name says little: what they mean depends on what was asked. */
const BY_OPERATION: Readonly<Record<string, Readonly<Partial<Record<AccountOperation, Refusal>>>>> = {
  NotAuthorizedException: { 'log-in': BAD_CREDENTIALS, confirm: ALREADY_CONFIRMED, resend: ALREADY_CONFIRMED },
  // Unknown addresses must look like known ones.
  UserNotFoundException: {
    'log-in': BAD_CREDENTIALS,
    confirm: CODE_EXPIRED,
    reset: CODE_EXPIRED,
    resend: INPUT_REFUSED,
    forgot: INPUT_REFUSED,
  },
  InvalidParameterException: {
    resend: ALREADY_CONFIRMED,
    forgot: NOT_CONFIRMED,
    'sign-up': INPUT_REFUSED,
    confirm: INPUT_REFUSED,
    reset: INPUT_REFUSED,
  },
};

/** The ServiceError for what Cognito said; anything not foreseen stays as it is. */
export function toAccountError(operation: AccountOperation, error: unknown): unknown {
  if (!(error instanceof Error)) return error;
  // Locked for a while after wrong passwords; Cognito has no exception of its own for it.
  if (error.name === 'NotAuthorizedException' && /attempts exceeded/i.test(error.message)) return refuse(TOO_MANY_ATTEMPTS, error);
  if (operation === 'refresh' && (error.name === 'NotAuthorizedException' || error.name === 'UserNotFoundException'))
    return sessionExpired(error);
  const refusal = BY_OPERATION[error.name]?.[operation] ?? REFUSALS[error.name];
  if (refusal === undefined) return error;
  return error.name === 'InvalidPasswordException'
    ? refuse(refusal, error, [{ path: 'password', message: passwordFault(error.message) }])
    : refuse(refusal, error);
}

function refuse(refusal: Refusal, cause: Error, details?: unknown): ServiceError {
  return new ServiceError({ ...refusal, cause, ...(details === undefined ? {} : { details }) });
}

/** "Password did not conform with policy: Password must have numeric characters" → its last part. */
function passwordFault(message: string): string {
  return message.slice(message.indexOf(':') + 1).trim();
}
