import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';

/** Secrets Manager, whose secrets have the name of their user as their id, and CloudFormation, which takes answers by PUT. */
let aws: Server;
let url = '';
let answers: unknown[] = [];
const before = { ...process.env };

beforeAll(async () => {
  aws = createServer((request, response) => void receive(request).then((body) => response.end(body)));
  await new Promise<void>((resolve) => aws.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${parseAddress(aws.address()).port}`;
  Object.assign(process.env, {
    AWS_ENDPOINT_URL_SECRETS_MANAGER: url,
    AWS_REGION: 'eu-west-1',
    AWS_ACCESS_KEY_ID: 'local',
    AWS_SECRET_ACCESS_KEY: 'local',
  });
});
beforeEach(() => {
  answers = [];
});
afterAll(async () => {
  process.env = before;
  aws.closeAllConnections();
  await new Promise((resolve) => aws.close(resolve));
});

async function receive(request: IncomingMessage): Promise<string> {
  const body = await text(request);
  if (request.method === 'PUT') {
    answers.push(JSON.parse(body));
    return '';
  }
  const { SecretId: username } = JSON.parse(body) as { readonly SecretId: string };
  return JSON.stringify({ SecretString: JSON.stringify({ username, password: 'x' }) });
}

function parseAddress(address: ReturnType<Server['address']>): AddressInfo {
  return address as AddressInfo;
}

const ResourceProperties = { AdminSecretArn: 'ruler', SecretArn: 'Not a name', Host: 'localhost', Port: '3306', DatabaseName: 'catalog' };
const REFUSAL = "Schema catalog cannot be made: 'Not a name' is not a lower-case identifier.";

describe('the database provisioner', () => {
  it('answers CloudFormation, which would wait otherwise, why a schema cannot be made', async () => {
    const { handler } = await import('../lambda/database-provisioner.ts');
    const event = {
      RequestType: 'Update',
      ResponseURL: url,
      StackId: 's',
      RequestId: 'r',
      LogicalResourceId: 'l',
      ResourceProperties,
    } as const;
    await handler(event);
    expect(answers).toEqual([expect.objectContaining({ Status: 'FAILED', Reason: REFUSAL, RequestId: 'r' })]);
  });

  it('leaves data alone when CloudFormation deletes', async () => {
    const { handler } = await import('../lambda/database-provisioner.ts');
    const event = {
      RequestType: 'Delete',
      ResponseURL: url,
      StackId: 's',
      RequestId: 'r',
      LogicalResourceId: 'l',
      ResourceProperties,
    } as const;
    await handler(event);
    expect(answers).toEqual([expect.objectContaining({ Status: 'SUCCESS', PhysicalResourceId: 'catalog' })]);
  });

  it('tells who invokes it by hand, with the properties only, by failing', async () => {
    const { handler } = await import('../lambda/database-provisioner.ts');
    await expect(handler({ ResourceProperties })).rejects.toThrow(REFUSAL);
    expect(answers).toEqual([]);
  });

  it.each([
    ['a schema of MariaDB', { DatabaseName: 'mysql', SecretArn: 'mysql' }, "'mysql'"],
    ["a schema that is everybody's", { DatabaseName: 'test_plans', SecretArn: 'plans' }, "'test_plans'"],
    ['the superuser', { DatabaseName: 'catalog', SecretArn: 'root' }, "'root'"],
    ['the administrator by its usual name', { DatabaseName: 'catalog', SecretArn: 'torii_admin' }, "'torii_admin'"],
    ['the administrator, however called', { DatabaseName: 'catalog', SecretArn: 'ruler' }, "'ruler'"],
  ])('hands nobody %s', async (_what, names, name) => {
    const { handler } = await import('../lambda/database-provisioner.ts');
    await expect(handler({ ResourceProperties: { ...ResourceProperties, ...names } })).rejects.toThrow(
      `${name} is the database's own name.`,
    );
  });
});
