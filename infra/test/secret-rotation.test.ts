import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { RotationEvent } from '../lambda/secret-rotation.ts';

interface Version {
  readonly value: string | undefined;
  readonly stages: readonly string[];
}

interface Call {
  readonly VersionId?: string;
  readonly ClientRequestToken?: string;
  readonly SecretString?: string;
  readonly MoveToVersionId?: string;
  readonly RemoveFromVersionId?: string;
}

/** Secrets Manager, with one secret, and ElastiCache, with one user. */
let aws: Server;
let versions: Map<string, Version>;
/** What ElastiCache was asked to do. */
let cacheCalls: URLSearchParams[];
/** What it says of the user, one answer after the other. */
let cacheStates: string[];
const before = { ...process.env };
const CURRENT: Version = { value: '{"username":"catalog","password":"old"}', stages: ['AWSCURRENT'] };

beforeAll(async () => {
  aws = createServer((request, response) => {
    void text(request).then((body) => {
      if (request.headers['content-type']?.startsWith('application/x-www-form-urlencoded')) {
        response.end(answerForCache(new URLSearchParams(body)));
        return;
      }
      const answer = answerTo(String(request.headers['x-amz-target']).split('.')[1] ?? '', parseCall(body));
      response.statusCode = answer ? 200 : 400;
      response.end(JSON.stringify(answer ?? { __type: 'ResourceNotFoundException' }));
    });
  });
  await new Promise<void>((resolve) => aws.listen(0, '127.0.0.1', resolve));
  Object.assign(process.env, {
    AWS_ENDPOINT_URL_SECRETS_MANAGER: `http://127.0.0.1:${parseAddress(aws.address()).port}`,
    AWS_ENDPOINT_URL_ELASTICACHE: `http://127.0.0.1:${parseAddress(aws.address()).port}`,
    ADMIN_SECRET_ARN: 'admin',
    DATABASE_HOST: '127.0.0.1',
    // Nobody listens there.
    DATABASE_PORT: '1',
    CACHE_SECRET_ARN: 'cache',
    CACHE_USER_ID: 'torii-dev-catalog',
    AWS_REGION: 'eu-west-1',
    AWS_ACCESS_KEY_ID: 'local',
    AWS_SECRET_ACCESS_KEY: 'local',
  });
});
beforeEach(() => {
  cacheCalls = [];
  cacheStates = ['active'];
  versions = new Map([
    ['v1', CURRENT],
    ['v2', { value: undefined, stages: ['AWSPENDING'] }],
  ]);
});
afterAll(async () => {
  process.env = before;
  aws.closeAllConnections();
  await new Promise((resolve) => aws.close(resolve));
});

function answerTo(action: string, call: Call): unknown {
  switch (action) {
    case 'DescribeSecret':
      return { VersionIdsToStages: Object.fromEntries([...versions].map(([id, { stages }]) => [id, stages])) };
    case 'GetSecretValue': {
      const value = versions.get(call.VersionId ?? 'v1')?.value;
      return value === undefined ? undefined : { SecretString: value };
    }
    case 'GetRandomPassword':
      return { RandomPassword: 'new' };
    case 'PutSecretValue':
      versions.set(call.ClientRequestToken ?? '', { value: call.SecretString, stages: ['AWSPENDING'] });
      return {};
    case 'UpdateSecretVersionStage':
      versions.set(call.RemoveFromVersionId ?? '', { ...CURRENT, stages: ['AWSPREVIOUS'] });
      versions.set(call.MoveToVersionId ?? '', { value: undefined, stages: ['AWSCURRENT'] });
      return {};
    default:
      return undefined;
  }
}

function answerForCache(call: URLSearchParams): string {
  const action = call.get('Action') ?? '';
  cacheCalls.push(call);
  const user = `<Status>${action === 'ModifyUser' ? 'modifying' : (cacheStates.shift() ?? 'active')}</Status>`;
  const result = action === 'ModifyUser' ? user : `<Users><member>${user}</member></Users>`;
  return `<${action}Response xmlns="http://elasticache.amazonaws.com/doc/2015-02-02/"><${action}Result>${result}</${action}Result></${action}Response>`;
}

function parseCall(json: string): Call {
  return JSON.parse(json) as Call;
}

function parseAddress(address: ReturnType<Server['address']>): AddressInfo {
  return address as AddressInfo;
}

async function rotate(step: RotationEvent['Step'], version = 'v2', secret = 'catalog'): Promise<void> {
  const { handler } = await import('../lambda/secret-rotation.ts');
  await handler({ Step: step, SecretId: secret, ClientRequestToken: version });
}

describe('the rotation of a secret', () => {
  it('makes a new password for the same user', async () => {
    await rotate('createSecret');
    expect(versions.get('v2')).toEqual({ value: '{"username":"catalog","password":"new"}', stages: ['AWSPENDING'] });
    expect(versions.get('v1')).toEqual(CURRENT);
  });

  it('keeps what else the secret says: the one of the administrator has an address too', async () => {
    versions.set('v1', { value: '{"username":"torii_admin","password":"old","host":"db","port":3306}', stages: ['AWSCURRENT'] });
    await rotate('createSecret', 'v2', 'admin');
    expect(JSON.parse(versions.get('v2')?.value ?? '')).toEqual({ username: 'torii_admin', password: 'new', host: 'db', port: 3306 });
  });

  it('lets the user of the cache in with both passwords, and is done when ElastiCache is', async () => {
    versions.set('v2', { value: '{"username":"catalog","password":"new"}', stages: ['AWSPENDING'] });
    await rotate('setSecret', 'v2', 'cache');
    expect(Object.fromEntries(cacheCalls[0] ?? [])).toMatchObject({
      Action: 'ModifyUser',
      UserId: 'torii-dev-catalog',
      'AuthenticationMode.Type': 'password',
      'AuthenticationMode.Passwords.member.1': 'new',
      'AuthenticationMode.Passwords.member.2': 'old',
    });
    cacheStates = ['modifying', 'active'];
    await rotate('testSecret', 'v2', 'cache');
    expect(cacheCalls.map((call) => call.get('Action'))).toEqual(['ModifyUser', 'DescribeUsers', 'DescribeUsers']);
  });

  it('takes a database that is away for what it is, not for one that refuses the administrator', async () => {
    versions.set('v2', { value: '{"username":"torii_admin","password":"new"}', stages: ['AWSPENDING'] });
    await expect(rotate('setSecret', 'v2', 'admin')).rejects.toThrow('ECONNREFUSED');
  });

  it('keeps the new password when it begins again: the account may have it already', async () => {
    versions.set('v2', { value: '{"username":"catalog","password":"first"}', stages: ['AWSPENDING'] });
    await rotate('createSecret');
    expect(versions.get('v2')?.value).toContain('first');
  });

  it('refuses a user whose name could be more than a name, before it asks the database', async () => {
    versions.set('v2', { value: JSON.stringify({ username: "x'@'%'; DROP", password: 'new' }), stages: ['AWSPENDING'] });
    await expect(rotate('setSecret')).rejects.toThrow('the name is no lower-case identifier');
  });

  it('gives the new password to readers at the end', async () => {
    await rotate('finishSecret');
    expect([...versions].map(([id, { stages }]) => [id, stages])).toEqual([
      ['v1', ['AWSPREVIOUS']],
      ['v2', ['AWSCURRENT']],
    ]);
  });

  it('leaves a version alone that is the current one', async () => {
    await rotate('setSecret', 'v1');
    expect(versions.get('v1')).toEqual(CURRENT);
  });

  it('refuses a version that the secret does not have', async () => {
    await expect(rotate('createSecret', 'v9')).rejects.toThrow('it has no version v9');
  });
});
