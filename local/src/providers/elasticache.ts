import { join } from 'node:path';
import { keepRunning, type LastingServer } from '../natives/lasting-server.ts';
import { startRedis, type RedisUser } from '../natives/redis.ts';
import type { LocalContext, Properties, Provider, Resource, ResourceState } from '../provider.ts';
import { flagOf, recordOf, requiredText, textMapOf, textOf, textsOf } from '../read-value.ts';

/** Parameters that Redis knows by the same name; the rest of a parameter group sizes AWS's nodes. */
const KNOWN_PARAMETERS = new Set([
  'maxmemory-policy',
  'timeout',
  'notify-keyspace-events',
  'lazyfree-lazy-eviction',
  'lazyfree-lazy-expire',
]);

/** The one replication group of a stage is a private Redis over TLS, with the template's users. */
export function createElastiCache(context: LocalContext): Provider {
  const users = new Map<string, RedisUser>();
  const userGroups = new Map<string, readonly string[]>();
  const parameterGroups = new Map<string, Readonly<Record<string, string>>>();
  let server: LastingServer | undefined;

  const start = async (properties: Properties, id: string): Promise<void> => {
    assertEncrypted(properties, id);
    if (server !== undefined) throw new Error(`${id} cannot be started: a stage has one cache here, and it already runs`);
    const names = textsOf(properties['UserGroupIds']).flatMap((group) => userGroups.get(group) ?? []);
    const authToken = textOf(properties['AuthToken']);
    const options = {
      nativeFolder: context.nativeFolder,
      folder: join(context.stateFolder, 'redis'),
      port: context.ports.redis,
      tls: context.tls,
      users: authToken === undefined ? names.flatMap((name) => users.get(name) ?? []) : [tokenUser(authToken)],
      parameters: parameterGroups.get(textOf(properties['CacheParameterGroupName']) ?? '') ?? {},
    };
    server = await keepRunning('Redis', () => startRedis(options), context.log);
  };

  return {
    types: {
      'AWS::ElastiCache::SubnetGroup': { apply: async (resource) => named(resource, 'CacheSubnetGroupName') },
      'AWS::ElastiCache::ParameterGroup': {
        apply: async (resource) => {
          const state = named(resource, 'CacheParameterGroupName');
          const known = Object.entries(textMapOf(resource.properties['Properties'])).filter(([name]) => KNOWN_PARAMETERS.has(name));
          parameterGroups.set(state.physicalId, Object.fromEntries(known));
          return state;
        },
      },
      'AWS::ElastiCache::User': {
        apply: async (resource) => {
          const userId = requiredText(resource.properties, 'UserId');
          users.set(userId, readUser(resource.properties));
          return { physicalId: userId, attributes: { Status: 'active', Arn: arnOf(context, `user:${userId}`) } };
        },
      },
      'AWS::ElastiCache::UserGroup': {
        apply: async (resource) => {
          const groupId = requiredText(resource.properties, 'UserGroupId');
          userGroups.set(groupId, textsOf(resource.properties['UserIds']));
          return { physicalId: groupId, attributes: { Status: 'active', Arn: arnOf(context, `usergroup:${groupId}`) } };
        },
      },
      'AWS::ElastiCache::ReplicationGroup': {
        replacedBy: ['ReplicationGroupId', 'CacheSubnetGroupName'],
        apply: async (resource) => {
          const { physicalId } = named(resource, 'ReplicationGroupId');
          await start(resource.properties, physicalId);
          return { physicalId, attributes: endpoints(context) };
        },
      },
    },
    stop: async () => {
      await server?.stop();
      server = undefined;
    },
  };
}

function assertEncrypted(properties: Properties, id: string): void {
  if (flagOf(properties['TransitEncryptionEnabled']) === true) return;
  throw new Error(`${id} cannot be started: TransitEncryptionEnabled is not true, and Redis runs over TLS only here`);
}

function named({ properties, generatedName }: Resource, property: string): ResourceState {
  return { physicalId: (textOf(properties[property]) ?? generatedName).toLowerCase(), attributes: {} };
}

function arnOf(context: LocalContext, name: string): string {
  return `arn:aws:elasticache:${context.region}:${context.accountId}:${name}`;
}

function readUser(properties: Properties): RedisUser {
  const mode = recordOf(properties['AuthenticationMode']);
  const passwords = [...textsOf(properties['Passwords']), ...textsOf(mode['Passwords'])];
  return { username: requiredText(properties, 'UserName'), accessString: textOf(properties['AccessString']) ?? 'off -@all', passwords };
}

function tokenUser(token: string): RedisUser {
  return { username: 'default', accessString: 'on ~* &* +@all', passwords: [token] };
}

function endpoints(context: LocalContext): ResourceState['attributes'] {
  const port = String(context.ports.redis);
  const names = ['PrimaryEndPoint', 'ReaderEndPoint', 'ConfigurationEndPoint'];
  return Object.fromEntries(
    names.flatMap((name) => [
      [`${name}.Address`, 'localhost'],
      [`${name}.Port`, port],
    ]),
  );
}
