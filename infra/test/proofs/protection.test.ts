// What is at rest is encrypted with keys of ours, what moves is encrypted too, the edge has a firewall, logs end, data is backed up, everything has its tags.
import { beforeAll, describe, expect, it } from '@jest/globals';
import { getEnvironment } from '../../src/environments.ts';
import { getStage } from '../synthesized.ts';
import { textOf, type Json } from '../template.ts';
import { addResources, changeResource, type Change } from './change.ts';
import { at, EMPTY, ENCRYPTED, ENCRYPTED_BY_AWS, EXCEPTIONS, tagsOf, UNTAGGED } from './expected-protection.ts';
import { listOf } from './resolve-template.ts';
import { STAGES, viewStage, type StageName, type StageView } from './stage.ts';

const SYNTHESIS_TIMEOUT_MS = 240_000;

let views: Readonly<Record<StageName, StageView>>;
beforeAll(() => {
  views = { dev: view('dev'), staging: view('staging'), prod: view('prod') };
}, SYNTHESIS_TIMEOUT_MS);

function view(stage: StageName): StageView {
  return viewStage(stage, getStage(stage).templates);
}

/** Whatever holds data without a key of ours, and types of which nobody has said what they hold. */
function listUnencrypted(stage: StageView): readonly string[] {
  const types = new Set(stage.places.map(({ Type }) => Type));
  const known = new Set([...Object.keys(ENCRYPTED), ...Object.keys(ENCRYPTED_BY_AWS), ...EMPTY]);
  const naked = stage.places.filter(({ Type, name, resolved }) => {
    const findKey = ENCRYPTED[Type];
    return findKey !== undefined && EXCEPTIONS[name] === undefined && stage.findByReference(findKey(resolved))?.kind !== 'key';
  });
  return [
    ...naked.map(({ name }) => `${name} has no key of this stage`),
    ...[...types].filter((type) => !known.has(type)).map((type) => `${type} is in no list`),
  ];
}

/** Databases, caches, listeners, distributions that would speak without TLS, or with an old one. */
function listUnencryptedWays(stage: StageView): readonly string[] {
  const requirements: Readonly<Record<string, (properties: { readonly [key: string]: Json }) => boolean>> = {
    'AWS::CloudFront::Distribution': (p) => {
      const config = p['DistributionConfig'];
      const behaviors = [at(config, 'DefaultCacheBehavior'), ...listOf(at(config, 'CacheBehaviors'))];
      return (
        behaviors.every((behavior) => at(behavior, 'ViewerProtocolPolicy') === 'redirect-to-https') &&
        at(config, 'ViewerCertificate', 'MinimumProtocolVersion') === 'TLSv1.2_2021'
      );
    },
    'AWS::ElastiCache::ReplicationGroup': (p) => p['TransitEncryptionEnabled'] === true && p['TransitEncryptionMode'] === 'required',
    'AWS::ElasticLoadBalancingV2::Listener': (p) => p['Protocol'] === 'HTTPS' && /TLS13-1-2|FS-1-2/.test(textOf(p['SslPolicy'])),
    'AWS::RDS::DBInstance': (p) =>
      at(stage.findByReference(p['DBParameterGroupName'])?.resolved['Parameters'], 'require_secure_transport') === '1',
  };
  return stage.places.filter(({ Type, resolved }) => requirements[Type]?.(resolved) === false).map(({ name }) => name);
}

/** What a firewall lacks, and what lacks a firewall. */
function listWithoutFirewall(stage: StageView): readonly string[] {
  const guarded = stage.find('AWS::WAFv2::WebACLAssociation').map(({ resolved }) => textOf(resolved['ResourceArn']));
  const doors = [
    ...stage
      .find('AWS::CloudFront::Distribution')
      .map(({ name, resolved }) => ({ name, acl: at(resolved['DistributionConfig'], 'WebACLId') })),
    ...stage.find('AWS::ApiGateway::Stage').map(({ name, arn }) => ({ name, acl: guarded.includes(arn) ? 'associated' : undefined })),
  ];
  const firewalls = stage.find('AWS::WAFv2::WebACL').flatMap(({ name, resolved }) => {
    const rules = JSON.stringify(resolved['Rules']);
    const wanted = [...MANAGED_RULES, '"RateBasedStatement"'].filter((rule) => !rules.includes(rule));
    const isOff = listOf(resolved['Rules']).some((rule) => at(rule, 'OverrideAction', 'Count') !== undefined);
    return [...wanted.map((rule) => `${name} lacks ${rule}`), ...(isOff ? [`${name} only counts`] : [])];
  });
  return [...doors.filter(({ acl }) => acl === undefined || acl === '').map(({ name }) => `${name} has no firewall`), ...firewalls];
}

const MANAGED_RULES = ['AWSManagedRulesAmazonIpReputationList', 'AWSManagedRulesKnownBadInputsRuleSet', 'AWSManagedRulesCommonRuleSet'];

function listUntagged(stage: StageView): readonly string[] {
  const expected = { application: 'torii', environment: stage.name };
  return stage.places
    .filter(({ Type, resolved }) => !UNTAGGED.has(Type) && Object.entries(expected).some(([key, value]) => tagsOf(resolved)[key] !== value))
    .map(({ name }) => name);
}

/** Groups that keep logs for ever or for another time than the stage's, and writers whose group AWS would make, and never empty. */
function listEndlessLogs(stage: StageView): readonly string[] {
  const groups = stage.find('AWS::Logs::LogGroup');
  const names = new Set(groups.map(({ resolved }) => textOf(resolved['LogGroupName'])));
  const made = [
    ...stage
      .find('AWS::RDS::DBInstance')
      .flatMap(({ resolved: p }) =>
        listOf(p['EnableCloudwatchLogsExports']).map((log) => `/aws/rds/instance/${textOf(p['DBInstanceIdentifier'])}/${textOf(log)}`),
      ),
    ...stage
      .find('AWS::ApiGateway::Stage')
      .map(({ resolved: p }) => `API-Gateway-Execution-Logs_${textOf(p['RestApiId'])}/${textOf(p['StageName'])}`),
  ];
  const functions = stage.find('AWS::Lambda::Function').filter(({ resolved }) => at(resolved['LoggingConfig'], 'LogGroup') === undefined);
  return [
    ...groups.filter(({ resolved }) => resolved['RetentionInDays'] !== getEnvironment(stage.name).logRetentionDays).map(({ name }) => name),
    ...made.filter((name) => !names.has(name)),
    ...functions.map(({ name }) => name),
  ];
}

/** Data without a copy that is as old as the settings say. */
function listWithoutBackup(stage: StageView): readonly string[] {
  const { backupRetentionDays } = getEnvironment(stage.name).database;
  return stage
    .find('AWS::RDS::DBInstance')
    .filter(
      ({ resolved: p }) =>
        p['SourceDBInstanceIdentifier'] === undefined &&
        (p['BackupRetentionPeriod'] !== backupRetentionDays || p['CopyTagsToSnapshot'] !== true),
    )
    .map(({ name }) => name);
}

describe.each(STAGES)('in %s', (stage) => {
  it('whatever holds data is encrypted with a key of the stage, or is excepted with a reason', () => {
    expect(listUnencrypted(views[stage])).toEqual([]);
  });

  it('keys change every year', () => {
    expect(views[stage].find('AWS::KMS::Key').filter(({ resolved }) => resolved['EnableKeyRotation'] !== true)).toEqual([]);
  });

  it('nothing speaks without TLS', () => {
    expect(listUnencryptedWays(views[stage])).toEqual([]);
  });

  it('both doors have a firewall with managed rules and a limit per address', () => {
    expect(listWithoutFirewall(views[stage])).toEqual([]);
  });

  it('every log ends', () => {
    expect(listEndlessLogs(views[stage])).toEqual([]);
  });

  it('the database is backed up', () => {
    expect(listWithoutBackup(views[stage])).toEqual([]);
  });

  it('everything that can have tags says what it belongs to', () => {
    expect(listUntagged(views[stage])).toEqual([]);
  });
});

describe('exceptions', () => {
  it('are of resources that exist', () => {
    const names = new Set(STAGES.flatMap((stage) => views[stage].places.map(({ name }) => name)));
    expect(Object.keys(EXCEPTIONS).filter((name) => !names.has(name))).toEqual([]);
  });

  it('are buckets of logs that S3 encrypts itself', () => {
    const buckets = views.prod.find('AWS::S3::Bucket').filter(({ name }) => EXCEPTIONS[name] !== undefined);
    expect(buckets).toHaveLength(5);
    for (const { resolved } of buckets) expect(JSON.stringify(resolved['BucketEncryption'])).toContain('"SSEAlgorithm":"AES256"');
  });
});

describe('a hole', () => {
  const change = (stack: string, logicalId: RegExp, properties: Change): StageView =>
    viewStage('dev', changeResource(getStage('dev').templates, { stack: `torii-dev-${stack}`, logicalId, properties }));
  /** Of the stage after the change, without what was there before. */
  const listNew = (list: (stage: StageView) => readonly string[], after: StageView): readonly string[] => {
    const before = new Set(list(views.dev));
    return list(after).filter((line) => !before.has(line));
  };
  const without =
    (name: string): Change =>
    (before) =>
      Object.fromEntries(Object.entries(before).filter(([other]) => other !== name));
  /** A property inside of another one. */
  const inside =
    (name: string, more: { readonly [key: string]: Json }): Change =>
    (before) => ({ ...before, [name]: { ...(Object(before[name]) as { readonly [key: string]: Json }), ...more } });

  it.each([
    ['messaging', /^catalogeventsQueue/, 'KmsMasterKeyId', 'queue catalog-events'],
    ['messaging', /^CatalogEvents/, 'KmsMasterKeyId', 'topic messaging CatalogEvents'],
    ['messaging', /^Files[0-9A-F]{8}$/, 'BucketEncryption', 'bucket messaging Files'],
    [
      'messaging',
      /^catalogarchiveStream[0-9A-F]{8}$/,
      'DeliveryStreamEncryptionConfigurationInput',
      'stream messaging catalogarchiveStream',
    ],
    ['messaging', /^Bus/, 'KmsKeyIdentifier', 'bus messaging Bus'],
    ['data', /^DatabaseInstance[0-9A-F]{8}$/, 'KmsKeyId', 'database data DatabaseInstance'],
    ['data', /^CacheValkey/, 'KmsKeyId', 'AWS::ElastiCache::ReplicationGroup data CacheValkey'],
    ['data', /^CacheSecret/, 'KmsKeyId', 'secret data CacheSecret'],
    ['svc-jobs', /^ServiceLogs/, 'KmsKeyId', 'logs svc-jobs ServiceLogs'],
  ])('in %s, %s without its %s, is found', (stack, logicalId, property, name) => {
    expect(listNew(listUnencrypted, change(stack, logicalId, without(property)))).toEqual([`${name} has no key of this stage`]);
  });

  it('by which AWS holds the key is found', () => {
    const byAws = change('messaging', /^catalogeventsQueue/, (before) => ({ ...before, KmsMasterKeyId: 'alias/aws/sqs' }));
    expect(listNew(listUnencrypted, byAws)).toEqual(['queue catalog-events has no key of this stage']);
  });

  it('by a type of which nobody has said what it holds is found', () => {
    const Hole = { Type: 'AWS::DynamoDB::Table', Properties: {} };
    expect(listNew(listUnencrypted, viewStage('dev', addResources(getStage('dev').templates, 'torii-dev-data', { Hole })))).toEqual([
      'AWS::DynamoDB::Table is in no list',
    ]);
  });

  it('by which something speaks without TLS is found', () => {
    const open = inside('Parameters', { require_secure_transport: '0' });
    expect(listNew(listUnencryptedWays, change('data', /^DatabaseParameters/, open))).toEqual(['database data DatabaseInstance']);
    expect(
      listNew(
        listUnencryptedWays,
        change('data', /^CacheValkey/, (before) => ({ ...before, TransitEncryptionMode: 'preferred' })),
      ),
    ).toHaveLength(1);
    expect(
      listNew(
        listUnencryptedWays,
        change('platform', /^LoadBalancerApiListener/, (before) => ({ ...before, Protocol: 'HTTP' })),
      ),
    ).toEqual(['listener platform LoadBalancerApiListener']);
    const viewers = inside('DistributionConfig', { ViewerCertificate: { MinimumProtocolVersion: 'TLSv1' } });
    expect(listNew(listUnencryptedWays, change('edge', /^Distribution[0-9A-F]{8}$/, viewers))).toEqual(['distribution edge Distribution']);
  });

  it('in the firewall, or in front of a door, is found', () => {
    expect(
      listNew(listWithoutFirewall, change('edge', /^Distribution[0-9A-F]{8}$/, inside('DistributionConfig', { WebACLId: '' }))),
    ).toEqual(['distribution edge Distribution has no firewall']);
    expect(
      listNew(
        listWithoutFirewall,
        change('edge-waf', /^FirewallAcl/, (before) => ({ ...before, Rules: [] })),
      ),
    ).toHaveLength(4);
    expect(
      listNew(
        listWithoutFirewall,
        change('api', /^FirewallOfStage/, (before) => ({ ...before, ResourceArn: 'other' })),
      ),
    ).toEqual(['AWS::ApiGateway::Stage api ApiDeploymentStagev1 has no firewall']);
  });

  it('through which logs stay for ever is found', () => {
    expect(listNew(listEndlessLogs, change('svc-jobs', /^ServiceLogs/, without('RetentionInDays')))).toEqual(['logs svc-jobs ServiceLogs']);
    expect(listNew(listEndlessLogs, change('svc-jobs', /^WorkerFunction[0-9A-F]{8}$/, without('LoggingConfig')))).toEqual([
      'function svc-jobs WorkerFunction',
    ]);
    const renamed = change('data', /^DatabaseInstance[0-9A-F]{8}$/, (before) => ({ ...before, DBInstanceIdentifier: 'other' }));
    expect(listNew(listEndlessLogs, renamed)).toEqual(['/aws/rds/instance/other/error', '/aws/rds/instance/other/slowquery']);
  });

  it('in backups and in tags is found', () => {
    expect(
      listNew(
        listWithoutBackup,
        change('data', /^DatabaseInstance[0-9A-F]{8}$/, (before) => ({ ...before, BackupRetentionPeriod: 0 })),
      ),
    ).toEqual(['database data DatabaseInstance']);
    expect(listNew(listUntagged, change('data', /^Key[0-9A-F]{8}$/, without('Tags')))).toEqual(['key data Key']);
  });
});
