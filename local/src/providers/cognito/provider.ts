import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import type {
  FunctionInvoker,
  LocalContext,
  MailDelivery,
  Provider,
  Resource,
  ResourceHandler,
  ResourceState,
  TokenAuthority,
} from '../../provider.ts';
import { flagOf, requiredText, textOf } from '../../read-value.ts';
import { close, listen } from '../../http-server.ts';
import { createChallengeSessions } from './challenge-sessions.ts';
import { parseClientSettings, parsePoolSettings } from './pool-settings.ts';
import { createCognitoServer } from './server.ts';
import { openCognitoStore } from './store.ts';
import { isExpired } from './tokens.ts';
import { createUserPools, type UserPools } from './user-pools.ts';

export interface CognitoParts {
  /** Runs the pool's triggers. */
  readonly functions: FunctionInvoker;
  /** Where codes and invitations go. */
  readonly mail: MailDelivery;
  /** Milliseconds since the epoch. @default Date.now */
  readonly now?: () => number;
}

export interface CognitoProvider extends Provider {
  readonly tokens: TokenAuthority;
}

// Revocations and refresh tokens that have run out are dropped this often.
const PRUNE_INTERVAL_MS = 600_000;

/** Cognito user pools: sign-up, log-in and tokens, kept in `<state>/cognito`. */
export function createCognitoProvider(context: LocalContext, parts: CognitoParts): CognitoProvider {
  const store = openCognitoStore(join(context.stateFolder, 'cognito'));
  const now = parts.now ?? Date.now;
  const address = `https://localhost:${context.ports.cognito}`;
  const pools = createUserPools({
    store,
    functions: parts.functions,
    mail: parts.mail,
    challenges: createChallengeSessions(),
    now,
    address,
  });
  const server = createCognitoServer(context, pools);
  let pruning: NodeJS.Timeout | undefined;
  return {
    tokens: createTokenAuthority(pools),
    types: {
      'AWS::Cognito::UserPool': userPoolHandler(context, pools),
      'AWS::Cognito::UserPoolClient': userPoolClientHandler(pools),
      'AWS::Cognito::UserPoolDomain': nameHandler('Domain'),
      'AWS::Cognito::UserPoolGroup': nameHandler('GroupName'),
      'AWS::Cognito::UserPoolResourceServer': nameHandler('Identifier'),
    },
    async start() {
      store.prune(now());
      pruning = setInterval(() => store.prune(now()), PRUNE_INTERVAL_MS).unref();
      await listen(server, context.ports.cognito);
    },
    async stop() {
      clearInterval(pruning);
      await close(server);
      store.close();
    },
  };
}

/** Signature, issuer, expiry and kind. Not revocation: API Gateway's authorizer does not see it before the token expires either. */
export function createTokenAuthority(pools: UserPools): TokenAuthority {
  return {
    async verify(userPoolArn, token) {
      const pool = pools.findPool(userPoolArn.slice(userPoolArn.lastIndexOf('/') + 1));
      const claims = pool?.signer.read(token);
      if (claims === undefined || isExpired(claims, pools.now())) return undefined;
      return claims['token_use'] === 'access' || claims['token_use'] === 'id' ? claims : undefined;
    },
  };
}

function userPoolHandler(context: LocalContext, pools: UserPools): ResourceHandler {
  return {
    // Schema changes that remove or retype an attribute fail in AWS; a pool is replaced only when these change.
    replacedBy: ['UsernameAttributes', 'AliasAttributes', 'UsernameConfiguration'],
    async apply(resource, previous) {
      const id = previous?.physicalId ?? `${context.region}_${randomName(9, ALPHANUMERIC)}`;
      const arn = `arn:aws:cognito-idp:${context.region}:${context.accountId}:userpool/${id}`;
      const settings = parsePoolSettings({ id, arn, name: resource.generatedName }, resource.properties);
      const pool = pools.addPool(settings);
      return {
        physicalId: id,
        attributes: { Arn: arn, UserPoolId: id, ProviderName: pool.issuer.replace('https://', ''), ProviderURL: pool.issuer },
      };
    },
    async remove(resource) {
      pools.removePool(resource.physicalId);
    },
  };
}

function userPoolClientHandler(pools: UserPools): ResourceHandler {
  return {
    replacedBy: ['UserPoolId', 'GenerateSecret'],
    async apply(resource, previous) {
      const id = previous?.physicalId ?? randomName(26, LOWER_ALPHANUMERIC);
      const wantsSecret = flagOf(resource.properties['GenerateSecret']) === true;
      const secret = wantsSecret ? (textOf(previous?.attributes['ClientSecret']) ?? randomName(52, LOWER_ALPHANUMERIC)) : undefined;
      pools.addClient(
        parseClientSettings(id, secret, { ...resource.properties, UserPoolId: requiredText(resource.properties, 'UserPoolId') }),
      );
      return { physicalId: id, attributes: { ClientId: id, Name: id, ...(secret === undefined ? {} : { ClientSecret: secret }) } };
    },
    async remove(resource) {
      pools.removeClient(resource.physicalId);
    },
  };
}

/** Resources that are only a name here: the hosted pages and scopes they stand for are not used by any flow of the platform. */
function nameHandler(property: string): ResourceHandler {
  return {
    replacedBy: [property, 'UserPoolId'],
    apply: async (resource: Resource): Promise<ResourceState> => ({
      physicalId: textOf(resource.properties[property]) ?? resource.generatedName,
      attributes: {},
    }),
  };
}

const LOWER_ALPHANUMERIC = '0123456789abcdefghijklmnopqrstuvwxyz';
const ALPHANUMERIC = `${LOWER_ALPHANUMERIC}ABCDEFGHIJKLMNOPQRSTUVWXYZ`;

function randomName(length: number, alphabet: string): string {
  return Array.from(randomBytes(length), (byte) => alphabet[byte % alphabet.length]).join('');
}
