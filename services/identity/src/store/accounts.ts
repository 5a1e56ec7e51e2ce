import {
  AdminDeleteUserCommand,
  CognitoIdentityProviderClient,
  GetUserCommand,
  NotAuthorizedException,
  UserNotConfirmedException,
  UserNotFoundException,
} from '@aws-sdk/client-cognito-identity-provider';
import { awsClientSettings, traceAwsClient } from '@torii/chassis';
import { emailAddress, userId, type UserId } from '@torii/contracts';
import { z } from 'zod';
import { accountsUnavailable, tokenRevoked } from '../domain/errors.ts';

/** What the user pool knows of a person. */
export interface Account {
  readonly userId: UserId;
  readonly email: string;
  readonly name: string | undefined;
  readonly locale: string | undefined;
}

/** The user pool, where people sign up and log in. */
export interface Accounts {
  /** The account a token belongs to; access tokens carry no e-mail address. @throws TOKEN_REVOKED, ACCOUNTS_UNAVAILABLE */
  getByToken(token: string): Promise<Account>;
  /** Removes the account, if it is there still. */
  remove(id: UserId): Promise<void>;
}

const attributesSchema = z.object({
  sub: userId,
  email: emailAddress,
  name: z.string().optional(),
  locale: z.string().optional(),
});

export function createAccounts(userPoolId: string): Accounts {
  const client = traceAwsClient(new CognitoIdentityProviderClient(awsClientSettings()), 'Cognito');
  return {
    async getByToken(token) {
      const { UserAttributes = [] } = await client.send(new GetUserCommand({ AccessToken: token })).catch((error: unknown) => {
        throw isRefusal(error) ? tokenRevoked(error) : accountsUnavailable(error);
      });
      const attributes = attributesSchema.parse(Object.fromEntries(UserAttributes.map(({ Name, Value }) => [Name, Value])));
      return { userId: attributes.sub, email: attributes.email, name: attributes.name, locale: attributes.locale };
    },
    async remove(id) {
      // In a pool that signs in by e-mail address the sub is the username.
      await client.send(new AdminDeleteUserCommand({ UserPoolId: userPoolId, Username: id })).catch((error: unknown) => {
        if (!(error instanceof UserNotFoundException)) throw error;
      });
    },
  };
}

function isRefusal(error: unknown): boolean {
  return error instanceof NotAuthorizedException || error instanceof UserNotFoundException || error instanceof UserNotConfirmedException;
}
