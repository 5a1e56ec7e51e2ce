import { invalidParameter, optionalNumber, optionalText, requiredText, type Input } from '../input.ts';
import type { User } from '../store.ts';
import { type UserPools } from '../user-pools.ts';
import { describeUser, listAttributes } from '../users.ts';
import type { Operation } from './operation.ts';

// Cognito's own page size.
const PAGE_SIZE = 60;

/** ListUsers, DescribeUserPool, DescribeUserPoolClient and ListUserPoolClients. */
export function createAdminPoolOperations(pools: UserPools): Readonly<Record<string, Operation>> {
  return {
    ListUsers: async (input) => listUsers(pools, input),
    DescribeUserPool: async (input) => describePool(pools, input),
    DescribeUserPoolClient: async (input) => describeClient(pools, input),
    ListUserPoolClients: async (input) => {
      const pool = pools.getPool(requiredText(input, 'UserPoolId'));
      const clients = pools.listClients(pool.settings.id);
      return { UserPoolClients: clients.map(({ id, name, poolId }) => ({ ClientId: id, ClientName: name, UserPoolId: poolId })) };
    },
  };
}

function listUsers(pools: UserPools, input: Input): object {
  const pool = pools.getPool(requiredText(input, 'UserPoolId'));
  const matches = parseFilter(optionalText(input, 'Filter'));
  const limit = Math.min(optionalNumber(input, 'Limit') ?? PAGE_SIZE, PAGE_SIZE);
  const found: User[] = [];
  let after = optionalText(input, 'PaginationToken') ?? '';
  for (;;) {
    const page = pools.store.listUsers(pool.settings.id, after, PAGE_SIZE);
    for (const user of page) {
      after = user.sub;
      if (matches(user)) found.push(user);
      if (found.length === limit) return present(found, after);
    }
    if (page.length < PAGE_SIZE) return present(found, undefined);
  }
}

function present(users: readonly User[], next: string | undefined): object {
  const shown = users.map((user) => ({ ...describeUser(user), Attributes: listAttributes(user) }));
  return { Users: shown, ...(next === undefined ? {} : { PaginationToken: next }) };
}

/** `name = "value"` or `name ^= "value"`, the two comparisons Cognito has. @throws AwsError InvalidParameterException */
function parseFilter(filter: string | undefined): (user: User) => boolean {
  if (filter === undefined) return () => true;
  const [, name = '', operator, value = ''] = /^\s*"?([\w:]+)"?\s*(\^?=)\s*"(.*)"\s*$/.exec(filter) ?? [];
  if (operator === undefined) throw invalidParameter('Error while parsing filter');
  const wanted = value.toLowerCase();
  return (user) => {
    const actual = filteredValue(user, name).toLowerCase();
    return operator === '=' ? actual === wanted : actual.startsWith(wanted);
  };
}

function filteredValue(user: User, name: string): string {
  if (name === 'sub' || name === 'username') return user.sub;
  if (name === 'cognito:user_status') return user.status;
  if (name === 'status') return user.enabled ? 'Enabled' : 'Disabled';
  return user.attributes[name] ?? '';
}

function describePool(pools: UserPools, input: Input): object {
  const { settings } = pools.getPool(requiredText(input, 'UserPoolId'));
  const policy = settings.passwordPolicy;
  return {
    UserPool: {
      Id: settings.id,
      Arn: settings.arn,
      Name: settings.name,
      UsernameAttributes: ['email'],
      AutoVerifiedAttributes: settings.verifiesEmail ? ['email'] : [],
      LambdaConfig: settings.triggers,
      Policies: {
        PasswordPolicy: {
          MinimumLength: policy.minimumLength,
          RequireLowercase: policy.requiresLowercase,
          RequireUppercase: policy.requiresUppercase,
          RequireNumbers: policy.requiresNumbers,
          RequireSymbols: policy.requiresSymbols,
          TemporaryPasswordValidityDays: policy.temporaryPasswordDays,
        },
      },
    },
  };
}

function describeClient(pools: UserPools, input: Input): object {
  const { client } = pools.getClient(requiredText(input, 'ClientId'));
  if (client.poolId !== requiredText(input, 'UserPoolId')) throw invalidParameter('The client is not of this user pool');
  return {
    UserPoolClient: {
      ClientId: client.id,
      ClientName: client.name,
      UserPoolId: client.poolId,
      ExplicitAuthFlows: client.authFlows,
      AccessTokenValidity: client.accessTokenSeconds,
      IdTokenValidity: client.idTokenSeconds,
      RefreshTokenValidity: client.refreshTokenSeconds,
      TokenValidityUnits: { AccessToken: 'seconds', IdToken: 'seconds', RefreshToken: 'seconds' },
      PreventUserExistenceErrors: client.hidesUserExistence ? 'ENABLED' : 'LEGACY',
      EnableTokenRevocation: client.allowsRevocation,
    },
  };
}
