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

/** Secrets Manager, with one secret. */
let aws: Server;
let versions: Map<string, Version>;
const before = { ...process.env };
const CURRENT: Version = { value: '{"username":"catalog","password":"old"}', stages: ['AWSCURRENT'] };

beforeAll(async () => {
  aws = createServer((request, response) => {
    void text(request).then((body) => {
      const answer = answerTo(String(request.headers['x-amz-target']).split('.')[1] ?? '', parseCall(body));
      response.statusCode = answer ? 200 : 400;
      response.end(JSON.stringify(answer ?? { __type: 'ResourceNotFoundException' }));
    });
  });
  await new Promise<void>((resolve) => aws.listen(0, '127.0.0.1', resolve));
  Object.assign(process.env, {
    AWS_ENDPOINT_URL_SECRETS_MANAGER: `http://127.0.0.1:${parseAddress(aws.address()).port}`,
    AWS_REGION: 'eu-west-1',
    AWS_ACCESS_KEY_ID: 'local',
    AWS_SECRET_ACCESS_KEY: 'local',
  });
});
beforeEach(() => {
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

function parseCall(json: string): Call {
  return JSON.parse(json) as Call;
}

function parseAddress(address: ReturnType<Server['address']>): AddressInfo {
  return address as AddressInfo;
}

async function rotate(step: RotationEvent['Step'], version = 'v2'): Promise<void> {
  const { handler } = await import('../lambda/secret-rotation.ts');
  await handler({ Step: step, SecretId: 'catalog', ClientRequestToken: version });
}

describe('the rotation of a secret', () => {
  it('makes a new password for the same user', async () => {
    await rotate('createSecret');
    expect(versions.get('v2')).toEqual({ value: '{"username":"catalog","password":"new"}', stages: ['AWSPENDING'] });
    expect(versions.get('v1')).toEqual(CURRENT);
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
