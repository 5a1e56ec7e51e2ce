import {
  type AuthenticationResultType,
  CognitoIdentityProviderClient,
  ConfirmForgotPasswordCommand,
  ConfirmSignUpCommand,
  ForgotPasswordCommand,
  InitiateAuthCommand,
  type InitiateAuthCommandOutput,
  ResendConfirmationCodeCommand,
  RevokeTokenCommand,
  SignUpCommand,
} from '@aws-sdk/client-cognito-identity-provider';
import { awsClientSettings, traceAwsClient } from '@torii/chassis';
import { challengeUnsupported } from '../domain/errors.ts';
import { type AccountOperation, toAccountError } from './account-error.ts';

export interface Registration {
  readonly email: string;
  readonly password: string;
  readonly displayName?: string | undefined;
  readonly locale: string;
}

export interface Tokens {
  readonly accessToken: string;
  /** Absent when Cognito leaves the one we have in force. */
  readonly refreshToken: string | undefined;
  readonly expiresInS: number;
}

/** Accounts as the user pool keeps them. Every refusal is a ServiceError whose code pages know. */
export interface Accounts {
  signUp(registration: Registration): Promise<void>;
  confirmSignUp(email: string, code: string): Promise<void>;
  resendCode(email: string): Promise<void>;
  forgotPassword(email: string): Promise<void>;
  resetPassword(reset: { readonly email: string; readonly code: string; readonly password: string }): Promise<void>;
  logIn(credentials: { readonly email: string; readonly password: string }): Promise<Tokens>;
  /** @throws SESSION_EXPIRED */
  refresh(refreshToken: string): Promise<Tokens>;
  /** The refresh token and every access token made from it end. */
  revoke(refreshToken: string): Promise<void>;
}

/** Calls Cognito's public operations, those that need no AWS credentials. */
export function createAccounts(clientId: string, client: CognitoIdentityProviderClient = createCognitoClient()): Accounts {
  const ClientId = clientId;
  return {
    signUp: ({ email, password, displayName, locale }) =>
      translated('sign-up', () => {
        const names = displayName === undefined ? [] : [{ Name: 'name', Value: displayName }];
        const UserAttributes = [{ Name: 'email', Value: email }, { Name: 'locale', Value: locale }, ...names];
        return client.send(new SignUpCommand({ ClientId, Username: email, Password: password, UserAttributes }));
      }),
    confirmSignUp: (email, code) =>
      translated('confirm', () => client.send(new ConfirmSignUpCommand({ ClientId, Username: email, ConfirmationCode: code }))),
    resendCode: (email) => translated('resend', () => client.send(new ResendConfirmationCodeCommand({ ClientId, Username: email }))),
    forgotPassword: (email) => translated('forgot', () => client.send(new ForgotPasswordCommand({ ClientId, Username: email }))),
    resetPassword: ({ email, code, password }) =>
      translated('reset', () =>
        client.send(new ConfirmForgotPasswordCommand({ ClientId, Username: email, ConfirmationCode: code, Password: password })),
      ),
    logIn: async ({ email, password }) => {
      const AuthParameters = { USERNAME: email, PASSWORD: password };
      const answer = await tried('log-in', () =>
        client.send(new InitiateAuthCommand({ ClientId, AuthFlow: 'USER_PASSWORD_AUTH', AuthParameters })),
      );
      return parseTokens(answer);
    },
    refresh: async (refreshToken) => {
      const AuthParameters = { REFRESH_TOKEN: refreshToken };
      const answer = await tried('refresh', () =>
        client.send(new InitiateAuthCommand({ ClientId, AuthFlow: 'REFRESH_TOKEN_AUTH', AuthParameters })),
      );
      return parseTokens(answer);
    },
    revoke: (refreshToken) => translated('revoke', () => client.send(new RevokeTokenCommand({ ClientId, Token: refreshToken }))),
  };
}

function createCognitoClient(): CognitoIdentityProviderClient {
  return traceAwsClient(new CognitoIdentityProviderClient(awsClientSettings()), 'Cognito');
}

async function translated(operation: AccountOperation, run: () => Promise<unknown>): Promise<void> {
  await tried(operation, run);
}

async function tried<T>(operation: AccountOperation, run: () => Promise<T>): Promise<T> {
  try {
    return await run();
  } catch (error) {
    throw toAccountError(operation, error);
  }
}

function parseTokens({ ChallengeName, AuthenticationResult }: InitiateAuthCommandOutput): Tokens {
  if (ChallengeName !== undefined) throw challengeUnsupported(ChallengeName);
  const { AccessToken, RefreshToken, ExpiresIn }: AuthenticationResultType = AuthenticationResult ?? {};
  if (AccessToken === undefined || ExpiresIn === undefined) throw new Error('Cognito answered a log-in without an access token.');
  return { accessToken: AccessToken, refreshToken: RefreshToken, expiresInS: ExpiresIn };
}
