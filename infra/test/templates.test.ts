import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { events, listQueues, PUBLISHERS } from '@torii/contracts';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { executionRoleNameOf, releaseRoleNameOf } from '../src/delivery-names.ts';
import { RESOURCE_TYPES, STATEFUL_RESOURCES } from './expected-resources.ts';
import { BACKEND_VARIABLES, COMMON_VARIABLES, OWN_VARIABLES, WORKER_VARIABLES } from './expected-variables.ts';
import { getStage, type Found, type Synthesized } from './synthesized.ts';
import { appContainerOf, listReferences, parseFrozen, textOf, type Json } from './template.ts';

/** Synthesis takes a few seconds, longer on a busy machine. */
const SYNTHESIS_TIMEOUT_MS = 60_000;

/** Every process that is an ECS service. */
const SERVICES = [...PUBLISHERS, 'frontend'] as const;
/** `torii-dev-catalog-migrate` → `catalog`. */
const serviceOf = (family: string): string => family.slice('torii-dev-'.length).replace(/-migrate$/, '');
/** A schema's name has no hyphens. */
const schemaOf = (service: string): string => service.replaceAll('-', '_');

let dev: Synthesized;
beforeAll(() => {
  dev = getStage('dev');
}, SYNTHESIS_TIMEOUT_MS);

describe('the dev stage', () => {
  it('has the stacks that everything else calls by name', () => {
    expect([...dev.templates.keys()].sort()).toEqual(
      [
        ...[
          'network',
          'data',
          'messaging',
          'user-pool',
          'platform',
          'api',
          'edge-waf',
          'edge',
          'edge-alarms',
          'deployment',
          'log-lake',
          'observability',
        ].map((part) => `torii-dev-${part}`),
        ...SERVICES.map((service) => `torii-dev-svc-${service}`),
      ].sort(),
    );
  });

  it('uses the resource types that are listed, each of which the laptop knows, and no other', () => {
    const types = new Set([...dev.templates.values()].flatMap(({ Resources }) => Object.values(Resources).map(({ Type }) => Type)));
    expect([...types].sort()).toEqual([...RESOURCE_TYPES].sort());
  });

  it('keeps the logical ids of what holds data: another id is another, empty resource', () => {
    const types = new Set(STATEFUL_RESOURCES.map(({ type }) => type));
    const found = [...types].flatMap((type) => dev.find(type).map(({ stack, logicalId }) => ({ type, stack, logicalId })));
    expect(found.sort(byId)).toEqual([...STATEFUL_RESOURCES].sort(byId));
  });

  it('gives physical names only where somebody looks for them', () => {
    const named = ['AWS::Logs::LogGroup', 'AWS::SNS::Topic', 'AWS::S3::Bucket', 'AWS::Lambda::Function', 'AWS::IAM::Role'].flatMap((type) =>
      dev
        .find(type)
        .filter(({ Properties: p }) => p['LogGroupName'] ?? p['TopicName'] ?? p['BucketName'] ?? p['FunctionName'] ?? p['RoleName']),
    );
    const known = new Set(SERVICES.flatMap((service) => [releaseRoleNameOf('dev', service), executionRoleNameOf('dev', service)]));
    // Groups that AWS would make itself, under names of its own, and keep for ever.
    const ofAws = /^\/aws\/rds\/|API-Gateway-Execution-Logs_/;
    const unknown = named.filter(({ Properties: p }) => !known.has(textOf(p['RoleName'])) && !ofAws.test(textOf(p['LogGroupName'])));
    expect(unknown).toEqual([]);
  });
});

function byId(a: { readonly logicalId: string }, b: { readonly logicalId: string }): number {
  return a.logicalId.localeCompare(b.logicalId);
}

describe('task definitions', () => {
  const families = PUBLISHERS.flatMap((name) => [`torii-dev-${name}`, `torii-dev-${name}-migrate`]);
  const findTask = (family: string): Found => {
    const task = dev.find('AWS::ECS::TaskDefinition').find(({ Properties }) => Properties['Family'] === family);
    if (!task) throw new Error(`There is no task definition ${family}.`);
    return task;
  };

  it('exist for every service, and for the migrations of those with a schema', () => {
    const found = dev.find('AWS::ECS::TaskDefinition').map(({ Properties }) => textOf(Properties['Family']));
    expect(found.sort()).toEqual([...families, 'torii-dev-frontend'].sort());
  });

  it.each(families)('give %s exactly the variables it reads', (family) => {
    const name = serviceOf(family);
    const { environment, secrets } = appContainerOf(findTask(family));
    expect(Object.keys(environment).sort()).toEqual([...COMMON_VARIABLES, ...BACKEND_VARIABLES, ...(OWN_VARIABLES[name] ?? [])].sort());
    expect(environment).toMatchObject({
      SERVICE_NAME: name,
      ENVIRONMENT: 'dev',
      PORT: '80',
      API_BASE_PATH: '/v1',
      DATABASE_NAME: schemaOf(name),
    });
    expect(secrets).toEqual([]);
  });

  it('give the frontend the API, its client and the session secret, and no way to data', () => {
    const { environment, secrets } = appContainerOf(findTask('torii-dev-frontend'));
    expect(Object.keys(environment).sort()).toEqual([...COMMON_VARIABLES, 'API_URL', 'FILES_BUCKET', 'USER_POOL_CLIENT_ID'].sort());
    expect(secrets).toEqual(['SESSION_SECRET']);
  });

  it('carry the real command, behind the bootstrap server only where something must listen', () => {
    for (const family of families) {
      const { command, entryPoint } = appContainerOf(findTask(family));
      const isMigration = family.endsWith('-migrate');
      expect(command).toEqual(['node', `services/${serviceOf(family)}/src/${isMigration ? 'migrate' : 'main'}.ts`]);
      expect(entryPoint === undefined).toBe(isMigration);
    }
  });
});

describe('services', () => {
  it('are left to CodeDeploy, which finds the task definition in a parameter', () => {
    const services = dev.find('AWS::ECS::Service');
    expect(services).toHaveLength(SERVICES.length);
    for (const { Properties, stack } of services) {
      expect(Properties).toMatchObject({ DeploymentController: { Type: 'CODE_DEPLOY' }, TaskDefinition: stack.replace('svc-', '') });
    }
    expect(
      dev
        .find('AWS::SSM::Parameter')
        .map(({ Properties }) => textOf(Properties['Name']))
        .sort(),
    ).toEqual(
      [
        '/torii/dev/messages-bucket',
        ...SERVICES.flatMap((service) =>
          ['task-definition', 'smoke-test', 'released'].map((parameter) => `/torii/dev/${service}/${parameter}`),
        ),
        ...PUBLISHERS.flatMap((service) =>
          ['migrate-task-definition', 'run-task'].map((parameter) => `/torii/dev/${service}/${parameter}`),
        ),
      ].sort(),
    );
  });

  it('and their listener rules are as they were created: CloudFormation cannot update what CodeDeploy owns', () => {
    const owned = ['AWS::ECS::Service', 'AWS::ElasticLoadBalancingV2::ListenerRule'].flatMap((type) => dev.find(type));
    const frozen = owned.map(({ stack, logicalId, Type, Properties }) => ({ stack, logicalId, Type, Properties }));
    const golden = readFileSync(join(import.meta.dirname, 'golden', 'left-to-code-deploy.json'), 'utf8');
    expect(frozen.sort(byStack)).toEqual([...parseFrozen(golden)].sort(byStack));
  });

  it('ring when the load balancer has no healthy task, or counts none at all because none runs', () => {
    const groups = dev.find('AWS::ElasticLoadBalancingV2::TargetGroup').map(({ stack, logicalId }) => `${stack} ${logicalId}`);
    const alarms = dev
      .find('AWS::CloudWatch::Alarm')
      .filter(({ Properties }) => JSON.stringify(Properties['Metrics'] ?? []).includes('"HealthyHostCount"'));
    expect(alarms).toHaveLength(SERVICES.length);
    expect(groups).toHaveLength(2 * SERVICES.length);
    for (const { Properties } of alarms) {
      expect(Properties).toMatchObject({ ComparisonOperator: 'LessThanThreshold', Threshold: 1, TreatMissingData: 'breaching' });
    }
    // Both of a service: which of them serves changes with every deployment.
    expect(
      alarms.flatMap(({ stack, Properties }) => listWatchedGroups(Properties['Metrics']).map((group) => `${stack} ${group}`)).sort(),
    ).toEqual(groups.sort());
  });

  it('answer the bare path and what is below it, each on the listener of its callers', () => {
    const rules = dev.find('AWS::ElasticLoadBalancingV2::ListenerRule').map(({ Properties }) => ({
      listener: listReferences(Properties['ListenerArn'])
        .join()
        .replace(/^.*Balancer(Edge|Api|Test)Listener.*$/, '$1'),
      conditions: Properties['Conditions'],
    }));
    const path = (...values: string[]): Json => [{ Field: 'path-pattern', PathPatternConfig: { Values: values } }];
    expect(rules).toHaveLength(2 * SERVICES.length);
    expect(rules).toEqual(
      expect.arrayContaining([
        { listener: 'Edge', conditions: path('/*') },
        ...PUBLISHERS.map((name) => ({ listener: 'Api', conditions: path(`/${name}`, `/${name}/*`) })),
        // The same paths, and those that nobody is to reach otherwise: only the smoke test gets here.
        ...SERVICES.map((name) => ({
          listener: 'Test',
          conditions: [{ Field: 'http-header', HttpHeaderConfig: { HttpHeaderName: 'torii-service', Values: [name] } }],
        })),
      ]),
    );
  });
});

function byStack(a: { readonly stack: string; readonly Type: string }, b: { readonly stack: string; readonly Type: string }): number {
  return `${a.stack} ${a.Type}`.localeCompare(`${b.stack} ${b.Type}`);
}

/** The target groups an alarm looks at. */
function listWatchedGroups(metrics: Json | undefined): readonly string[] {
  return [...JSON.stringify(metrics).matchAll(/"TargetGroup","Value":\{"Fn::GetAtt":\["(\w+)"/g)].map(([, logicalId]) => logicalId ?? '');
}

describe('queues', () => {
  it('are those of the topology, each with a dead-letter queue, and one for what schedules could not bring; all encrypted', () => {
    const found = dev.find('AWS::SQS::Queue');
    expect(found.map(({ Properties }) => textOf(Properties['QueueName'])).sort()).toEqual(
      [...listQueues().flatMap(({ name }) => [`torii-dev-${name}`, `torii-dev-${name}-dlq`]), 'torii-dev-schedules-dlq'].sort(),
    );
    expect(found.filter(({ Properties }) => Properties['KmsMasterKeyId'] === undefined)).toEqual([]);
  });

  it('keep a message from others as long as the topology says', () => {
    const timeouts = dev
      .find('AWS::SQS::Queue')
      .flatMap(({ Properties: p }) => (p['VisibilityTimeout'] === undefined ? [] : [[textOf(p['QueueName']), p['VisibilityTimeout']]]));
    expect(Object.fromEntries(timeouts)).toEqual(
      Object.fromEntries(listQueues().map(({ name, settings }) => [`torii-dev-${name}`, settings.visibilityTimeoutSeconds])),
    );
  });

  it('redrive to their own dead-letter queue', () => {
    const nameOf = new Map(dev.find('AWS::SQS::Queue').map(({ logicalId, Properties }) => [logicalId, Properties['QueueName']]));
    for (const { Properties } of dev.find('AWS::SQS::Queue')) {
      const name = textOf(Properties['QueueName']);
      const targets = listReferences(Properties['RedrivePolicy']).map((id) => nameOf.get(id));
      expect(targets).toEqual(name.endsWith('-dlq') ? [] : [`${name}-dlq`]);
    }
  });

  it('are subscribed, raw, to just the types that the topology gives them', () => {
    const subscriptions = dev
      .find('AWS::SNS::Subscription')
      .filter(({ Properties }) => Properties['Protocol'] === 'sqs')
      .map(({ Properties }) => Properties);
    const expected = listQueues().flatMap(({ publishers, types }) =>
      publishers.map((publisher) =>
        types.filter((type) => Object.entries(events).some(([key, event]) => key === type && event.publisher === publisher)),
      ),
    );
    expect(subscriptions.map(({ FilterPolicy }) => FilterPolicy)).toEqual(expected.map((types) => ({ type: types })));
    expect(subscriptions.filter(({ RawMessageDelivery }) => RawMessageDelivery !== true)).toEqual([]);
  });

  it('have an alarm for age and one for dead letters, each with its runbook article', () => {
    const alarms = dev.find('AWS::CloudWatch::Alarm').map(({ Properties }) => textOf(Properties['AlarmDescription']));
    for (const { name } of listQueues()) {
      expect(alarms.filter((text) => text.includes(` ${name}`) && text.endsWith('runbook.md#queue-is-behind'))).toHaveLength(1);
      expect(alarms.filter((text) => text.includes(` ${name}.`) && text.endsWith('runbook.md#dead-letters-arrived'))).toHaveLength(1);
    }
    expect(alarms.filter((text) => !/ Runbook: docs\/runbook\.md#[a-z-]+$/.test(text))).toEqual([]);
  });
});

describe('functions', () => {
  it('are those of this repository, in private subnets; CDK brought none of its own', () => {
    const functions = dev.find('AWS::Lambda::Function');
    expect(functions.map(({ stack }) => stack).sort()).toEqual([
      'torii-dev-data',
      ...SERVICES.map(() => 'torii-dev-deployment'),
      'torii-dev-svc-jobs',
      'torii-dev-user-pool',
    ]);
    for (const { Properties } of functions) {
      expect(Properties).toMatchObject({ Handler: 'index.handler', Runtime: 'nodejs24.x', VpcConfig: { SubnetIds: expect.any(Array) } });
    }
  });

  it('are bundles of their own that export a handler', () => {
    const keys = dev
      .find('AWS::Lambda::Function')
      .map(({ Properties }) => /"S3Key":"(\w+)\.zip"/.exec(JSON.stringify(Properties['Code']))?.[1]);
    const bundles = [...new Set(keys)].map((hash) => `asset.${hash}`);
    // One for all smoke tests: they differ in their variables.
    expect(bundles).toHaveLength(4);
    for (const bundle of bundles)
      expect(readFileSync(join(dev.folder, bundle, 'index.mjs'), 'utf8')).toMatch(/export\{[^}]*as handler[,}]/);
  });

  it('give the worker exactly the variables it reads, and its messages as the topology says', () => {
    const worker = dev.find('AWS::Lambda::Function').find(({ stack }) => stack === 'torii-dev-svc-jobs');
    const environment = worker?.Properties['Environment'];
    expect(environment).toEqual({ Variables: expect.objectContaining({ SERVICE_NAME: 'jobs-worker', DATABASE_NAME: 'jobs' }) });
    expect(Object.keys(Object.values(environment ?? {})[0] ?? {}).sort()).toEqual([...WORKER_VARIABLES].sort());
    expect(worker?.Properties).toMatchObject({ Timeout: 30, RecursiveLoop: 'Allow' });
    const settings = listQueues().find(({ consumer }) => consumer === 'jobs-worker')?.settings;
    expect(dev.get('AWS::Lambda::EventSourceMapping').Properties).toMatchObject({
      BatchSize: settings?.batchSize,
      ScalingConfig: { MaximumConcurrency: settings?.concurrency },
      FunctionResponseTypes: ['ReportBatchItemFailures'],
    });
  });
});

describe('what functions may do', () => {
  it('is, for the worker, to leave topic and bus alone: its events leave by the outbox', () => {
    const policies = dev.find('AWS::IAM::Policy').filter(({ stack }) => stack === 'torii-dev-svc-jobs');
    const actionsOf = (role: string): string =>
      JSON.stringify(policies.filter(({ Properties }) => listReferences(Properties['Roles']).some((id) => id.startsWith(role))));
    expect(actionsOf('ServiceTaskRole')).toMatch(/sns:Publish.*events:PutEvents|events:PutEvents.*sns:Publish/);
    expect(actionsOf('WorkerFunction')).toContain('sqs:SendMessage');
    expect(actionsOf('WorkerFunction')).not.toMatch(/sns:|events:/);
  });

  it('and whether they fail is watched, for those that run without anybody waiting for CloudFormation', () => {
    const alarms = dev
      .find('AWS::CloudWatch::Alarm')
      .filter(({ Properties }) => Properties['Namespace'] === 'AWS/Lambda' && Properties['MetricName'] === 'Errors');
    expect(alarms.map(({ stack }) => stack).sort()).toEqual([
      ...SERVICES.map(() => 'torii-dev-deployment'),
      'torii-dev-svc-jobs',
      'torii-dev-user-pool',
    ]);
    for (const { Properties } of alarms) expect(textOf(Properties['AlarmDescription'])).toMatch(/runbook\.md#function-fails$/);
  });
});

describe('secrets', () => {
  it('have a description each, unlike any other', () => {
    const descriptions = dev.find('AWS::SecretsManager::Secret').map(({ Properties }) => textOf(Properties['Description']));
    expect(descriptions).toEqual(expect.arrayContaining(['Credentials of catalog in the cache', 'Credentials of catalog in the database']));
    expect(new Set(descriptions).size).toBe(descriptions.length);
  });
});

describe('schemas', () => {
  it('are made once per service from its secret', () => {
    const schemas = dev.find('Custom::DatabaseSchema').map(({ Properties }) => Properties);
    expect(schemas.map(({ DatabaseName }) => textOf(DatabaseName)).sort()).toEqual(PUBLISHERS.map(schemaOf).sort());
    for (const properties of schemas) {
      expect(Object.keys(properties)).toEqual(
        expect.arrayContaining(['ServiceToken', 'AdminSecretArn', 'SecretArn', 'Host', 'Port', 'DatabaseName']),
      );
    }
  });

  it('live in a MariaDB 10.11 that refuses connections without TLS', () => {
    expect(dev.get('AWS::RDS::DBInstance').Properties).toMatchObject({
      Engine: 'mariadb',
      EngineVersion: expect.stringMatching(/^10\.11\./),
      StorageEncrypted: true,
    });
    expect(dev.get('AWS::RDS::DBParameterGroup').Properties).toMatchObject({
      Parameters: { require_secure_transport: '1', max_allowed_packet: '67108864' },
    });
  });
});

describe('the cache', () => {
  it('speaks TLS only, to users with a password', () => {
    expect(dev.get('AWS::ElastiCache::ReplicationGroup').Properties).toMatchObject({
      Engine: 'valkey',
      TransitEncryptionEnabled: true,
      TransitEncryptionMode: 'required',
    });
    expect(dev.get('AWS::ElastiCache::User').Properties).toMatchObject({ UserName: 'catalog', AuthenticationMode: { Type: 'password' } });
  });
});
