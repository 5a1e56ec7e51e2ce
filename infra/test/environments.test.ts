// What differs between the stages, in their templates; what is the same in all of them is asked of dev, in the other files.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { listQueues, PUBLISHERS } from '@torii/contracts';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { readAssembly } from '../src/assembly/read-assembly.ts';
import { estimate } from '../src/cost/estimate.ts';
import { readPrices } from '../src/cost/prices.ts';
import { getUsage } from '../src/cost/usage.ts';
import { listRefusals } from '../src/teardown/leftovers.ts';
import { RESOURCE_TYPES } from './expected-resources.ts';
import { getStage, synthesizeShieldedProd, type Synthesized } from './synthesized.ts';
import { appContainerOf, type AppContainer, listReferences, parseFrozen, textOf } from './template.ts';

/** Everything takes a quarter of a minute, longer on a busy machine. */
const SYNTHESIS_TIMEOUT_MS = 240_000;

type StageName = 'dev' | 'staging' | 'prod';

let stages: Readonly<Record<StageName, Synthesized>>;
beforeAll(() => {
  stages = { dev: getStage('dev'), staging: getStage('staging'), prod: getStage('prod') };
}, SYNTHESIS_TIMEOUT_MS);

/** One property of every resource of the type, as text, each value once. */
function listValues(stage: StageName, type: string, property: string): readonly string[] {
  return [...new Set(stages[stage].find(type).map(({ Properties }) => textOf(Properties[property])))].sort();
}

describe('npm run synth', () => {
  it('writes every stage into one folder, and what is above them', () => {
    expect([...getStage('organization').templates.keys()]).toContain('torii-org-guardrails');
    const parts = (stage: StageName) => [...stages[stage].templates.keys()].map((name) => name.slice(`torii-${stage}-`.length)).sort();
    expect(parts('prod')).toEqual(parts('dev'));
    expect(parts('staging')).toEqual(parts('dev'));
  });

  it('gives each stage its account, its addresses and its tags', () => {
    const accounts = (['dev', 'staging', 'prod'] as const).map((stage) => {
      const stacks = readAssembly(join(stages[stage].folder, `assembly-${stage}`));
      return [...new Set(stacks.map(({ account }) => account))];
    });
    expect(accounts).toEqual([['222222222222'], ['333333333333'], ['444444444444']]);
    for (const stage of ['dev', 'staging', 'prod'] as const) {
      expect(stages[stage].get('AWS::EC2::VPC').Properties).toMatchObject({
        CidrBlock: { dev: '10.10.0.0/16', staging: '10.20.0.0/16', prod: '10.30.0.0/16' }[stage],
        Tags: expect.arrayContaining([
          { Key: 'application', Value: 'torii' },
          { Key: 'environment', Value: stage },
        ]),
      });
    }
  });
});

describe('the way out to the internet', () => {
  it('is one small machine in dev', () => {
    expect(stages.dev.find('AWS::EC2::NatGateway')).toEqual([]);
    expect(stages.dev.get('AWS::EC2::Instance').Properties).toMatchObject({ InstanceType: 't4g.nano' });
  });

  it.each([
    { stage: 'staging', zones: 2 },
    { stage: 'prod', zones: 3 },
  ] as const)('is a gateway in each of the $zones zones of $stage, and each zone goes by its own', ({ stage, zones }) => {
    expect(stages[stage].find('AWS::EC2::Instance')).toEqual([]);
    const gateways = stages[stage].find('AWS::EC2::NatGateway');
    expect(new Set(gateways.map(({ Properties }) => listReferences(Properties['SubnetId']).join())).size).toBe(zones);
    const used = stages[stage].find('AWS::EC2::Route').flatMap(({ Properties }) => listReferences(Properties['NatGatewayId']));
    expect(used.sort()).toEqual(gateways.map(({ logicalId }) => logicalId).sort());
    expect(listValues(stage, 'AWS::EC2::Subnet', 'AvailabilityZone')).toHaveLength(zones);
  });
});

describe('the database', () => {
  it.each([
    { stage: 'dev', primary: 'db.t4g.small', backups: 1 },
    { stage: 'staging', primary: 'db.t4g.medium', backups: 7 },
    { stage: 'prod', primary: 'db.m7g.large', backups: 30 },
  ] as const)('of $stage is a $primary with backups of $backups days', ({ stage, primary, backups }) => {
    const source = stages[stage].find('AWS::RDS::DBInstance').find(({ Properties }) => Properties['Engine'] === 'mariadb');
    expect(source?.Properties).toMatchObject({ DBInstanceClass: primary, BackupRetentionPeriod: backups, StorageEncrypted: true });
    expect(source?.Properties['MultiAZ'] ?? false).toBe(stage !== 'dev');
  });

  it('has a replica where services are told of one', () => {
    const replicas = (stage: StageName) =>
      stages[stage].find('AWS::RDS::DBInstance').filter(({ Properties }) => Properties['SourceDBInstanceIdentifier'] !== undefined);
    expect((['dev', 'staging', 'prod'] as const).map((stage) => replicas(stage).length)).toEqual([0, 1, 1]);
    // RDS refuses a replica of the same region that names a key: it has its source's.
    for (const { Properties } of [...replicas('staging'), ...replicas('prod')])
      expect(Properties['StorageEncrypted'] ?? Properties['KmsKeyId']).toBeUndefined();
    expect(replicas('prod')[0]?.Properties).toMatchObject({ MultiAZ: true, StorageType: 'gp3', DBParameterGroupName: expect.anything() });
  });

  it.each(PUBLISHERS)('is named to %s, with the replica where there is one', (service) => {
    const hosts = (stage: StageName) => {
      const task = stages[stage].find('AWS::ECS::TaskDefinition').find(({ Properties: p }) => p['Family'] === `torii-${stage}-${service}`);
      const { environment } = appContainerOf(task ?? { Type: '', Properties: {} });
      return [environment['DATABASE_HOST'], environment['DATABASE_REPLICA_HOST']].map((host) => listReferences(host).join());
    };
    expect(hosts('dev')).toEqual([expect.stringContaining('DatabaseInstance'), '']);
    expect(hosts('staging')).toEqual([expect.stringContaining('DatabaseInstance'), expect.stringContaining('DatabaseReplica')]);
    expect(hosts('prod')).toEqual([expect.stringContaining('DatabaseInstance'), expect.stringContaining('DatabaseReplica')]);
  });

  it.each(PUBLISHERS)(
    'gives %s the schema of its own name, by the secret of that schema, wherever it stands in the topology',
    (service) => {
      const schema = service.replaceAll('-', '_');
      const secretOf = ({ environment }: AppContainer): string => listReferences(environment['DATABASE_SECRET_ARN']).join();
      for (const [stage, { resources }] of Object.entries(stages)) {
        const families = [`torii-${stage}-${service}`, `torii-${stage}-${service}-migrate`];
        const containers = resources
          .filter(({ Properties: p }) => families.includes(textOf(p['Family'])))
          .map((task) => appContainerOf(task));
        expect(containers.map(({ environment }) => environment['DATABASE_NAME'])).toEqual([schema, schema]);
        for (const container of containers) expect(secretOf(container)).toMatch(new RegExp(`Schemas${schema.replaceAll('_', '')}secret`));
      }
    },
  );
});

describe('connections', () => {
  it.each([
    { stage: 'dev', size: '5' },
    { stage: 'staging', size: '7' },
    { stage: 'prod', size: '7' },
  ] as const)('of a task are $size at most in $stage, and 3 of the worker', ({ stage, size }) => {
    const tasks = stages[stage].find('AWS::ECS::TaskDefinition').map((task) => appContainerOf(task).environment['DATABASE_POOL_SIZE']);
    expect(tasks.filter((found) => found !== undefined)).toEqual(Array.from({ length: PUBLISHERS.length * 2 }, () => size));
    const workers = stages[stage]
      .find('AWS::Lambda::Function')
      .flatMap(({ Properties }) => /"DATABASE_POOL_SIZE":"(\d+)"/.exec(JSON.stringify(Properties['Environment'] ?? {}))?.[1] ?? []);
    expect(workers).toEqual(['3']);
  });

  it.each(['dev', 'staging', 'prod'] as const)(
    'are accepted in %s as they are counted, and not half as many, which is the default',
    (stage) => {
      expect(stages[stage].get('AWS::RDS::DBParameterGroup').Properties['Parameters']).toMatchObject({
        max_connections: '{DBInstanceClassMemory/12582880}',
      });
    },
  );
});

describe('the cache', () => {
  it.each([
    { stage: 'dev', node: 'cache.t4g.micro', replicas: 0 },
    { stage: 'staging', node: 'cache.t4g.small', replicas: 1 },
    { stage: 'prod', node: 'cache.m7g.large', replicas: 2 },
  ] as const)('of $stage has $replicas replicas and, with any, replaces its primary by itself', ({ stage, node, replicas }) => {
    const { Properties } = stages[stage].get('AWS::ElastiCache::ReplicationGroup');
    expect(Properties).toMatchObject({ CacheNodeType: node, ReplicasPerNodeGroup: replicas, AutomaticFailoverEnabled: replicas > 0 });
    expect(Properties['MultiAZEnabled'] ?? false).toBe(replicas > 0);
  });
});

describe('services', () => {
  it.each(['staging', 'prod'] as const)('of %s are as they were created: CloudFormation cannot update what CodeDeploy owns', (stage) => {
    const owned = ['AWS::ECS::Service', 'AWS::ElasticLoadBalancingV2::ListenerRule'].flatMap((type) => stages[stage].find(type));
    const frozen = owned.map(({ stack, logicalId, Type, Properties }) => ({ stack, logicalId, Type, Properties }));
    const golden = parseFrozen(readFileSync(join(import.meta.dirname, 'golden', `left-to-code-deploy.${stage}.json`), 'utf8'));
    expect(golden).toHaveLength(3 * (PUBLISHERS.length + 1));
    expect(frozen.sort(byStack)).toEqual([...golden].sort(byStack));
  });

  it('run on what may be taken away in dev only', () => {
    const providers = (stage: StageName) => listValues(stage, 'AWS::ECS::Service', 'CapacityProviderStrategy');
    expect(providers('dev')).toEqual(['[{"CapacityProvider":"FARGATE_SPOT","Weight":1}]']);
    expect(providers('staging')).toEqual(['[{"CapacityProvider":"FARGATE","Weight":1}]']);
    expect(providers('prod')).toEqual(providers('staging'));
  });

  it.each([
    { stage: 'dev', least: 1, most: 2, requests: 1500 },
    { stage: 'staging', least: 2, most: 4, requests: 1500 },
    { stage: 'prod', least: 3, most: 9, requests: 6000 },
  ] as const)('of $stage are $least to $most tasks, by their own signals', ({ stage, least, most, requests }) => {
    const targets = stages[stage].find('AWS::ApplicationAutoScaling::ScalableTarget');
    expect(targets.map(({ Properties: p }) => [p['MinCapacity'], p['MaxCapacity']])).toEqual(targets.map(() => [least, most]));
    const signals = (service: string) =>
      Object.fromEntries(
        stages[stage]
          .find('AWS::ApplicationAutoScaling::ScalingPolicy')
          .filter(({ stack }) => stack === `torii-${stage}-svc-${service}`)
          .map(({ Properties }) => {
            const config = JSON.stringify(Properties['TargetTrackingScalingPolicyConfiguration']);
            const signal = /"(ECSServiceAverageCPUUtilization|RequestCountPerTarget|ApproximateAgeOfOldestMessage)"/.exec(config)?.[1];
            return [signal ?? config, Number(/"TargetValue":(\d+)/.exec(config)?.[1])];
          }),
      );
    const asked = { ECSServiceAverageCPUUtilization: 60, RequestCountPerTarget: requests };
    expect(signals('frontend')).toEqual(asked);
    for (const service of PUBLISHERS) {
      const takes = listQueues().some(({ consumer }) => consumer === service);
      expect(signals(service)).toEqual({ ...asked, ...(takes && { ApproximateAgeOfOldestMessage: 60 }) });
    }
  });

  it('watch the age of every queue they take from, and of no other', () => {
    const policies = stages.prod
      .find('AWS::ApplicationAutoScaling::ScalingPolicy')
      .filter(({ logicalId }) => logicalId.includes('QueueAge'));
    const watched = policies.map(({ stack, Properties }) => [
      stack.slice('torii-prod-svc-'.length),
      listReferences(Properties['TargetTrackingScalingPolicyConfiguration']).map((name) => /Att([a-z]+)Queue/.exec(name)?.[1]),
    ]);
    expect(Object.fromEntries(watched)).toMatchObject({
      identity: ['identitycommands'],
      catalog: ['catalogevents', 'catalogcommands'],
      // What the worker takes is Lambda's to scale.
      jobs: ['jobsevents', 'jobscommands', 'jobsprojectionevents', 'jobsprojectioncommands'],
    });
  });

  it('have metrics of every container where that is worth its price', () => {
    const settings = (stage: StageName) => textOf(stages[stage].get('AWS::ECS::Cluster').Properties['ClusterSettings']);
    expect((['dev', 'staging', 'prod'] as const).map((stage) => /"Value":"(\w+)"/.exec(settings(stage))?.[1])).toEqual([
      'disabled',
      'enabled',
      'enabled',
    ]);
  });
});

function byStack(a: { readonly stack: string; readonly Type: string }, b: { readonly stack: string; readonly Type: string }): number {
  return `${a.stack} ${a.Type}`.localeCompare(`${b.stack} ${b.Type}`);
}

describe('protection', () => {
  const refusals = (stage: StageName) => listRefusals(readAssembly(join(stages[stage].folder, `assembly-${stage}`)));

  it('is complete in prod: stacks, databases, users and the load balancer refuse to be deleted', () => {
    expect(refusals('dev')).toEqual([]);
    expect(refusals('staging')).toEqual([]);
    const refused = refusals('prod').join('\n');
    for (const name of stages.prod.templates.keys()) expect(refused).toContain(`${name} has termination protection`);
    for (const id of ['DatabaseInstance', 'DatabaseReplica', 'LoadBalancer', 'SignInPool'])
      expect(refused).toMatch(new RegExp(`^${id}\\w* of torii-prod-[a-z-]+ has deletion protection$`, 'm'));
  });

  it('keeps in prod what holds data when its stack goes', () => {
    const kept = ['AWS::RDS::DBInstance', 'AWS::Cognito::UserPool', 'AWS::KMS::Key'].map((type) =>
      stages.prod.find(type).flatMap(({ DeletionPolicy }) => DeletionPolicy ?? []),
    );
    // The replica is a copy; so are the lines of the log lake, and the topic of the edge's alarms keeps nothing: their keys go.
    expect(kept).toEqual([expect.arrayContaining(['Retain', 'Delete']), ['Retain'], expect.any(Array)]);
    expect(kept[2]?.toSorted()).toEqual(['Delete', 'Delete', 'Retain', 'Retain', 'Retain', 'Retain']);
  });

  it.each([
    { stage: 'dev', days: 30 },
    { stage: 'staging', days: 60 },
    { stage: 'prod', days: 365 },
  ] as const)('keeps the logs of $stage for $days days', ({ stage, days }) => {
    expect(listValues(stage, 'AWS::Logs::LogGroup', 'RetentionInDays')).toEqual([String(days)]);
  });

  it(
    'by Shield Advanced is for the distribution, a dashboard of QuickSight for operators and a channel of Slack for alarms, by switches',
    () => {
      expect(stages.prod.resources.filter(({ Type }) => /^AWS::(Shield|QuickSight|Chatbot)::/.test(Type))).toEqual([]);
      const shielded = synthesizeShieldedProd();
      shielded.remove();
      const { stack, Properties } = shielded.get('AWS::Shield::Protection');
      expect(stack).toBe('torii-prod-edge');
      expect(JSON.stringify(Properties['ResourceArn'])).toContain('cloudfront::444444444444:distribution/');
      const source = shielded.get('AWS::QuickSight::DataSource');
      expect(source.stack).toBe('torii-prod-log-lake');
      expect(listReferences(source.Properties['DataSourceParameters'])).toContain(shielded.get('AWS::Athena::WorkGroup').logicalId);
      expect(JSON.stringify(shielded.get('AWS::QuickSight::DataSet').Properties)).toContain('FROM torii_prod.logs');
      expect(JSON.stringify(shielded.get('AWS::QuickSight::Dashboard').Properties['Permissions'])).toContain('group/default/operators');
      const chat = shielded.get('AWS::Chatbot::SlackChannelConfiguration');
      expect(chat.stack).toBe('torii-prod-observability');
      // Told of both regions' alarms, and able to do nothing: AWS's default guardrail is AdministratorAccess.
      expect(JSON.stringify(chat.Properties['SnsTopicArns'])).toMatch(/torii-prod-messaging:.*torii-prod-edge-alarms/);
      expect(JSON.stringify(chat.Properties['GuardrailPolicies'])).toContain('policy/AWSDenyAll');
      const role = listReferences(chat.Properties['IamRoleArn']);
      const granted = shielded
        .find('AWS::IAM::Policy')
        .filter(({ Properties: p }) => listReferences(p['Roles']).some((id) => role.includes(id)));
      expect(granted).toEqual([]);
    },
    SYNTHESIS_TIMEOUT_MS,
  );
});

describe('passwords', () => {
  it.each([
    { stage: 'staging', days: 30 },
    { stage: 'prod', days: 90 },
  ] as const)(
    'change by themselves every $days days in $stage: of the schemas, of their administrator, of the cache',
    ({ stage, days }) => {
      const schedules = stages[stage].find('AWS::SecretsManager::RotationSchedule').map(({ Properties }) => Properties);
      const secrets = schedules.map(({ SecretId }) =>
        listReferences(SecretId)
          .join()
          .replace(/[0-9A-F]{8}$/, ''),
      );
      expect(secrets.sort()).toEqual(
        [...PUBLISHERS.map((name) => `Schemas${name.replaceAll('-', '')}secret`), 'CacheSecret', 'DatabaseInstanceSecretAttachment'].sort(),
      );
      for (const schedule of schedules)
        // Right away there may be no such user yet.
        expect(schedule).toMatchObject({ RotateImmediatelyOnUpdate: false, RotationRules: { ScheduleExpression: `rate(${days} days)` } });
    },
  );

  it('are changed by people in dev', () => {
    expect(stages.dev.find('AWS::SecretsManager::RotationSchedule')).toEqual([]);
  });
});

describe('alarms', () => {
  it.each(['dev', 'staging', 'prod'] as const)('of %s each have an article that the runbook has', (stage) => {
    const runbook = readFileSync(join(import.meta.dirname, '..', '..', 'docs', 'runbook.md'), 'utf8');
    const articles = new Set([...runbook.matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) => heading.toLowerCase().replaceAll(' ', '-')));
    const alarms = stages[stage].find('AWS::CloudWatch::Alarm').map(({ Properties }) => textOf(Properties['AlarmDescription']));
    expect(alarms.length).toBeGreaterThan(20);
    expect(alarms.filter((text) => !articles.has(/ Runbook: docs\/runbook\.md#([a-z-]+)$/.exec(text)?.[1] ?? ''))).toEqual([]);
  });
});

describe('cost', () => {
  it.each([
    { stage: 'staging', least: 200, most: 600 },
    { stage: 'prod', least: 1000, most: 4000 },
  ] as const)('of $stage is between $least and $most dollars a month', ({ stage, least, most }) => {
    const stacks = readAssembly(join(stages[stage].folder, `assembly-${stage}`));
    const { totalUsd } = estimate({ stacks, usage: getUsage(stage), pricesOf: readPrices });
    expect(totalUsd).toBeGreaterThan(least);
    expect(totalUsd).toBeLessThan(most);
  });
});

describe('resource types', () => {
  it('beyond those of dev are the gateways and the rotation of secrets only: what the laptop boots is nearly what runs in production', () => {
    const known = new Set(RESOURCE_TYPES);
    const beyond = (stage: StageName) =>
      [...new Set(stages[stage].resources.map(({ Type }) => Type))].filter((type) => !known.has(type)).sort();
    expect(beyond('prod')).toEqual([
      'AWS::EC2::EIP',
      'AWS::EC2::NatGateway',
      'AWS::SecretsManager::ResourcePolicy',
      'AWS::SecretsManager::RotationSchedule',
    ]);
    expect(beyond('staging')).toEqual(beyond('prod'));
  });
});
