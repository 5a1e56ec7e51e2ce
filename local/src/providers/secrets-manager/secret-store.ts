// Secrets of this platform, in a file only its user can read: made once, the same at every start.
import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { readJsonFile, replaceFile } from '../../state-files.ts';

export interface StoredSecret {
  readonly arn: string;
  readonly name: string;
  readonly value: string;
  readonly versionId: string;
  readonly changedAt: number;
}

export interface SecretStore {
  /** By ARN, ARN without its suffix, or name. */
  find(secretId: string): StoredSecret | undefined;
  put(secret: { readonly arn: string; readonly name: string; readonly value: string }): void;
  delete(arn: string): void;
}

export function openSecretStore(folder: string, now: () => number): SecretStore {
  const file = join(folder, 'secrets.json');
  const secrets = new Map(parseSecrets(file).map((secret) => [secret.arn, secret]));
  const save = (): void => replaceFile(file, JSON.stringify([...secrets.values()], null, 1));
  return {
    find: (secretId) =>
      secrets.get(secretId) ??
      [...secrets.values()].find(({ arn, name }) => name === secretId || arn.slice(0, arn.lastIndexOf('-')) === secretId),
    put(secret) {
      if (secrets.get(secret.arn)?.value === secret.value) return;
      secrets.set(secret.arn, { ...secret, versionId: randomUUID(), changedAt: now() });
      save();
    },
    delete(arn) {
      if (secrets.delete(arn)) save();
    },
  };
}

function parseSecrets(file: string): readonly StoredSecret[] {
  return (readJsonFile(file) ?? []) as readonly StoredSecret[];
}
