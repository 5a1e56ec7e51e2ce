import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import {
  AwsError,
  type AppliedResource,
  type JsonOperation,
  type LocalContext,
  type Properties,
  type Provider,
  type Resource,
  type ResourceState,
  type SecretReader,
  type Value,
} from '../../provider.ts';
import { recordOf, requiredText, textOf } from '../../read-value.ts';
import { generateSecretString } from './generate-secret.ts';
import { openSecretStore, type SecretStore, type StoredSecret } from './secret-store.ts';

/** What `SecretTargetAttachment` writes into the secret of a database. */
export interface DatabaseAddress {
  readonly engine: string;
  readonly host: string;
  readonly port: number;
  readonly dbname?: string;
  readonly dbInstanceIdentifier: string;
}

export interface SecretsManagerDependencies {
  /** RDS: the address of an instance by its identifier. */
  findDatabase(instanceId: string): DatabaseAddress | undefined;
  readonly now?: () => number;
}

export interface SecretsManager extends Provider, SecretReader {
  /** JSON calls of the prefix `secretsmanager`. */
  readonly operations: Readonly<Record<string, JsonOperation>>;
}

export function createSecretsManager(context: LocalContext, dependencies: SecretsManagerDependencies): SecretsManager {
  const store = openSecretStore(join(context.stateFolder, 'secrets-manager'), dependencies.now ?? Date.now);
  const get = (secretId: string): StoredSecret => {
    const secret = store.find(secretId);
    if (secret === undefined)
      throw new AwsError('ResourceNotFoundException', `Secrets Manager can't find the specified secret: ${secretId}`);
    return secret;
  };
  return {
    types: {
      'AWS::SecretsManager::Secret': {
        replacedBy: ['Name'],
        apply: async (resource, previous) => applySecret(resource, previous, { context, store }),
        remove: async (resource) => store.delete(resource.physicalId),
      },
      'AWS::SecretsManager::SecretTargetAttachment': { apply: async (resource) => attach(resource, { get, store, dependencies }) },
      // Nothing rotates here: nobody else knows a laptop's passwords.
      'AWS::SecretsManager::RotationSchedule': {
        apply: async ({ properties }) => ({ physicalId: requiredText(properties, 'SecretId'), attributes: {} }),
      },
      'AWS::SecretsManager::ResourcePolicy': {
        apply: async ({ properties }) => ({ physicalId: requiredText(properties, 'SecretId'), attributes: {} }),
      },
    },
    readSecret: (secretId) => get(secretId).value,
    operations: {
      GetSecretValue: async (input) => {
        const secret = get(parseSecretId(input));
        return { ...describe(secret), VersionId: secret.versionId, SecretString: secret.value, VersionStages: ['AWSCURRENT'] };
      },
      DescribeSecret: async (input) => {
        const secret = get(parseSecretId(input));
        return { ...describe(secret), VersionIdsToStages: { [secret.versionId]: ['AWSCURRENT'] } };
      },
    },
  };
}

function describe({ arn, name, changedAt }: StoredSecret): Readonly<Record<string, unknown>> {
  return { ARN: arn, Name: name, CreatedDate: changedAt / 1000 };
}

function parseSecretId(input: Record<string, unknown>): string {
  if (typeof input['SecretId'] !== 'string') throw new AwsError('InvalidParameterException', 'SecretId is required');
  return input['SecretId'];
}

interface Applying {
  readonly context: LocalContext;
  readonly store: SecretStore;
}

function applySecret(resource: Resource, previous: AppliedResource | undefined, { context, store }: Applying): ResourceState {
  const name = textOf(resource.properties['Name']) ?? resource.generatedName;
  const arn = previous?.physicalId ?? `arn:aws:secretsmanager:${context.region}:${context.accountId}:secret:${name}-${suffixOf(resource)}`;
  const kept = store.find(arn)?.value;
  const isSame = previous !== undefined && isDeepStrictEqual(valueRules(previous.properties), valueRules(resource.properties));
  store.put({ arn, name, value: isSame && kept !== undefined ? kept : makeValue(resource.properties) });
  return { physicalId: arn, attributes: { Id: arn } };
}

/** The six characters that Secrets Manager puts after the name; derived here, so that ARNs survive a reset. */
function suffixOf({ stack, logicalId }: Resource): string {
  return createHash('sha256').update(`${stack}/${logicalId}`).digest('hex').slice(0, 6);
}

/** CloudFormation makes a new value when one of these changes, and at no other time. */
function valueRules(properties: Properties): readonly (Value | undefined)[] {
  return [properties['GenerateSecretString'], properties['SecretString']];
}

function makeValue(properties: Properties): string {
  return textOf(properties['SecretString']) ?? generateSecretString(recordOf(properties['GenerateSecretString']));
}

interface Attaching {
  readonly get: (secretId: string) => StoredSecret;
  readonly store: SecretStore;
  readonly dependencies: SecretsManagerDependencies;
}

function attach({ properties }: Resource, { get, store, dependencies }: Attaching): ResourceState {
  const secret = get(requiredText(properties, 'SecretId'));
  const targetId = requiredText(properties, 'TargetId');
  const address = dependencies.findDatabase(targetId);
  if (address === undefined) {
    throw new Error(
      `The secret ${secret.name} cannot be attached to ${textOf(properties['TargetType'])} ${targetId}: there is no such database here`,
    );
  }
  store.put({ ...secret, value: JSON.stringify({ ...parseObject(secret), ...address }) });
  return { physicalId: secret.arn, attributes: { Id: secret.arn } };
}

function parseObject(secret: StoredSecret): Readonly<Record<string, unknown>> {
  try {
    return JSON.parse(secret.value) as Readonly<Record<string, unknown>>;
  } catch (cause) {
    throw new Error(`The secret ${secret.name} cannot be attached to a database: it is not a JSON object`, { cause });
  }
}
