import type { Publisher } from '@torii/contracts';
import { RemovalPolicy, Stack } from 'aws-cdk-lib';
import type { IVpc } from 'aws-cdk-lib/aws-ec2';
import { Key } from 'aws-cdk-lib/aws-kms';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import type { Construct } from 'constructs';
import { Cache } from '../constructs/data/cache.ts';
import { SchemaProvisioner, type DatabaseSchema } from '../constructs/data/database-schema.ts';
import { Database } from '../constructs/data/database.ts';
import { SecretRotation } from '../constructs/data/secret-rotation.ts';
import type { SecurityGroups } from '../constructs/entrance/security-groups.ts';
import type { StageStackProps } from './stack-props.ts';

export interface DataStackProps extends StageStackProps {
  readonly vpc: IVpc;
  readonly groups: SecurityGroups['byName'];
  readonly alarmTopic: ITopic;
}

/** What services remember: one MariaDB with a schema per service, one Valkey, and the key both are encrypted with. */
export class DataStack extends Stack {
  readonly key: Key;
  readonly database: Database;
  readonly cache: Cache;
  readonly schemas: Readonly<Record<Publisher, DatabaseSchema>>;

  constructor(scope: Construct, id: string, props: DataStackProps) {
    super(scope, id, props);
    const { settings, vpc, groups } = props;
    this.key = new Key(this, 'Key', {
      description: `Data of torii ${settings.name}`,
      enableKeyRotation: true,
      removalPolicy: settings.protectData ? RemovalPolicy.RETAIN : RemovalPolicy.DESTROY,
    });
    const shared = { encryptionKey: this.key, alarmTopic: props.alarmTopic };
    this.database = new Database(this, 'Database', { settings, vpc, securityGroup: groups.database, ...shared });
    this.cache = new Cache(this, 'Cache', { settings, vpc, securityGroup: groups.cache, username: 'catalog', ...shared });
    const provisioner = new SchemaProvisioner(this, 'Schemas', {
      vpc,
      securityGroup: groups.provisioner,
      database: this.database,
      encryptionKey: this.key,
      logRetentionDays: settings.logRetentionDays,
      rotation: this.#createRotation(props),
    });
    this.schemas = {
      identity: provisioner.addSchema('identity'),
      catalog: provisioner.addSchema('catalog'),
      jobs: provisioner.addSchema('jobs'),
    };
  }

  #createRotation({ settings, vpc, groups, alarmTopic }: DataStackProps): SecretRotation | undefined {
    const { secretRotationDays: everyDays, logRetentionDays } = settings;
    if (everyDays === undefined) return undefined;
    return new SecretRotation(this, 'Rotation', {
      everyDays,
      vpc,
      // It reaches what the provisioner reaches, for the same reason: to change the accounts of the database.
      securityGroup: groups.provisioner,
      database: this.database,
      cache: this.cache,
      logRetentionDays,
      alarmTopic,
    });
  }
}
