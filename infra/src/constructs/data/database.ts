import { Duration, RemovalPolicy, Validations, type Acknowledgment } from 'aws-cdk-lib';
import { InstanceType, type ISecurityGroup, type IVpc } from 'aws-cdk-lib/aws-ec2';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import {
  CaCertificate,
  Credentials,
  DatabaseInstance,
  DatabaseInstanceEngine,
  DatabaseInstanceReadReplica,
  MariaDbEngineVersion,
  ParameterGroup,
  StorageType,
} from 'aws-cdk-lib/aws-rds';
import type { ISecret } from 'aws-cdk-lib/aws-secretsmanager';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';
import { MAX_CONNECTIONS_FORMULA } from '../../database-connections.ts';
import type { EnvironmentSettings, ReadReplicaSettings } from '../../environment-settings.ts';
import { addDatabaseLoadAlarms, addReplicaAlarms, addStorageAlarm } from './database-alarms.ts';
import { MaskedLogGroup } from '../logs/log-group.ts';
import { DATABASE_PORT } from '../entrance/security-groups.ts';

export interface DatabaseProps {
  readonly settings: EnvironmentSettings;
  readonly vpc: IVpc;
  readonly securityGroup: ISecurityGroup;
  /** Encrypts the storage and the administrator's secret. */
  readonly encryptionKey: IKey;
  readonly alarmTopic: ITopic;
}

/** What RDS sends to CloudWatch. A slow query may hold anything that users wrote, so it is masked there. */
const EXPORTED_LOGS = ['error', 'slowquery'] as const;

/** MariaDB 10.11, because Debian ships 10.11 and the laptop must run what the cloud runs. Connections without TLS are refused. */
export class Database extends Construct {
  readonly host: string;
  /** For reads that may be a moment behind; undefined in a stage without a replica. */
  readonly replicaHost: string | undefined;
  readonly port: string;
  /** JSON `{ username, password, … }` of the administrator; only functions that change accounts read it. */
  readonly adminSecret: ISecret;

  constructor(scope: Construct, id: string, props: DatabaseProps) {
    super(scope, id);
    const { settings, vpc } = props;
    const { multiAz, readReplica } = settings.database;
    const engine = DatabaseInstanceEngine.mariaDb({ version: MariaDbEngineVersion.VER_10_11_16 });
    const parameterGroup = new ParameterGroup(this, 'Parameters', {
      engine,
      parameters: {
        require_secure_transport: '1',
        character_set_server: 'utf8mb4',
        collation_server: 'utf8mb4_unicode_ci',
        // Bytes. An import batch writes 500 items in one statement and their events in another, each up to 50 KB; the default is 16 MiB.
        max_allowed_packet: String(64 * 1024 * 1024),
        max_connections: MAX_CONNECTIONS_FORMULA,
        slow_query_log: '1',
        // Seconds.
        long_query_time: '1',
        log_output: 'FILE',
      },
    });
    // Named: RDS writes its logs into groups of that name, which are there before it and so are not kept for ever.
    const instanceIdentifier = `torii-${settings.name}`;
    const logs = this.#createLogs(instanceIdentifier, props);
    const instance = new DatabaseInstance(this, 'Instance', {
      instanceIdentifier,
      engine,
      parameterGroup,
      vpc,
      vpcSubnets: { subnetGroupName: 'data' },
      securityGroups: [props.securityGroup],
      port: DATABASE_PORT,
      instanceType: new InstanceType(settings.database.instanceType),
      // Only said where it is so: absent is RDS's own default.
      ...(multiAz && { multiAz }),
      allocatedStorage: settings.database.allocatedStorageGiB,
      storageType: StorageType.GP3,
      storageEncrypted: true,
      storageEncryptionKey: props.encryptionKey,
      credentials: Credentials.fromGeneratedSecret('torii_admin', { encryptionKey: props.encryptionKey }),
      caCertificate: CaCertificate.RDS_CA_RSA2048_G1,
      backupRetention: Duration.days(settings.database.backupRetentionDays),
      copyTagsToSnapshot: true,
      autoMinorVersionUpgrade: true,
      cloudwatchLogsExports: [...EXPORTED_LOGS],
      deletionProtection: settings.protectData,
      removalPolicy: settings.protectData ? RemovalPolicy.RETAIN : RemovalPolicy.DESTROY,
    });
    instance.node.addDependency(...logs);
    if (!instance.secret) throw new Error('The database cannot be provisioned: CDK made no secret for its administrator.');
    Validations.of(instance).acknowledge(
      ...acknowledgeChoices(multiAz, settings.protectData),
      { id: 'AwsSolutions-RDS11', reason: 'Security groups keep strangers out; another port would keep out nobody.' },
      ...(settings.secretRotationDays === undefined
        ? [{ id: 'AwsSolutions-SMG4', reason: 'One function reads it, while stacks are deployed; people change it, as the runbook says.' }]
        : []),
    );
    this.#watch(instance, props);
    this.adminSecret = instance.secret;
    this.host = instance.dbInstanceEndpointAddress;
    this.port = instance.dbInstanceEndpointPort;
    this.replicaHost = readReplica && this.#createReplica(instance, parameterGroup, readReplica, props).dbInstanceEndpointAddress;
  }

  #createReplica(
    source: DatabaseInstance,
    parameterGroup: ParameterGroup,
    { instanceType, multiAz }: ReadReplicaSettings,
    props: DatabaseProps,
  ): DatabaseInstanceReadReplica {
    const { settings, vpc, securityGroup, alarmTopic } = props;
    const instanceIdentifier = `torii-${settings.name}-replica`;
    const logs = this.#createLogs(instanceIdentifier, props);
    const replica = new DatabaseInstanceReadReplica(this, 'Replica', {
      instanceIdentifier,
      sourceDatabaseInstance: source,
      parameterGroup,
      vpc,
      vpcSubnets: { subnetGroupName: 'data' },
      securityGroups: [securityGroup],
      port: DATABASE_PORT,
      instanceType: new InstanceType(instanceType),
      ...(multiAz && { multiAz }),
      // CDK's default for a replica is gp2, whatever its source has.
      storageType: StorageType.GP3,
      caCertificate: CaCertificate.RDS_CA_RSA2048_G1,
      copyTagsToSnapshot: true,
      autoMinorVersionUpgrade: true,
      cloudwatchLogsExports: [...EXPORTED_LOGS],
      deletionProtection: settings.protectData,
      // A copy: what it holds is in its source.
      removalPolicy: RemovalPolicy.DESTROY,
    });
    replica.node.addDependency(...logs);
    Validations.of(replica).acknowledge(
      ...acknowledgeChoices(multiAz, settings.protectData),
      {
        id: 'AwsSolutions-RDS2',
        reason: 'Encrypted as its source, with the same key: RDS refuses a replica of the same region that says so.',
      },
      { id: 'AwsSolutions-RDS11', reason: 'Security groups keep strangers out; another port would keep out nobody.' },
    );
    const called = 'The read replica';
    addDatabaseLoadAlarms(replica, { instance: replica, instanceType, called, topic: alarmTopic });
    addStorageAlarm(replica, { instance: replica, called, topic: alarmTopic }, settings.database.allocatedStorageGiB);
    addReplicaAlarms(this, replica, alarmTopic);
    return replica;
  }

  /** https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_LogAccess.MariaDB.PublishtoCloudWatchLogs.html */
  #createLogs(instanceIdentifier: string, { settings }: DatabaseProps): readonly MaskedLogGroup[] {
    return EXPORTED_LOGS.map(
      (log) =>
        new MaskedLogGroup(this, `${instanceIdentifier.endsWith('-replica') ? 'Replica' : 'Instance'}-${log}`, {
          retentionDays: settings.logRetentionDays,
          logGroupName: `/aws/rds/instance/${instanceIdentifier}/${log}`,
        }),
    );
  }

  #watch(instance: DatabaseInstance, { settings: { database }, alarmTopic: topic }: DatabaseProps): void {
    const called = 'The database';
    addDatabaseLoadAlarms(this, { instance, instanceType: database.instanceType, called, topic });
    addStorageAlarm(this, { instance, called, topic }, database.allocatedStorageGiB);
  }
}

/** What a stage has chosen against the rules, where it has. */
function acknowledgeChoices(multiAz: boolean, isProtected: boolean): readonly Acknowledgment[] {
  const oneZone = {
    id: 'AwsSolutions-RDS3',
    reason: 'By its settings it may be down while a zone is; two zones double the price.',
  };
  const deletable = { id: 'AwsSolutions-RDS10', reason: 'By its settings it can be thrown away.' };
  return [...(multiAz ? [] : [oneZone]), ...(isProtected ? [] : [deletable])];
}
