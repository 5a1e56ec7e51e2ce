import type { Key } from 'aws-cdk-lib/aws-kms';
import type { Construct } from 'constructs';
import { PrivateSecret } from './private-secret.ts';

export interface CredentialsSecretProps {
  /** The account this is the password of. */
  readonly username: string;
  /** Where the account is, as the end of "Credentials of x in …": the same name is a user of several things. */
  readonly where: string;
  readonly encryptionKey: Key;
  /** True when somebody calls `addRotationSchedule`. @default false */
  readonly isRotated?: boolean;
}

/** JSON `{ username, password }`. */
export class CredentialsSecret extends PrivateSecret {
  constructor(scope: Construct, id: string, props: CredentialsSecretProps) {
    super(scope, id, {
      description: `Credentials of ${props.username} in ${props.where}`,
      encryptionKey: props.encryptionKey,
      isRotated: props.isRotated ?? false,
      generate: {
        secretStringTemplate: JSON.stringify({ username: props.username }),
        generateStringKey: 'password',
        // Valkey takes 16 to 128 characters, and neither protocol nor SQL has to quote letters and digits.
        passwordLength: 32,
        excludePunctuation: true,
      },
    });
  }
}
