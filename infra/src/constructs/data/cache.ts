import { RemovalPolicy, Validations } from 'aws-cdk-lib';
import type { ISecurityGroup, IVpc } from 'aws-cdk-lib/aws-ec2';
import { CfnReplicationGroup, CfnSubnetGroup, CfnUser, CfnUserGroup } from 'aws-cdk-lib/aws-elasticache';
import type { Key } from 'aws-cdk-lib/aws-kms';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';
import type { EnvironmentSettings } from '../../environment-settings.ts';
import { addCacheAlarms } from './cache-alarms.ts';
import { CredentialsSecret } from './credentials-secret.ts';
import { CACHE_PORT } from '../entrance/security-groups.ts';

export interface CacheProps {
  readonly settings: EnvironmentSettings;
  readonly vpc: IVpc;
  readonly securityGroup: ISecurityGroup;
  /** Encrypts what is at rest, and the user's secret. */
  readonly encryptionKey: Key;
  /** The one user; no other, and none without a password, may log in. */
  readonly username: string;
  readonly alarmTopic: ITopic;
}

/** Valkey over TLS. It holds nothing that cannot be loaded again, so it is not backed up. */
export class Cache extends Construct {
  readonly host: string;
  readonly port: string;
  /** JSON `{ username, password }`. */
  readonly secret: CredentialsSecret;
  readonly userId: string;
  readonly userArn: string;

  constructor(scope: Construct, id: string, props: CacheProps) {
    super(scope, id);
    const { settings, vpc, username, encryptionKey } = props;
    const { replicas } = settings.cache;
    this.secret = new CredentialsSecret(this, 'Secret', {
      username,
      where: 'the cache',
      encryptionKey,
      isRotated: settings.secretRotationDays !== undefined,
    });
    const user = this.#createUser(`torii-${settings.name}-${username}`, username);
    this.userId = user.userId;
    this.userArn = user.attrArn;
    // ElastiCache makes no ids of its own: users and groups have to be named, uniquely in the account's region.
    const users = new CfnUserGroup(this, 'Users', { engine: 'valkey', userGroupId: `torii-${settings.name}`, userIds: [user.ref] });
    const subnets = new CfnSubnetGroup(this, 'Subnets', {
      description: 'data subnets',
      subnetIds: vpc.selectSubnets({ subnetGroupName: 'data' }).subnetIds,
    });
    const group = new CfnReplicationGroup(this, 'Valkey', {
      replicationGroupDescription: `torii ${settings.name}`,
      engine: 'valkey',
      engineVersion: '8.0',
      cacheNodeType: `cache.${settings.cache.nodeType}`,
      numNodeGroups: 1,
      replicasPerNodeGroup: replicas,
      automaticFailoverEnabled: replicas > 0,
      // Never said in a stage without: ElastiCache takes the absence for false.
      ...(replicas > 0 && { multiAzEnabled: true }),
      cacheSubnetGroupName: subnets.ref,
      securityGroupIds: [props.securityGroup.securityGroupId],
      port: CACHE_PORT,
      // Not the default for Valkey made by CloudFormation.
      transitEncryptionEnabled: true,
      transitEncryptionMode: 'required',
      atRestEncryptionEnabled: true,
      kmsKeyId: encryptionKey.keyArn,
      userGroupIds: [users.ref],
      autoMinorVersionUpgrade: true,
    });
    group.applyRemovalPolicy(settings.protectData ? RemovalPolicy.RETAIN : RemovalPolicy.DESTROY);
    Validations.of(group).acknowledge(
      ...(replicas > 0
        ? []
        : [{ id: 'AwsSolutions-AEC4', reason: 'It holds copies only: a cheap stage reads the database while it is away.' }]),
      { id: 'AwsSolutions-AEC6', reason: 'Users with passwords, which Valkey has instead of the one token.' },
    );
    addCacheAlarms(this, { group, nodes: replicas + 1, topic: props.alarmTopic });
    this.host = group.attrPrimaryEndPointAddress;
    this.port = group.attrPrimaryEndPointPort;
  }

  #createUser(userId: string, userName: string): CfnUser {
    return new CfnUser(this, 'User', {
      engine: 'valkey',
      userId,
      userName,
      accessString: 'on ~* &* +@all -@dangerous',
      // CloudFormation resolves the secret while it deploys; the template holds a reference only.
      authenticationMode: { Type: 'password', Passwords: [this.secret.secretValueFromJson('password').unsafeUnwrap()] },
    });
  }
}
