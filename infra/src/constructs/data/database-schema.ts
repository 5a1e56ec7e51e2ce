import { CustomResource, Duration } from 'aws-cdk-lib';
import type { ISecurityGroup, IVpc } from 'aws-cdk-lib/aws-ec2';
import type { Key } from 'aws-cdk-lib/aws-kms';
import type { ISecret } from 'aws-cdk-lib/aws-secretsmanager';
import { Construct } from 'constructs';
import { asInterface } from '../as-interface.ts';
import { CredentialsSecret } from './credentials-secret.ts';
import type { Database } from './database.ts';
import { FUNCTION_CA_BUNDLE, NodeFunction } from '../node-function.ts';
import type { SecretRotation } from './secret-rotation.ts';

export interface SchemaProvisionerProps {
  readonly vpc: IVpc;
  readonly securityGroup: ISecurityGroup;
  readonly database: Database;
  /** Encrypts the secrets of the schemas' users. */
  readonly encryptionKey: Key;
  readonly logRetentionDays: number;
  /** Gives the schemas' users new passwords. @default people do, by the runbook */
  readonly rotation?: SecretRotation | undefined;
}

export interface DatabaseSchema {
  /** Name of the schema and of its one user. */
  readonly name: string;
  /** JSON `{ username, password }` of that user. */
  readonly secret: CredentialsSecret;
}

/** Makes a schema and its user per service; CloudFormation knows neither, so a function does it with the administrator's secret. */
export class SchemaProvisioner extends Construct {
  readonly #props: SchemaProvisionerProps;
  readonly #function: NodeFunction;

  constructor(scope: Construct, id: string, props: SchemaProvisionerProps) {
    super(scope, id);
    this.#props = props;
    this.#function = new NodeFunction(this, 'Function', {
      entry: 'infra/lambda/database-provisioner.ts',
      timeout: Duration.seconds(60),
      memoryMiB: 256,
      vpc: props.vpc,
      securityGroup: props.securityGroup,
      logRetentionDays: props.logRetentionDays,
      environment: { NODE_EXTRA_CA_CERTS: FUNCTION_CA_BUNDLE },
    });
    props.database.adminSecret.grantRead(this.#function);
  }

  /** A schema called `name`, with a user of the same name who may do anything in it and nothing elsewhere. */
  addSchema(name: string): DatabaseSchema {
    const { database, encryptionKey, rotation } = this.#props;
    const secret = new CredentialsSecret(this, `${name}-secret`, {
      username: name,
      where: 'the database',
      encryptionKey,
      isRotated: rotation !== undefined,
    });
    rotation?.rotate(asInterface<ISecret>(secret));
    const grant = secret.grantRead(this.#function);
    const schema = new CustomResource(this, name, {
      resourceType: 'Custom::DatabaseSchema',
      serviceToken: this.#function.functionArn,
      serviceTimeout: Duration.minutes(5),
      properties: {
        AdminSecretArn: database.adminSecret.secretArn,
        SecretArn: secret.secretArn,
        Host: database.host,
        Port: database.port,
        DatabaseName: name,
      },
    });
    grant.applyBefore(schema);
    return { name, secret };
  }
}
