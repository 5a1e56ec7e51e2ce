import { describe, expect, it } from '@jest/globals';
import { type AccountOperation, toAccountError } from './account-error.ts';

function cognitoError(name: string, message = 'x'): Error {
  return Object.assign(new Error(message), { name });
}

describe('toAccountError', () => {
  it.each<[AccountOperation, string, string, string]>([
    ['sign-up', 'UsernameExistsException', 'USER_EXISTS', 'conflict'],
    ['sign-up', 'InvalidPasswordException', 'PASSWORD_TOO_WEAK', 'invalid'],
    ['confirm', 'CodeMismatchException', 'CODE_MISMATCH', 'invalid'],
    ['confirm', 'ExpiredCodeException', 'CODE_EXPIRED', 'invalid'],
    ['confirm', 'NotAuthorizedException', 'ALREADY_CONFIRMED', 'conflict'],
    ['resend', 'InvalidParameterException', 'ALREADY_CONFIRMED', 'conflict'],
    ['log-in', 'UserNotConfirmedException', 'NOT_CONFIRMED', 'forbidden'],
    ['log-in', 'NotAuthorizedException', 'BAD_CREDENTIALS', 'unauthenticated'],
    ['log-in', 'UserNotFoundException', 'BAD_CREDENTIALS', 'unauthenticated'],
    ['log-in', 'TooManyRequestsException', 'TOO_MANY_ATTEMPTS', 'too-many-requests'],
    ['refresh', 'NotAuthorizedException', 'SESSION_EXPIRED', 'unauthenticated'],
    ['forgot', 'LimitExceededException', 'TOO_MANY_ATTEMPTS', 'too-many-requests'],
    ['sign-up', 'CodeDeliveryFailureException', 'CODE_NOT_DELIVERED', 'unavailable'],
  ])('%s: %s becomes %s (%s)', (operation, name, code, kind) => {
    expect(toAccountError(operation, cognitoError(name))).toMatchObject({ code, kind });
  });

  it('tells a locked account from a wrong password', () => {
    expect(toAccountError('log-in', cognitoError('NotAuthorizedException', 'Password attempts exceeded'))).toMatchObject({
      code: 'TOO_MANY_ATTEMPTS',
    });
  });

  it('says what the password lacks, beside its field', () => {
    const error = cognitoError('InvalidPasswordException', 'Password did not conform with policy: Password must have numeric characters');
    expect(toAccountError('sign-up', error)).toMatchObject({
      details: [{ path: 'password', message: 'Password must have numeric characters' }],
    });
  });

  it('leaves alone what it does not know', () => {
    const bug = new TypeError('bug');
    expect(toAccountError('log-in', bug)).toBe(bug);
  });
});
