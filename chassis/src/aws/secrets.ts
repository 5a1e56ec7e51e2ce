import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { z } from 'zod';
import { awsClientSettings, traceAwsClient } from './clients.ts';

const credentials = z.object({ username: z.string().min(1), password: z.string().min(1) });

/** User and password of a database or cache. */
export type Credentials = z.infer<typeof credentials>;

/** Reads the secret as it is now; override it in tests. */
export type SecretReader = (secretArn: string) => Promise<Credentials>;

/** Reads `{ username, password }` from Secrets Manager. */
export function createSecretReader(client: SecretsManagerClient = createSecretsClient()): SecretReader {
  return async (secretArn) => {
    const { SecretString } = await client.send(new GetSecretValueCommand({ SecretId: secretArn }));
    const parsed = credentials.safeParse(JSON.parse(SecretString ?? 'null'));
    if (!parsed.success) throw new Error(`Secret ${secretArn} cannot be used: it is not {"username", "password"}.`);
    return parsed.data;
  };
}

function createSecretsClient(): SecretsManagerClient {
  return traceAwsClient(new SecretsManagerClient(awsClientSettings()), 'SecretsManager');
}

/** Keeps the current credentials; reads them again once they have been refused, as rotation changes them under us. */
export interface CredentialSource {
  current(): Promise<Credentials>;
  /** The peer refused what `current` gave: the next call reads the secret again. */
  forget(): void;
}

export function createCredentialSource(read: SecretReader, secretArn: string): CredentialSource {
  let pending: Promise<Credentials> | undefined;
  const forget = () => {
    pending = undefined;
  };
  return {
    forget,
    current: () => {
      pending ??= read(secretArn).catch((error: unknown) => {
        forget();
        throw error;
      });
      return pending;
    },
  };
}
