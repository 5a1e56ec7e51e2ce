import { Duration, RemovalPolicy, Validations } from 'aws-cdk-lib';
import { InstanceType, type ISecurityGroup, type IVpc } from 'aws-cdk-lib/aws-ec2';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import {
  CaCertificate,
  Credentials,
  DatabaseInstance,
  DatabaseInstanceEngine,
  MariaDbEngineVersion,
  ParameterGroup,
  StorageType,
} from 'aws-cdk-lib/aws-rds';
import type { ISecret } from 'aws-cdk-lib/aws-secretsmanager';
import { Construct } from 'constructs';
import type { EnvironmentSettings } from '../environments.ts';
import { DATABASE_PORT } from './security-groups.ts';

export interface DatabaseProps {
  readonly settings: EnvironmentSettings;
  readonly vpc: IVpc;
  readonly securityGroup: ISecurityGroup;
  /** Encrypts the storage and the administrator's secret. */
  readonly encryptionKey: IKey;
}

/** MariaDB 10.11, because Debian ships 10.11 and the laptop must run what the cloud runs. Connections without TLS are refused. */
export class Database extends Construct {
  readonly host: string;
  readonly port: string;
  /** JSON `{ username, password, … }` of the administrator; only the provisioner reads it. */
  readonly adminSecret: ISecret;

  constructor(scope: Construct, id: string, props: DatabaseProps) {
    super(scope, id);
    const { settings, vpc } = props;
    const engine = DatabaseInstanceEngine.mariaDb({ version: MariaDbEngineVersion.VER_10_11_16 });
    const parameterGroup = new ParameterGroup(this, 'Parameters', {
      engine,
      parameters: {
        require_secure_transport: '1',
        character_set_server: 'utf8mb4',
        collation_server: 'utf8mb4_unicode_ci',
        // Bytes. An import batch writes 500 items in one statement and their events in another, each up to 50 KB; the default is 16 MiB.
        max_allowed_packet: String(64 * 1024 * 1024),
        slow_query_log: '1',
        // Seconds.
        long_query_time: '1',
        log_output: 'FILE',
      },
    });
    const instance = new DatabaseInstance(this, 'Instance', {
      engine,
      parameterGroup,
      vpc,
      vpcSubnets: { subnetGroupName: 'data' },
      securityGroups: [props.securityGroup],
      port: DATABASE_PORT,
      instanceType: new InstanceType(settings.database.instanceType),
      allocatedStorage: settings.database.allocatedStorageGiB,
      storageType: StorageType.GP3,
      storageEncrypted: true,
      storageEncryptionKey: props.encryptionKey,
      credentials: Credentials.fromGeneratedSecret('torii_admin', { encryptionKey: props.encryptionKey }),
      caCertificate: CaCertificate.RDS_CA_RSA2048_G1,
      backupRetention: Duration.days(settings.database.backupRetentionDays),
      copyTagsToSnapshot: true,
      autoMinorVersionUpgrade: true,
      cloudwatchLogsExports: ['error', 'slowquery'],
      deletionProtection: settings.protectData,
      removalPolicy: settings.protectData ? RemovalPolicy.RETAIN : RemovalPolicy.DESTROY,
    });
    if (!instance.secret) throw new Error('The database cannot be provisioned: CDK made no secret for its administrator.');
    Validations.of(instance).acknowledge(
      { id: 'AwsSolutions-RDS3', reason: 'A development stage may be down while a zone is; two zones double the price.' },
      { id: 'AwsSolutions-RDS10', reason: 'Protected where settings.protectData says so.' },
      { id: 'AwsSolutions-RDS11', reason: 'Security groups keep strangers out; another port would keep out nobody.' },
      { id: 'AwsSolutions-SMG4', reason: 'One function reads it, while stacks are deployed; it is rotated by hand, as the runbook says.' },
    );
    this.adminSecret = instance.secret;
    this.host = instance.dbInstanceEndpointAddress;
    this.port = instance.dbInstanceEndpointPort;
  }
}
