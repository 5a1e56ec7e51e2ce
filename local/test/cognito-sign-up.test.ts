import {
  AdminGetUserCommand,
  ConfirmSignUpCommand,
  ForgotPasswordCommand,
  InitiateAuthCommand,
  ListUsersCommand,
  ResendConfirmationCodeCommand,
  SignUpCommand,
} from '@aws-sdk/client-cognito-identity-provider';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startCognitoTrial, type CognitoTrial } from './cognito-trial.ts';

const PASSWORD = 'Correct-horse-9';
const DAY_MS = 86_400_000;

let trial: CognitoTrial;
beforeAll(async () => {
  trial = await startCognitoTrial();
});
afterAll(() => trial.stop());

const signUp = (Username: string, Password = PASSWORD) =>
  trial.client.send(new SignUpCommand({ ClientId: trial.clientId, Username, Password }));
const confirm = (Username: string, ConfirmationCode: string) =>
  trial.client.send(new ConfirmSignUpCommand({ ClientId: trial.clientId, Username, ConfirmationCode, ClientMetadata: { locale: 'ja' } }));
const resend = (Username: string) => trial.client.send(new ResendConfirmationCodeCommand({ ClientId: trial.clientId, Username }));
const lastCode = (to: string): string => trial.mails.findLast((mail) => mail.to === to)?.code ?? '';
const otherCode = (code: string): string => String((Number(code) + 1) % 1_000_000).padStart(6, '0');
const named = (name: string) => expect.objectContaining({ name });

describe('SignUp', () => {
  it('mails a six-digit code and says to a masked address', async () => {
    const answer = await signUp('ada@example.com');
    expect(answer).toMatchObject({ UserConfirmed: false, CodeDeliveryDetails: { Destination: 'a***@e***.com', DeliveryMedium: 'EMAIL' } });
    expect(lastCode('ada@example.com')).toMatch(/^\d{6}$/);
  });

  it.each([
    ['Sh0rt!', 'not long enough'],
    ['correct-horse-9', 'uppercase'],
    ['CORRECT-HORSE-9', 'lowercase'],
    ['Correct-horse-x', 'numeric'],
    ['Correcthorse9x', 'symbol'],
  ])('refuses the password %s', async (password, reason) => {
    await expect(signUp('weak@example.com', password)).rejects.toMatchObject({
      name: 'InvalidPasswordException',
      message: expect.stringContaining(reason),
    });
  });

  it('refuses a second user with the same address in other letters', async () => {
    await expect(signUp('ADA@example.com')).rejects.toEqual(named('UsernameExistsException'));
  });

  it('keeps one of two sign-ups that come together', async () => {
    const outcomes = await Promise.allSettled([signUp('twin@example.com'), signUp('Twin@example.com')]);
    expect(outcomes.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected']);
  });

  it('refuses a user name that is no address, and attributes outside the schema', async () => {
    await expect(signUp('ada')).rejects.toEqual(named('InvalidParameterException'));
    const extra = [{ Name: 'custom:colour', Value: 'red' }];
    const command = new SignUpCommand({ ClientId: trial.clientId, Username: 'x@example.com', Password: PASSWORD, UserAttributes: extra });
    await expect(trial.client.send(command)).rejects.toEqual(named('InvalidParameterException'));
  });

  it('refuses an unknown client', async () => {
    const command = new SignUpCommand({ ClientId: 'nobody', Username: 'x@example.com', Password: PASSWORD });
    await expect(trial.client.send(command)).rejects.toEqual(named('ResourceNotFoundException'));
  });
});

describe('ConfirmSignUp', () => {
  it('refuses a wrong code, and a code that a later one replaced', async () => {
    await signUp('bea@example.com');
    const first = lastCode('bea@example.com');
    await expect(confirm('bea@example.com', otherCode(first))).rejects.toEqual(named('CodeMismatchException'));
    await resend('bea@example.com');
    const second = lastCode('bea@example.com');
    if (first !== second) await expect(confirm('bea@example.com', first)).rejects.toEqual(named('CodeMismatchException'));
    await confirm('bea@example.com', second);
  });

  it('invokes the trigger with the event of AWS', async () => {
    const { UserSub: sub } = await signUp('cleo@example.com');
    await confirm('Cleo@example.com', lastCode('cleo@example.com'));
    expect(trial.triggerEvents.at(-1)).toEqual({
      version: '1',
      region: 'eu-west-1',
      userPoolId: trial.pool.physicalId,
      userName: sub,
      callerContext: { awsSdkVersion: 'aws-sdk-unknown-unknown', clientId: trial.clientId },
      triggerSource: 'PostConfirmation_ConfirmSignUp',
      request: {
        userAttributes: { sub, email: 'cleo@example.com', email_verified: 'true', 'cognito:user_status': 'CONFIRMED' },
        clientMetadata: { locale: 'ja' },
      },
      response: {},
    });
  });

  it('reports a failing trigger and keeps the user confirmed', async () => {
    await signUp('dan@example.com');
    trial.failTrigger('queue is down');
    await expect(confirm('dan@example.com', lastCode('dan@example.com'))).rejects.toMatchObject({
      name: 'UserLambdaValidationException',
      message: 'PostConfirmation failed with error queue is down.',
    });
    trial.failTrigger(undefined);
    const user = await trial.client.send(new AdminGetUserCommand({ UserPoolId: trial.pool.physicalId, Username: 'dan@example.com' }));
    expect(user.UserStatus).toBe('CONFIRMED');
  });

  it('refuses a second confirmation', async () => {
    await expect(confirm('cleo@example.com', '123456')).rejects.toEqual(named('NotAuthorizedException'));
  });

  it('allows five guesses an hour, new codes or not', async () => {
    await signUp('eve@example.com');
    for (let guess = 0; guess < 5; guess += 1) {
      await expect(confirm('eve@example.com', otherCode(lastCode('eve@example.com')))).rejects.toEqual(named('CodeMismatchException'));
    }
    await resend('eve@example.com');
    await expect(confirm('eve@example.com', lastCode('eve@example.com'))).rejects.toEqual(named('LimitExceededException'));
    trial.advance(3_600_000);
    await confirm('eve@example.com', lastCode('eve@example.com'));
  });

  it('refuses a code after a day', async () => {
    await signUp('fay@example.com');
    trial.advance(DAY_MS);
    await expect(confirm('fay@example.com', lastCode('fay@example.com'))).rejects.toEqual(named('ExpiredCodeException'));
  });

  it('does not tell who exists', async () => {
    await expect(confirm('nobody@example.com', '123456')).rejects.toEqual(named('ExpiredCodeException'));
    expect(await resend('nobody@example.com')).toMatchObject({ CodeDeliveryDetails: { Destination: 'n***@e***.com' } });
    const forgot = new ForgotPasswordCommand({ ClientId: trial.clientId, Username: 'nobody@example.com' });
    expect(await trial.client.send(forgot)).toMatchObject({ CodeDeliveryDetails: { Destination: 'n***@e***.com' } });
    expect(trial.mails.some((mail) => mail.to === 'nobody@example.com')).toBe(false);
  });

  it('is needed before log-in', async () => {
    await signUp('gus@example.com');
    const login = {
      ClientId: trial.clientId,
      AuthFlow: 'USER_PASSWORD_AUTH',
      AuthParameters: { USERNAME: 'gus@example.com', PASSWORD },
    } as const;
    await expect(trial.client.send(new InitiateAuthCommand(login))).rejects.toEqual(named('UserNotConfirmedException'));
  });
});

describe('ListUsers', () => {
  it('filters and pages', async () => {
    const UserPoolId = trial.pool.physicalId;
    const one = await trial.client.send(new ListUsersCommand({ UserPoolId, Filter: 'email = "cleo@example.com"' }));
    expect(one.Users).toHaveLength(1);
    const first = await trial.client.send(new ListUsersCommand({ UserPoolId, Limit: 3 }));
    expect(first.Users).toHaveLength(3);
    const rest = await trial.client.send(new ListUsersCommand({ UserPoolId, PaginationToken: String(first.PaginationToken) }));
    const names = [...(first.Users ?? []), ...(rest.Users ?? [])].map((user) => user.Username);
    expect(new Set(names).size).toBe(names.length);
  });
});
