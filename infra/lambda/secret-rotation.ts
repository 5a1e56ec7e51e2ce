import {
  DescribeSecretCommand,
  GetRandomPasswordCommand,
  GetSecretValueCommand,
  PutSecretValueCommand,
  ResourceNotFoundException,
  SecretsManagerClient,
  UpdateSecretVersionStageCommand,
} from '@aws-sdk/client-secrets-manager';
import { type Account, type Credentials, createAdministrator, createCacheUser, createSchemaUser } from './rotated-accounts.ts';

/**
 * Gives an account a new password, in the four steps of Secrets Manager. Each may run again. Until the last step readers get the old
 * password, which a database refuses from the second step on: readers ask again when they are refused, and the steps take seconds.
 */

/** What Secrets Manager sends, once for each step: https://docs.aws.amazon.com/secretsmanager/latest/userguide/rotating-secrets_turn-on-for-other.html */
export interface RotationEvent {
  readonly Step: 'createSecret' | 'setSecret' | 'testSecret' | 'finishSecret';
  readonly SecretId: string;
  /** Id that the new version of the secret has. */
  readonly ClientRequestToken: string;
}

type Stage = 'AWSCURRENT' | 'AWSPENDING';

/** As the secret was made: neither protocol nor SQL has to quote letters and digits. */
const PASSWORD_LENGTH = 32;

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
      return accountOf(event.SecretId).set(await readCredentials(event, 'AWSPENDING'), await readCredentials(event, 'AWSCURRENT'));
    case 'testSecret':
      return accountOf(event.SecretId).test(await readCredentials(event, 'AWSPENDING'));
    case 'finishSecret':
      return makeCurrent(event, versions);
  }
}

/** What the password is of. */
function accountOf(secretId: string): Account {
  const adminSecretArn = readVariable('ADMIN_SECRET_ARN');
  const database = { host: readVariable('DATABASE_HOST'), port: Number(readVariable('DATABASE_PORT')) };
  if (secretId === adminSecretArn) return createAdministrator(database);
  if (secretId === readVariable('CACHE_SECRET_ARN')) return createCacheUser(readVariable('CACHE_USER_ID'));
  return createSchemaUser(database, async () => parseCredentials(adminSecretArn, await readValue({ SecretId: adminSecretArn })));
}

async function createPending(event: RotationEvent): Promise<void> {
  const existing = await readCredentials(event, 'AWSPENDING').catch((error: unknown) => {
    if (error instanceof ResourceNotFoundException) return undefined;
    throw error;
  });
  // The account may have that password already: another one would shut its user out.
  if (existing) return;
  const current = await readCredentials(event, 'AWSCURRENT');
  const { RandomPassword: password } = await secrets.send(
    new GetRandomPasswordCommand({ PasswordLength: PASSWORD_LENGTH, ExcludePunctuation: true }),
  );
  await secrets.send(
    new PutSecretValueCommand({
      SecretId: event.SecretId,
      ClientRequestToken: event.ClientRequestToken,
      // The administrator's has the address of the database too.
      SecretString: JSON.stringify({ ...current, password }),
      VersionStages: ['AWSPENDING'],
    }),
  );
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
  return { ...value, username: value.username, password: value.password };
}

function readVariable(name: string): string {
  const value = process.env[name];
  if (!value) throw new Error(`No secret can be rotated: the variable ${name} is not set.`);
  return value;
}
