import { generateKeyPairSync, sign } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { request } from 'node:https';
import { join } from 'node:path';
import {
  AdminCreateUserCommand,
  AdminDisableUserCommand,
  AdminSetUserPasswordCommand,
  AdminUserGlobalSignOutCommand,
  ChangePasswordCommand,
  ConfirmForgotPasswordCommand,
  DeleteUserCommand,
  ForgotPasswordCommand,
  GetUserCommand,
  GlobalSignOutCommand,
  InitiateAuthCommand,
  RespondToAuthChallengeCommand,
  RevokeTokenCommand,
  UpdateUserAttributesCommand,
} from '@aws-sdk/client-cognito-identity-provider';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startCognitoTrial, type CognitoTrial } from './cognito-trial.ts';
import { signInBySrp } from './srp-client.ts';

const PASSWORD = 'Correct-horse-9';

let trial: CognitoTrial;
beforeAll(async () => {
  trial = await startCognitoTrial();
});
afterAll(() => trial.stop());

const named = (name: string, message = '') => expect.objectContaining({ name, message: expect.stringContaining(message) });
const ref = () => ({ UserPoolId: trial.pool.physicalId });

async function createUser(Username: string): Promise<void> {
  await trial.client.send(
    new AdminCreateUserCommand({
      ...ref(),
      Username,
      MessageAction: 'SUPPRESS',
      UserAttributes: [{ Name: 'email_verified', Value: 'true' }],
    }),
  );
  await trial.client.send(new AdminSetUserPasswordCommand({ ...ref(), Username, Password: PASSWORD, Permanent: true }));
}

async function signIn(USERNAME: string, password = PASSWORD) {
  const AuthParameters = { USERNAME, PASSWORD: password };
  const answer = await trial.client.send(
    new InitiateAuthCommand({ ClientId: trial.clientId, AuthFlow: 'USER_PASSWORD_AUTH', AuthParameters }),
  );
  const { AccessToken = '', IdToken = '', RefreshToken = '', ExpiresIn } = answer.AuthenticationResult ?? {};
  return { AccessToken, IdToken, RefreshToken, ExpiresIn };
}

const refresh = (REFRESH_TOKEN: string) =>
  trial.client.send(
    new InitiateAuthCommand({ ClientId: trial.clientId, AuthFlow: 'REFRESH_TOKEN_AUTH', AuthParameters: { REFRESH_TOKEN } }),
  );
const getUser = (AccessToken: string) => trial.client.send(new GetUserCommand({ AccessToken }));
const claimsOf = (token: string): Record<string, unknown> => JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString());

function call(url: string, method: string, headers: Record<string, string> = {}): Promise<{ status: number; body: string }> {
  return new Promise((resolve, reject) => {
    const outgoing = request(url, { method, headers, ca: trial.ca, agent: false }, (answer) => {
      answer.toArray().then((chunks) => resolve({ status: answer.statusCode ?? 0, body: Buffer.concat(chunks).toString() }), reject);
    });
    outgoing.on('error', reject).end(method === 'POST' ? '{}' : undefined);
  });
}

describe('log-in by password', () => {
  it('gives an access token without e-mail, an id token with it, and a refresh token', async () => {
    await createUser('ada@example.com');
    const tokens = await signIn('ADA@example.com');
    expect(tokens.ExpiresIn).toBe(1800);
    const access = claimsOf(tokens.AccessToken);
    expect(access).toMatchObject({
      token_use: 'access',
      client_id: trial.clientId,
      scope: 'aws.cognito.signin.user.admin',
      iss: trial.pool.attributes['ProviderURL'],
    });
    expect(JSON.stringify(access)).not.toContain('@');
    expect(claimsOf(tokens.IdToken)).toMatchObject({
      token_use: 'id',
      aud: trial.clientId,
      email: 'ada@example.com',
      email_verified: true,
      sub: access['sub'],
    });
    expect(await getUser(tokens.AccessToken)).toMatchObject({ Username: access['sub'] });
  });

  it('answers alike for a wrong password and for nobody', async () => {
    const refusal = named('NotAuthorizedException', 'Incorrect username or password.');
    await expect(signIn('ada@example.com', 'Wrong-horse-99')).rejects.toEqual(refusal);
    await expect(signIn('nobody@example.com')).rejects.toEqual(refusal);
  });

  it('locks out after five wrong passwords, for a second at first', async () => {
    await createUser('locked@example.com');
    for (let attempt = 0; attempt < 5; attempt += 1) {
      await expect(signIn('locked@example.com', 'Wrong-horse-99')).rejects.toEqual(named('NotAuthorizedException', 'Incorrect'));
    }
    await expect(signIn('locked@example.com')).rejects.toEqual(named('NotAuthorizedException', 'Password attempts exceeded'));
    trial.advance(1001);
    await signIn('locked@example.com');
  });

  it('refuses a disabled user', async () => {
    await createUser('off@example.com');
    await trial.client.send(new AdminDisableUserCommand({ ...ref(), Username: 'off@example.com' }));
    await expect(signIn('off@example.com')).rejects.toEqual(named('NotAuthorizedException', 'disabled'));
  });

  it('asks for a new password when an administrator made the user', async () => {
    await trial.client.send(new AdminCreateUserCommand({ ...ref(), Username: 'new@example.com' }));
    const temporary = trial.mails.findLast((mail) => mail.to === 'new@example.com')?.code ?? '';
    const AuthParameters = { USERNAME: 'new@example.com', PASSWORD: temporary };
    const asked = await trial.client.send(
      new InitiateAuthCommand({ ClientId: trial.clientId, AuthFlow: 'USER_PASSWORD_AUTH', AuthParameters }),
    );
    expect(asked.ChallengeName).toBe('NEW_PASSWORD_REQUIRED');
    const ChallengeResponses = { USERNAME: 'new@example.com', NEW_PASSWORD: PASSWORD };
    const { ChallengeName, Session } = asked;
    const answer = await trial.client.send(
      new RespondToAuthChallengeCommand({ ClientId: trial.clientId, ChallengeName, Session, ChallengeResponses }),
    );
    expect(answer.AuthenticationResult?.AccessToken).toBeDefined();
  });
});

describe('log-in by SRP', () => {
  const login = (password: string, username = 'ada@example.com') =>
    signInBySrp(trial.client, { poolId: trial.pool.physicalId, clientId: trial.clientId, username, password });

  it('gives tokens for the right password', async () => {
    const answer = await login(PASSWORD);
    expect(claimsOf(answer.AuthenticationResult?.AccessToken ?? '')).toMatchObject({ token_use: 'access' });
  });

  it('refuses the wrong password, and nobody alike', async () => {
    const refusal = named('NotAuthorizedException', 'Incorrect username or password.');
    await expect(login('Wrong-horse-99')).rejects.toEqual(refusal);
    await expect(login(PASSWORD, 'nobody@example.com')).rejects.toEqual(refusal);
  });

  it('refuses a public value that is a multiple of the prime', async () => {
    const AuthParameters = { USERNAME: 'ada@example.com', SRP_A: '0' };
    const command = new InitiateAuthCommand({ ClientId: trial.clientId, AuthFlow: 'USER_SRP_AUTH', AuthParameters });
    await expect(trial.client.send(command)).rejects.toEqual(named('InvalidParameterException'));
  });
});

describe('refresh, revocation and sign-out', () => {
  it('renews within the same log-in', async () => {
    const tokens = await signIn('ada@example.com');
    const renewed = (await refresh(tokens.RefreshToken)).AuthenticationResult;
    expect(renewed?.RefreshToken).toBeUndefined();
    expect(claimsOf(renewed?.AccessToken ?? '')['origin_jti']).toBe(claimsOf(tokens.AccessToken)['origin_jti']);
  });

  it('ends one log-in by RevokeToken, and only that one', async () => {
    const [kept, ended] = [await signIn('ada@example.com'), await signIn('ada@example.com')];
    await trial.client.send(new RevokeTokenCommand({ ClientId: trial.clientId, Token: ended.RefreshToken }));
    await expect(refresh(ended.RefreshToken)).rejects.toEqual(named('NotAuthorizedException', 'Invalid Refresh Token'));
    await expect(getUser(ended.AccessToken)).rejects.toEqual(named('NotAuthorizedException', 'revoked'));
    await refresh(kept.RefreshToken);
    await expect(trial.client.send(new RevokeTokenCommand({ ClientId: trial.clientId, Token: kept.AccessToken }))).rejects.toEqual(
      named('UnsupportedTokenTypeException'),
    );
  });

  it.each(['user', 'administrator'])('ends every log-in by global sign-out of the %s', async (who) => {
    const [first, second] = [await signIn('ada@example.com'), await signIn('ada@example.com')];
    if (who === 'user') await trial.client.send(new GlobalSignOutCommand({ AccessToken: first.AccessToken }));
    else await trial.client.send(new AdminUserGlobalSignOutCommand({ ...ref(), Username: 'ada@example.com' }));
    for (const tokens of [first, second]) {
      await expect(refresh(tokens.RefreshToken)).rejects.toEqual(named('NotAuthorizedException'));
      await expect(getUser(tokens.AccessToken)).rejects.toEqual(named('NotAuthorizedException', 'revoked'));
    }
  });

  it('refuses an expired access and refresh token', async () => {
    const tokens = await signIn('ada@example.com');
    trial.advance(1_800_000);
    await expect(getUser(tokens.AccessToken)).rejects.toEqual(named('NotAuthorizedException', 'expired'));
    await refresh(tokens.RefreshToken);
    trial.advance(43_200 * 60_000);
    await expect(refresh(tokens.RefreshToken)).rejects.toEqual(named('NotAuthorizedException', 'expired'));
  });
});

describe('account', () => {
  it('changes a password and attributes, and deletes itself', async () => {
    await createUser('self@example.com');
    const { AccessToken } = await signIn('self@example.com');
    const update = (Name: string, Value: string) =>
      trial.client.send(new UpdateUserAttributesCommand({ AccessToken, UserAttributes: [{ Name, Value }] }));
    await update('custom:tier', 'gold');
    await expect(update('email_verified', 'true')).rejects.toEqual(named('NotAuthorizedException'));
    await trial.client.send(new ChangePasswordCommand({ AccessToken, PreviousPassword: PASSWORD, ProposedPassword: 'Another-horse-10' }));
    await expect(signIn('self@example.com')).rejects.toEqual(named('NotAuthorizedException'));
    await signIn('self@example.com', 'Another-horse-10');
    expect((await getUser(AccessToken)).UserAttributes).toContainEqual({ Name: 'custom:tier', Value: 'gold' });
    await trial.client.send(new DeleteUserCommand({ AccessToken }));
    await expect(getUser(AccessToken)).rejects.toEqual(named('UserNotFoundException'));
  });

  it('sets a forgotten password by code and ends old sessions', async () => {
    await createUser('lost@example.com');
    const before = await signIn('lost@example.com');
    await trial.client.send(new ForgotPasswordCommand({ ClientId: trial.clientId, Username: 'lost@example.com' }));
    const ConfirmationCode = trial.mails.at(-1)?.code ?? '';
    const reset = (Password: string, code = ConfirmationCode) =>
      trial.client.send(
        new ConfirmForgotPasswordCommand({ ClientId: trial.clientId, Username: 'lost@example.com', ConfirmationCode: code, Password }),
      );
    await expect(reset('weak')).rejects.toEqual(named('InvalidPasswordException'));
    await reset('Another-horse-10');
    await expect(reset('Another-horse-10')).rejects.toEqual(named('ExpiredCodeException'));
    await expect(refresh(before.RefreshToken)).rejects.toEqual(named('NotAuthorizedException'));
    await signIn('lost@example.com', 'Another-horse-10');
  });
});

describe('tokens', () => {
  const verify = (token: string) => trial.provider().tokens.verify(String(trial.pool.attributes['Arn']), token);
  const encode = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');

  it('are good for API Gateway until they expire, revoked or not', async () => {
    const tokens = await signIn('ada@example.com');
    await trial.client.send(new GlobalSignOutCommand({ AccessToken: tokens.AccessToken }));
    expect(await verify(tokens.AccessToken)).toMatchObject({ token_use: 'access' });
    expect(await verify(tokens.IdToken)).toMatchObject({ token_use: 'id' });
    trial.advance(1_800_000);
    expect(await verify(tokens.AccessToken)).toBeUndefined();
  });

  it('are refused when tampered with, foreign, unsigned or of another pool', async () => {
    const { AccessToken } = await signIn('ada@example.com');
    const [header = '', payload = '', signature = ''] = AccessToken.split('.');
    const claims = claimsOf(AccessToken);
    const foreign = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey;
    const bad = [
      `${header}.${encode({ ...claims, sub: 'somebody-else' })}.${signature}`,
      `${header}.${payload}.${sign('sha256', Buffer.from(`${header}.${payload}`), foreign).toString('base64url')}`,
      `${encode({ alg: 'none' })}.${payload}.`,
      `${header}.${payload}`,
      'nonsense',
    ];
    for (const token of bad) {
      expect(await verify(token)).toBeUndefined();
      await expect(getUser(token)).rejects.toEqual(named('NotAuthorizedException'));
    }
    expect(
      await trial.provider().tokens.verify('arn:aws:cognito-idp:eu-west-1:222222222222:userpool/eu-west-1_Other0000', AccessToken),
    ).toBeUndefined();
  });

  it('are signed by the key that the pool publishes', async () => {
    const url = `${String(trial.pool.attributes['ProviderURL'])}/.well-known/jwks.json`;
    const { body } = await call(url, 'GET');
    const { AccessToken } = await signIn('ada@example.com');
    const { kid } = JSON.parse(Buffer.from(AccessToken.split('.')[0] ?? '', 'base64url').toString());
    expect(JSON.parse(body)).toMatchObject({ keys: [{ kid, alg: 'RS256', use: 'sig', kty: 'RSA' }] });
  });

  it('and users survive a restart; no password or token lies in the store', async () => {
    const tokens = await signIn('ada@example.com');
    await trial.restart();
    await getUser(tokens.AccessToken);
    await refresh(tokens.RefreshToken);
    const folder = join(trial.context.stateFolder, 'cognito');
    const stored = ['cognito.sqlite', 'cognito.sqlite-wal'].map((file) => readFileSync(join(folder, file), 'latin1')).join('');
    expect(stored).toContain('ada@example.com');
    expect(stored).not.toContain(PASSWORD);
    expect(stored).not.toContain(tokens.RefreshToken);
  });
});

describe('administrative operations', () => {
  it('want IAM credentials', async () => {
    const headers = { 'x-amz-target': 'AWSCognitoIdentityProviderService.AdminGetUser' };
    const response = await call(`https://localhost:${trial.context.ports.cognito}/`, 'POST', headers);
    expect(response.status).toBe(400);
    expect(response.body).toContain('MissingAuthenticationTokenException');
  });
});
