import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { createConnection, type Connection } from 'mysql2/promise';
import { isReserved } from './reserved-names.ts';

/**
 * Makes the schema and the user of one service. Every statement may run again: creation, update and CloudFormation's own retries
 * are the same to it. Deletion leaves both alone, because data outlives the stack that asked for it.
 */

/** What a person sends who has changed a secret, and wants the account to follow. */
interface SchemaRequest {
  readonly ResourceProperties: SchemaProperties;
}

/** What CloudFormation sends for a `Custom::DatabaseSchema`. */
interface SchemaEvent extends SchemaRequest {
  readonly RequestType: 'Create' | 'Update' | 'Delete';
  /** Presigned: the answer is PUT there, and CloudFormation waits for it. */
  readonly ResponseURL: string;
  readonly StackId: string;
  readonly RequestId: string;
  readonly LogicalResourceId: string;
  readonly PhysicalResourceId?: string;
}

interface SchemaProperties {
  /** JSON `{ username, password }` of the administrator. */
  readonly AdminSecretArn: string;
  /** JSON `{ username, password }` that the service will log in with. */
  readonly SecretArn: string;
  readonly Host: string;
  /** CloudFormation turns numbers into strings. */
  readonly Port: string;
  readonly DatabaseName: string;
}

interface Credentials {
  readonly username: string;
  readonly password: string;
}

/** Milliseconds; the database is in the same VPC. */
const CONNECT_TIMEOUT_MS = 10_000;
/** Identifiers can't be parameters of a statement; this keeps them harmless. */
const IDENTIFIER = /^[a-z][a-z0-9_]{0,31}$/;

const secrets = new SecretsManagerClient({});

/** @throws Error only to who invokes it by hand; CloudFormation is told by its answer. */
export async function handler(event: SchemaEvent | SchemaRequest): Promise<void> {
  if (!('ResponseURL' in event)) return provision(event.ResourceProperties);
  try {
    if (event.RequestType !== 'Delete') await provision(event.ResourceProperties);
    await answer(event, 'SUCCESS');
  } catch (error) {
    // Without an answer CloudFormation would wait for its timeout.
    await answer(event, 'FAILED', error instanceof Error ? error.message : String(error));
  }
}

async function provision(properties: SchemaProperties): Promise<void> {
  const { DatabaseName: schema, AdminSecretArn, SecretArn } = properties;
  const [admin, service] = await Promise.all([readCredentials(AdminSecretArn), readCredentials(SecretArn)]);
  for (const name of [schema, service.username]) {
    if (!IDENTIFIER.test(name)) throw new Error(`Schema ${schema} cannot be made: '${name}' is not a lower-case identifier.`);
    // A grant on its own schemas would hand the database over, and the administrator's account would get the service's password.
    if (isReserved(name) || name === admin.username)
      throw new Error(`Schema ${schema} cannot be made: '${name}' is the database's own name.`);
  }
  const connection = await createConnection({
    host: properties.Host,
    port: Number(properties.Port),
    user: admin.username,
    password: admin.password,
    connectTimeout: CONNECT_TIMEOUT_MS,
    // Checks the certificate's name too, which mysql2 does not do by itself.
    ssl: { verifyIdentity: true },
  });
  try {
    await createSchema(connection, schema, service);
  } finally {
    await connection.end();
  }
}

async function createSchema(connection: Connection, schema: string, user: Credentials): Promise<void> {
  const account = `'${user.username}'@'%'`;
  const password = connection.escape(user.password);
  await connection.query(`CREATE DATABASE IF NOT EXISTS \`${schema}\` CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci`);
  await connection.query(`CREATE USER IF NOT EXISTS ${account} IDENTIFIED BY ${password} REQUIRE SSL`);
  // The user may be older than the secret.
  await connection.query(`ALTER USER ${account} IDENTIFIED BY ${password} REQUIRE SSL`);
  await connection.query(`GRANT ALL PRIVILEGES ON \`${schema}\`.* TO ${account}`);
}

async function readCredentials(secretArn: string): Promise<Credentials> {
  const { SecretString } = await secrets.send(new GetSecretValueCommand({ SecretId: secretArn }));
  return parseCredentials(secretArn, SecretString ?? '');
}

function parseCredentials(secretArn: string, json: string): Credentials {
  const value: unknown = JSON.parse(json);
  const isObject = typeof value === 'object' && value !== null && 'username' in value && 'password' in value;
  if (!isObject || typeof value.username !== 'string' || typeof value.password !== 'string') {
    throw new Error(`Secret ${secretArn} cannot be used: it is no JSON of username and password.`);
  }
  return { username: value.username, password: value.password };
}

async function answer(event: SchemaEvent, status: 'SUCCESS' | 'FAILED', reason?: string): Promise<void> {
  const { StackId, RequestId, LogicalResourceId, ResourceProperties } = event;
  const body = JSON.stringify({
    Status: status,
    Reason: reason,
    StackId,
    RequestId,
    LogicalResourceId,
    // Another schema name is another resource; the old one is then "deleted", that is, left.
    PhysicalResourceId:
      status === 'SUCCESS' ? ResourceProperties.DatabaseName : (event.PhysicalResourceId ?? ResourceProperties.DatabaseName),
  });
  // The URL is signed for a request without a content type.
  const response = await fetch(event.ResponseURL, { method: 'PUT', body: Buffer.from(body), headers: { 'content-type': '' } });
  if (!response.ok) throw new Error(`CloudFormation cannot be answered about ${LogicalResourceId}: it replied ${response.status}.`);
}
