import {
  DescribeSecretCommand,
  GetRandomPasswordCommand,
  GetSecretValueCommand,
  PutSecretValueCommand,
  ResourceNotFoundException,
  SecretsManagerClient,
  UpdateSecretVersionStageCommand,
} from '@aws-sdk/client-secrets-manager';
import { createConnection } from 'mysql2/promise';

/**
 * Gives the user of a schema a new password, in the four steps of Secrets Manager. Each may run again. Until the last step readers get the
 * old password, which the account refuses from the second step on: services ask again when they are refused, and the steps take seconds.
 */

/** What Secrets Manager sends, once for each step: https://docs.aws.amazon.com/secretsmanager/latest/userguide/rotating-secrets_turn-on-for-other.html */
export interface RotationEvent {
  readonly Step: 'createSecret' | 'setSecret' | 'testSecret' | 'finishSecret';
  readonly SecretId: string;
  /** Id that the new version of the secret has. */
  readonly ClientRequestToken: string;
}

interface Credentials {
  readonly username: string;
  readonly password: string;
}

type Stage = 'AWSCURRENT' | 'AWSPENDING';

/** Milliseconds; the database is in the same VPC. */
const CONNECT_TIMEOUT_MS = 10_000;
/** As the secret was made: neither protocol nor SQL has to quote letters and digits. */
const PASSWORD_LENGTH = 32;
/** Identifiers can't be parameters of a statement; this keeps them harmless. */
const IDENTIFIER = /^[a-z][a-z0-9_]{0,31}$/;

const secrets = new SecretsManagerClient({});

/** @throws Error that Secrets Manager shows as the reason; it begins again on its next attempt. */
export async function handler(event: RotationEvent): Promise<void> {
  const versions = await listStages(event.SecretId);
  const stages = versions[event.ClientRequestToken];
  if (!stages) throw new Error(`Secret ${event.SecretId} cannot be rotated: it has no version ${event.ClientRequestToken}.`);
  // An earlier attempt got to the end.
  if (stages.includes('AWSCURRENT')) return;
  switch (event.Step) {
    case 'createSecret':
      return createPending(event);
    case 'setSecret':
      return setPassword(await readCredentials(event, 'AWSPENDING'));
    case 'testSecret':
      return testPassword(await readCredentials(event, 'AWSPENDING'));
    case 'finishSecret':
      return makeCurrent(event, versions);
  }
}

async function createPending(event: RotationEvent): Promise<void> {
  const existing = await readCredentials(event, 'AWSPENDING').catch((error: unknown) => {
    if (error instanceof ResourceNotFoundException) return undefined;
    throw error;
  });
  // The account may have that password already: another one would shut the service out.
  if (existing) return;
  const { username } = await readCredentials(event, 'AWSCURRENT');
  const { RandomPassword: password } = await secrets.send(
    new GetRandomPasswordCommand({ PasswordLength: PASSWORD_LENGTH, ExcludePunctuation: true }),
  );
  await secrets.send(
    new PutSecretValueCommand({
      SecretId: event.SecretId,
      ClientRequestToken: event.ClientRequestToken,
      SecretString: JSON.stringify({ username, password }),
      VersionStages: ['AWSPENDING'],
    }),
  );
}

/** By the administrator, so that it can run again after the account has the new password. */
async function setPassword({ username, password }: Credentials): Promise<void> {
  if (!IDENTIFIER.test(username)) throw new Error(`The password of '${username}' cannot be set: the name is no lower-case identifier.`);
  const admin = parseCredentials(readVariable('ADMIN_SECRET_ARN'), await readValue({ SecretId: readVariable('ADMIN_SECRET_ARN') }));
  const connection = await connect(admin);
  try {
    await connection.query(`ALTER USER '${username}'@'%' IDENTIFIED BY ${connection.escape(password)} REQUIRE SSL`);
  } finally {
    await connection.end();
  }
}

async function testPassword(credentials: Credentials): Promise<void> {
  const connection = await connect(credentials);
  await connection.end();
}

async function makeCurrent(event: RotationEvent, versions: Readonly<Record<string, readonly string[]>>): Promise<void> {
  const current = Object.keys(versions).find((id) => versions[id]?.includes('AWSCURRENT'));
  await secrets.send(
    new UpdateSecretVersionStageCommand({
      SecretId: event.SecretId,
      VersionStage: 'AWSCURRENT',
      MoveToVersionId: event.ClientRequestToken,
      RemoveFromVersionId: current,
    }),
  );
}

function connect({ username, password }: Credentials) {
  return createConnection({
    host: readVariable('DATABASE_HOST'),
    port: Number(readVariable('DATABASE_PORT')),
    user: username,
    password,
    connectTimeout: CONNECT_TIMEOUT_MS,
    // Checks the certificate's name too, which mysql2 does not do by itself.
    ssl: { verifyIdentity: true },
  });
}

/** Stages of each version of the secret, by its id. */
async function listStages(secretId: string): Promise<Readonly<Record<string, readonly string[]>>> {
  const { VersionIdsToStages = {} } = await secrets.send(new DescribeSecretCommand({ SecretId: secretId }));
  return VersionIdsToStages;
}

async function readCredentials({ SecretId, ClientRequestToken }: RotationEvent, stage: Stage): Promise<Credentials> {
  const version = stage === 'AWSPENDING' ? { VersionId: ClientRequestToken } : {};
  return parseCredentials(SecretId, await readValue({ SecretId, VersionStage: stage, ...version }));
}

async function readValue(input: {
  readonly SecretId: string;
  readonly VersionStage?: Stage;
  readonly VersionId?: string;
}): Promise<string> {
  const { SecretString = '' } = await secrets.send(new GetSecretValueCommand(input));
  return SecretString;
}

function parseCredentials(secretId: string, json: string): Credentials {
  const value: unknown = JSON.parse(json);
  const isObject = typeof value === 'object' && value !== null && 'username' in value && 'password' in value;
  if (!isObject || typeof value.username !== 'string' || typeof value.password !== 'string') {
    throw new Error(`Secret ${secretId} cannot be rotated: it is no JSON of username and password.`);
  }
  return { username: value.username, password: value.password };
}

function readVariable(name: string): string {
  const value = process.env[name];
  if (!value) throw new Error(`No secret can be rotated: the variable ${name} is not set.`);
  return value;
}
