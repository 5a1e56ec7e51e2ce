import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { AppliedResource, Properties, ResourceState } from '../src/provider.ts';
import { createSecretsManager, type SecretsManager } from '../src/providers/secrets-manager/secrets-manager.ts';
import { createResource, createTrialContext, type TrialContext } from './local-context.ts';

const TYPE = 'AWS::SecretsManager::Secret';
const generated = { GenerateSecretString: { SecretStringTemplate: '{"username":"admin"}', GenerateStringKey: 'password' } };
const database = { engine: 'mariadb', host: 'localhost', port: 3306, dbInstanceIdentifier: 'db' };
let context: TrialContext;
beforeEach(async () => void (context = await createTrialContext([])));
afterEach(() => context.cleanUp());

const start = (): SecretsManager => createSecretsManager(context, { findDatabase: (id) => (id === 'db' ? database : undefined) });

async function apply(manager: SecretsManager, properties: Properties, previous?: AppliedResource, type = TYPE): Promise<AppliedResource> {
  const resource = createResource(type, 'Secret', properties);
  const state: ResourceState | undefined = await manager.types[type]?.apply(resource, previous);
  if (state === undefined) throw new Error(`no ${type}`);
  return { ...resource, ...state };
}

describe(TYPE, () => {
  it('generates a value once, and keeps it over restarts', async () => {
    const first = start();
    const applied = await apply(first, generated);
    const value = first.readSecret(applied.physicalId);
    const second = start();
    await apply(second, generated, applied);
    expect(second.readSecret(applied.physicalId)).toBe(value);
  });

  it('generates another when the template says so', async () => {
    const manager = start();
    const applied = await apply(manager, generated);
    const value = manager.readSecret(applied.physicalId);
    const changed = await apply(manager, { GenerateSecretString: { ...generated.GenerateSecretString, PasswordLength: 40 } }, applied);
    expect(changed.physicalId).toBe(applied.physicalId);
    expect(manager.readSecret(applied.physicalId)).not.toBe(value);
  });

  it('keeps the address of its database when it is attached, and the password with it', async () => {
    const manager = start();
    const applied = await apply(manager, generated);
    const { password } = JSON.parse(manager.readSecret(applied.physicalId)) as { readonly password: string };
    const attachment = { SecretId: applied.physicalId, TargetId: 'db', TargetType: 'AWS::RDS::DBInstance' };
    const attached = await apply(manager, attachment, undefined, 'AWS::SecretsManager::SecretTargetAttachment');
    expect(attached.physicalId).toBe(applied.physicalId);
    expect(JSON.parse(manager.readSecret(applied.physicalId))).toEqual({ username: 'admin', password, ...database });
    await apply(manager, generated, applied);
    expect(JSON.parse(manager.readSecret(applied.physicalId))).toMatchObject({ password, host: 'localhost' });
  });
});

describe('GetSecretValue', () => {
  it('finds a secret by ARN, by ARN without its suffix, and by name', async () => {
    const manager = start();
    const { physicalId } = await apply(manager, { Name: 'torii/trial', SecretString: 'value' });
    for (const SecretId of [physicalId, physicalId.slice(0, -7), 'torii/trial']) {
      expect(await manager.operations['GetSecretValue']?.({ SecretId }, {})).toMatchObject({
        ARN: physicalId,
        SecretString: 'value',
        VersionStages: ['AWSCURRENT'],
      });
    }
  });

  it('refuses an unknown one as Secrets Manager does', async () => {
    await expect(start().operations['GetSecretValue']?.({ SecretId: 'x' }, {})).rejects.toMatchObject({
      code: 'ResourceNotFoundException',
      status: 400,
    });
  });
});
