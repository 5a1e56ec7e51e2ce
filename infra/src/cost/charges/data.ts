import { listResources, numberAt, textAt, valueAt, type Place, type Resource } from '../../assembly/template.ts';
import { HOURS, type Charge, type Rule } from './charge.ts';

export const DATA_RULES: Readonly<Record<string, Rule>> = {
  'AWS::RDS::DBInstance': chargeDatabase,
  'AWS::ElastiCache::ReplicationGroup': chargeCache,
  'AWS::S3::Bucket': ({ resource }, { usage, shareOf }) => [
    { price: 's3.storage', quantity: usage.storedGiB * shareOf(resource), because: `an equal part of ${usage.storedGiB} GiB` },
    { price: 's3.writes', quantity: usage.storedObjects * shareOf(resource), because: `an equal part of ${usage.storedObjects} objects` },
  ],
  'AWS::SecretsManager::Secret': ({ resource }, { usage, shareOf }) => [
    { price: 'secrets-manager.secret', quantity: 1, because: 'each' },
    { price: 'secrets-manager.requests', quantity: usage.secretRequests * shareOf(resource), because: 'read when processes start' },
  ],
  'AWS::KMS::Key': ({ resource }, { usage, shareOf }) => [
    { price: 'kms.key', quantity: 1, because: 'each; dearer after its first rotations' },
    { price: 'kms.requests', quantity: usage.keyRequests * shareOf(resource), because: 'an equal part of all calls' },
  ],
  'AWS::Cognito::UserPool': ({ logicalId, resource }, { usage, shareOf }) => {
    const tier = textAt(resource.properties, 'UserPoolTier') ?? 'ESSENTIALS';
    if (tier !== 'ESSENTIALS') throw new Error(`The cost of ${logicalId} cannot be estimated: no price is for users of the tier ${tier}.`);
    return [{ price: 'cognito.essentials', quantity: usage.activeUsers * shareOf(resource), because: 'active users' }];
  },
};

/** A standby is a second instance with a second disk. Backups as large as the disk are included. */
function chargeDatabase({ stack, logicalId, resource }: Place): readonly Charge[] {
  const source = findSource(stack, resource);
  const read = (name: string): string | undefined => textAt(resource.properties, name) ?? (source && textAt(source.properties, name));
  const [engine, type, storage] = [read('Engine'), read('DBInstanceClass'), Number(read('AllocatedStorage'))];
  if (type === undefined || !(storage > 0)) throw new Error(`The cost of ${logicalId} cannot be estimated: it lacks a class or a size.`);
  const instances = textAt(resource.properties, 'MultiAZ') === 'true' ? 2 : 1;
  const because = `${source ? 'read replica' : 'always on'}${instances === 2 ? ', with a standby in another zone' : ''}`;
  return [
    { price: `rds.${engine}.${type}`, quantity: HOURS * instances, because },
    {
      price: `rds.${read('StorageType') ?? 'gp3'}`,
      quantity: storage * instances,
      because: 'allocated; backups up to that size are included',
    },
  ];
}

/** What a read replica says nothing of, it has from its source. */
function findSource(stack: Place['stack'], resource: Resource): Resource | undefined {
  const reference = valueAt(resource.properties, 'SourceDBInstanceIdentifier');
  if (reference === undefined) return undefined;
  const text = JSON.stringify(reference);
  return listResources([stack]).find(({ logicalId, resource: { type } }) => type === resource.type && text.includes(logicalId))?.resource;
}

function chargeCache({ logicalId, resource: { properties } }: Place): readonly Charge[] {
  const type = textAt(properties, 'CacheNodeType');
  if (type === undefined) throw new Error(`The cost of ${logicalId} cannot be estimated: its CacheNodeType is no literal.`);
  const shards = numberAt(properties, 'NumNodeGroups') ?? 1;
  const nodes = numberAt(properties, 'NumCacheClusters') ?? shards * (1 + (numberAt(properties, 'ReplicasPerNodeGroup') ?? 0));
  const engine = textAt(properties, 'Engine') ?? 'redis';
  return [
    { price: `elasticache.${engine}.${type}`, quantity: HOURS * nodes, because: `${nodes} ${nodes === 1 ? 'node' : 'nodes'}, always on` },
  ];
}
