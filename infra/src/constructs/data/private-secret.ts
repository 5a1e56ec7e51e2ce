import { Validations } from 'aws-cdk-lib';
import { Grant, type IGrantable } from 'aws-cdk-lib/aws-iam';
import type { Key } from 'aws-cdk-lib/aws-kms';
import { Secret, type SecretStringGenerator } from 'aws-cdk-lib/aws-secretsmanager';
import type { Construct } from 'constructs';

export interface PrivateSecretProps {
  /** For people who look at the list of secrets. */
  readonly description: string;
  readonly encryptionKey: Key;
  /** How Secrets Manager makes up the value. */
  readonly generate: SecretStringGenerator;
  /** True when somebody calls `addRotationSchedule`; otherwise people rotate it. @default false */
  readonly isRotated?: boolean;
}

/**
 * A value that nobody has seen, under a customer's key. CDK's own grant writes each reader into the key's policy, and the stack of the
 * key would then depend on the stacks of the readers, which depend on it; here the reader's policy alone says it.
 */
export class PrivateSecret extends Secret {
  readonly #key: Key;

  constructor(scope: Construct, id: string, props: PrivateSecretProps) {
    super(scope, id, { description: props.description, encryptionKey: props.encryptionKey, generateSecretString: props.generate });
    this.#key = props.encryptionKey;
    if (props.isRotated === true) return;
    Validations.of(this).acknowledge({
      id: 'AwsSolutions-SMG4',
      reason: 'Rotated by hand, as the runbook says: readers ask again when they are refused.',
    });
  }

  override grantRead(grantee: IGrantable): Grant {
    this.#key.grantDecrypt(grantee);
    return Grant.addToPrincipal({
      grantee,
      actions: ['secretsmanager:GetSecretValue', 'secretsmanager:DescribeSecret'],
      resourceArns: [this.secretArn],
    });
  }
}
