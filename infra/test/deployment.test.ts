// How releases come in: what CodeDeploy watches and asks, who may release what, and who sees green.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { listQueues, PUBLISHERS } from '@torii/contracts';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { SERVICES, type ServiceName } from '../src/services.ts';
import { isAllowed, parseStatements } from './evaluate-policy.ts';
import { getStage, type Found, type Synthesized } from './synthesized.ts';
import { appContainerOf, listReferences, textOf, type Json } from './template.ts';

/** Synthesis of everything, once for all files. */
const SYNTHESIS_TIMEOUT_MS = 240_000;
const STAGES = ['dev', 'staging', 'prod'] as const;
type StageName = (typeof STAGES)[number];

let stages: Readonly<Record<StageName, Synthesized>>;
beforeAll(() => {
  stages = { dev: getStage('dev'), staging: getStage('staging'), prod: getStage('prod') };
}, SYNTHESIS_TIMEOUT_MS);

/** Stage and service, each with each. */
const EVERY = STAGES.flatMap((stage) => SERVICES.map((service) => ({ stage, service })));

function getGroup(stage: StageName, service: ServiceName): Found {
  const group = stages[stage]
    .find('AWS::CodeDeploy::DeploymentGroup')
    .find(({ logicalId }) => logicalId.startsWith(`${idOf(service)}BlueGreen`));
  if (!group) throw new Error(`${service} has no deployment group in ${stage}.`);
  return group;
}

/** A logical id has no hyphens. */
function idOf(service: ServiceName): string {
  return service.replaceAll('-', '');
}

/** Resources that the value refers to, in this stack or by export: `<stack> <logical id>`. */
function resolve(stage: Synthesized, stack: string, value: Json | undefined): readonly string[] {
  return listReferences(value).map((reference) => {
    const [from = stack, name = reference] = reference.includes(':') ? reference.split(':') : [stack, reference];
    const found = stage.resources
      .filter(
        ({ stack: owner, logicalId }) =>
          owner === from && new RegExp(`^(${logicalId}$|ExportsOutput(Ref|FnGetAtt)${logicalId})`).test(name),
      )
      .toSorted((a, b) => b.logicalId.length - a.logicalId.length);
    return `${from} ${found[0]?.logicalId ?? name}`;
  });
}

function describeAlarms(stage: Synthesized, group: Pick<Found, 'stack' | 'Properties'>): readonly string[] {
  const watched = resolve(stage, group.stack, group.Properties['AlarmConfiguration']);
  return stage
    .find('AWS::CloudWatch::Alarm')
    .filter(({ stack, logicalId }) => watched.includes(`${stack} ${logicalId}`))
    .map(({ Properties }) => textOf(Properties['AlarmDescription']));
}

/** What a deployment of the service must end for, and does not. */
function listUnwatched(stage: Synthesized, service: ServiceName, group: Pick<Found, 'stack' | 'Properties'>): readonly string[] {
  const alarms = describeAlarms(stage, group);
  const backend = PUBLISHERS.some((publisher) => publisher === service);
  const queues = listQueues().filter(({ consumer }) => consumer === service || consumer.startsWith(`${service}-`));
  const wanted = [
    `${service} answers requests with 5xx`,
    `One request to ${service} in a hundred takes more than 2 s`,
    `No task of ${service} passes its health check`,
    ...(backend ? [`Ends a deployment of ${service}: what it has committed is not published`] : []),
    ...queues.map(({ name }) => `Messages have arrived in the dead-letter queue of ${name}.`),
  ];
  return wanted.filter((text) => !alarms.some((alarm) => alarm.startsWith(text)));
}

describe('a deployment', () => {
  it.each(EVERY)(
    'of $service in $stage ends when its errors, its latency, its absence, its outbox or any of its dead letters ring',
    ({ stage, service }) => {
      const group = getGroup(stage, service);
      expect(listUnwatched(stages[stage], service, group)).toEqual([]);
      expect(group.Properties).toMatchObject({
        AlarmConfiguration: { Enabled: true },
        AutoRollbackConfiguration: {
          Enabled: true,
          Events: expect.arrayContaining(['DEPLOYMENT_FAILURE', 'DEPLOYMENT_STOP_ON_ALARM', 'DEPLOYMENT_STOP_ON_REQUEST']),
        },
      });
      // CodeDeploy's most.
      expect(describeAlarms(stages[stage], group).length).toBeLessThanOrEqual(10);
    },
  );

  it('that watched one dead-letter queue less would be noticed', () => {
    const group = getGroup('prod', 'jobs');
    const watched: Json = JSON.parse(
      JSON.stringify(group.Properties['AlarmConfiguration'], (_key, value: unknown) =>
        Array.isArray(value) ? value.filter((alarm) => !JSON.stringify(alarm).includes('jobsworkercommands')) : value,
      ),
    );
    expect(listUnwatched(stages.prod, 'jobs', { ...group, Properties: { ...group.Properties, AlarmConfiguration: watched } })).toEqual([
      'Messages have arrived in the dead-letter queue of jobs-worker-commands.',
    ]);
  });

  it.each([
    { stage: 'dev', shift: 'CodeDeployDefault.ECSAllAtOnce', keep: 5 },
    { stage: 'staging', shift: 'CodeDeployDefault.ECSCanary10Percent5Minutes', keep: 10 },
    { stage: 'prod', shift: 'CodeDeployDefault.ECSCanary10Percent5Minutes', keep: 60 },
  ] as const)('in $stage moves traffic by $shift and keeps the old tasks for $keep minutes', ({ stage, shift, keep }) => {
    for (const service of SERVICES) {
      expect(getGroup(stage, service).Properties).toMatchObject({
        DeploymentConfigName: shift,
        DeploymentStyle: { DeploymentType: 'BLUE_GREEN', DeploymentOption: 'WITH_TRAFFIC_CONTROL' },
        BlueGreenDeploymentConfiguration: {
          TerminateBlueInstancesOnDeploymentSuccess: { Action: 'TERMINATE', TerminationWaitTimeInMinutes: keep },
        },
      });
    }
  });

  it.each(EVERY)(
    'of $service in $stage shifts between blue and green, on the listener of its callers and the one for tests',
    ({ stage, service }) => {
      const { stack, Properties } = getGroup(stage, service);
      const used = resolve(stages[stage], stack, Properties['LoadBalancerInfo']).map((reference) => reference.split(' ')[1]);
      const listener = service === 'frontend' ? 'EdgeListener' : 'ApiListener';
      expect(used).toEqual([
        expect.stringContaining(listener),
        expect.stringMatching(/^ServiceBlue/),
        expect.stringMatching(/^ServiceGreen/),
        expect.stringContaining('TestListener'),
      ]);
      expect(resolve(stages[stage], stack, Properties['ECSServices'])).toContain(`torii-${stage}-svc-${service} Service9571FDD8`);
    },
  );
});

describe('green', () => {
  it.each(STAGES)('is blue again, but for its name, in %s', (stage) => {
    for (const service of SERVICES) {
      const groups = stages[stage]
        .find('AWS::ElasticLoadBalancingV2::TargetGroup')
        .filter(({ stack }) => stack === `torii-${stage}-svc-${service}`);
      expect(groups.map(({ logicalId }) => logicalId.slice(0, 'ServiceGreen'.length).replace(/[0-9A-F]+$/, ''))).toEqual([
        'ServiceBlue',
        'ServiceGreen',
      ]);
      expect(groups[1]?.Properties).toEqual(groups[0]?.Properties);
    }
  });

  it.each(STAGES)('counts like blue in what scales services and in what rings for them, in %s', (stage) => {
    const { find } = stages[stage];
    const counting = [...find('AWS::CloudWatch::Alarm'), ...find('AWS::ApplicationAutoScaling::ScalingPolicy')]
      .map(({ stack, logicalId, Properties }) => ({ stack, logicalId, text: JSON.stringify(Properties) }))
      .filter(({ stack, text }) => stack.startsWith(`torii-${stage}-svc-`) && text.includes('"AWS/ApplicationELB"'));
    // Errors, latency, health, and requests for each task.
    expect(counting).toHaveLength(4 * SERVICES.length);
    expect(counting.filter(({ text }) => !(text.includes('"ServiceBlue') && text.includes('"ServiceGreen')))).toEqual([]);
  });

  it('is seen by the smoke test only: nobody else is let into its listener', () => {
    for (const stage of STAGES) {
      const [listener, ...others] = stages[stage]
        .find('AWS::ElasticLoadBalancingV2::Listener')
        .filter(({ Properties }) => Properties['Port'] === 9443);
      expect([listener?.Properties['DefaultActions'], others]).toEqual([[expect.objectContaining({ Type: 'fixed-response' })], []]);
      const admitted = stages[stage].find('AWS::EC2::SecurityGroupIngress').filter(({ Properties }) => Properties['FromPort'] === 9443);
      expect(admitted.map(({ Properties }) => listReferences(Properties['SourceSecurityGroupId']).join())).toEqual([
        expect.stringMatching(/^GroupssmokeTest/),
      ]);
      const callers = stages[stage]
        .find('AWS::Lambda::Function')
        .filter(({ Properties }) => JSON.stringify(Properties['VpcConfig']).includes('GroupssmokeTest'));
      expect(callers.map(({ stack }) => stack)).toEqual(SERVICES.map(() => `torii-${stage}-deployment`));
    }
  });
});

/** Paths of a service's routes that want a token; `auth: 'none'` of a route stands right behind its path. */
function listProtectedPaths(source: string): readonly string[] {
  const constants = new Map([...source.matchAll(/^const ([A-Z]+) = '([^']+)';$/gm)].map(([, name = '', path = '']) => [name, path]));
  return [...source.matchAll(/\bpath: (?:'([^']+)'|([A-Z]+)),\n(?!\s*auth: 'none')/g)].map(
    ([, path, name = '']) => path ?? constants.get(name) ?? name,
  );
}

describe('the smoke test', () => {
  const functionOf = (stage: StageName, service: ServiceName) =>
    stages[stage]
      .find('AWS::Lambda::Function')
      .find(({ stack, logicalId }) => stack === `torii-${stage}-deployment` && logicalId.startsWith(`${idOf(service)}SmokeTest`));

  it.each(EVERY)('of $service in $stage is found by the pipeline, and CodeDeploy may call it', ({ stage, service }) => {
    const tried = functionOf(stage, service);
    const parameter = stages[stage]
      .find('AWS::SSM::Parameter')
      .find(({ Properties }) => Properties['Name'] === `/torii/${stage}/${service}/smoke-test`);
    expect(parameter?.Properties['Value']).toEqual({ Ref: tried?.logicalId });
    const role = listReferences(getGroup(stage, service).Properties['ServiceRoleArn']).join();
    const policy = stages[stage].find('AWS::IAM::Policy').find(({ Properties }) => listReferences(Properties['Roles']).includes(role));
    expect(JSON.stringify(policy?.Properties)).toContain(
      `{"Action":"lambda:InvokeFunction","Effect":"Allow","Resource":{"Fn::GetAtt":["${tried?.logicalId}","Arn"]}}`,
    );
    expect(tried?.Properties).toMatchObject({
      Timeout: 300,
      Environment: { Variables: { TRIED_SERVICE: service, RELEASED_PARAMETER: { Ref: expect.stringContaining('released') } } },
    });
  });

  it.each(PUBLISHERS)('of %s asks for a path that wants a token', (service) => {
    const variables = JSON.parse(JSON.stringify(functionOf('prod', service)?.Properties['Environment'])) as {
      readonly Variables: Record<string, unknown>;
    };
    const { BEHAVIOUR_PATH, BEHAVIOUR_EXPECTS } = variables.Variables;
    const routes = listProtectedPaths(
      readFileSync(join(import.meta.dirname, '..', '..', 'services', service, 'src/http/routes.ts'), 'utf8'),
    );
    expect(BEHAVIOUR_EXPECTS).toBe('a 401 problem');
    expect(routes.some((route) => new RegExp(`^${route.replaceAll(/:\w+/g, '[^/]+')}$`).test(String(BEHAVIOUR_PATH)))).toBe(true);
  });

  it('would be noticed to ask for a path that is open to all', () => {
    const source = "const ME = '/me';\n{ path: ME,\n  handle }, { path: '/open',\n  auth: 'none', }, { path: '/closed',\n  body: x }";
    expect(listProtectedPaths(source)).toEqual(['/me', '/closed']);
  });

  it('is told of the end of every deployment, so that the release that serves is the one whose consumers may take messages', () => {
    const rules = stages.prod
      .find('AWS::Events::Rule')
      .filter(({ stack, logicalId }) => stack === 'torii-prod-deployment' && logicalId.includes('Ended'));
    expect(rules.map(({ Properties }) => JSON.stringify(Properties['EventPattern'])).sort()).toEqual(
      [...SERVICES]
        .sort()
        .map((service) =>
          expect.stringContaining(`"detail":{"application":["torii-prod-${service}"],"state":["SUCCESS","FAILURE","STOP"]}`),
        ),
    );
  });
});

describe('consumers', () => {
  it.each(PUBLISHERS)('of %s wait for a parameter that their task may read, and that one only', (service) => {
    const { find } = stages.prod;
    const name = `/torii/prod/${service}/released`;
    const task = find('AWS::ECS::TaskDefinition').find(({ Properties }) => Properties['Family'] === `torii-prod-${service}`);
    expect(appContainerOf(task ?? { Type: '', Properties: {} }).environment['RELEASE_PARAMETER']).toBe(name);
    expect(find('AWS::SSM::Parameter').find(({ Properties }) => Properties['Name'] === name)?.Properties).toMatchObject({ Value: 'none' });
    const readers = find('AWS::IAM::Policy').filter(
      ({ stack, Properties }) => stack === `torii-prod-svc-${service}` && JSON.stringify(Properties).includes('ssm:'),
    );
    const statements = readers
      .flatMap(({ Properties }) => parseStatements(Properties['PolicyDocument']))
      .filter(({ Action }) => JSON.stringify(Action).includes('ssm:'));
    expect(statements).toEqual([
      { Action: 'ssm:GetParameter', Effect: 'Allow', Resource: `arn:aws:ssm:eu-west-1:444444444444:parameter${name}` },
    ]);
  });
});

describe('who may release', () => {
  const roleOf = (stage: StageName, service: ServiceName) =>
    stages[stage].find('AWS::IAM::Role').find(({ Properties }) => Properties['RoleName'] === `torii-${stage}-release-${service}`);
  const policyOf = (stage: StageName, service: ServiceName): Json | undefined =>
    stages[stage]
      .find('AWS::IAM::Policy')
      .find(({ Properties }) => listReferences(Properties['Roles']).includes(roleOf(stage, service)?.logicalId ?? ''))?.Properties[
      'PolicyDocument'
    ];

  /** Roles that are handed on, as `<stack> <logical id>`. */
  const passedRoles = (stage: Synthesized, document: Json | undefined): readonly string[] => {
    const passing = parseStatements(document).filter(({ Action }) => JSON.stringify(Action).includes('iam:'));
    return passing.flatMap((statement) => resolve(stage, 'torii-deployment', JSON.parse(JSON.stringify(statement.Resource)) as Json));
  };

  it.each(EVERY)(
    '$service into $stage is its pipeline: its own two roles of the tools account, and nobody else there',
    ({ stage, service }) => {
      const statements = parseStatements(roleOf(stage, service)?.Properties['AssumeRolePolicyDocument']);
      const mayBe = (role: string): boolean =>
        isAllowed(
          statements.map(({ Resource: _none, ...statement }) => ({ ...statement, Resource: '*' })),
          { action: 'sts:AssumeRole', context: { 'aws:PrincipalArn': `arn:aws:iam::111111111111:role/${role}` } },
        );
      expect([`torii-tools-${service}-pipeline`, `torii-tools-${service}-release-${stage}`].map(mayBe)).toEqual([true, true]);
      const others = SERVICES.filter((other) => other !== service).flatMap((other) => [
        `torii-tools-${other}-pipeline`,
        `torii-tools-${other}-release-${stage}`,
      ]);
      expect([...others, `torii-tools-${service}-image`, `torii-tools-${service}-test`, 'admin'].filter(mayBe)).toEqual([]);
    },
  );

  it.each(EVERY)('$service into $stage may hand on the roles of that service only', ({ stage, service }) => {
    const passed = passedRoles(stages[stage], policyOf(stage, service));
    expect(passed).toEqual([
      expect.stringMatching(new RegExp(`^torii-${stage}-svc-${service} ServiceExecutionRole`)),
      expect.stringMatching(new RegExp(`^torii-${stage}-svc-${service} ServiceTaskRole`)),
    ]);
  });

  it('and a role that could hand on another service\u2019s would be noticed', () => {
    const opened = JSON.parse(
      JSON.stringify(policyOf('dev', 'catalog')).replaceAll(
        'torii-dev-svc-catalog:ExportsOutputFnGetAttServiceTaskRole',
        'torii-dev-svc-jobs:ExportsOutputFnGetAttServiceTaskRole',
      ),
    ) as Json;
    expect(passedRoles(stages.dev, opened)).toEqual([expect.stringContaining('svc-catalog '), expect.stringContaining('svc-jobs ')]);
  });

  it.each(EVERY)(
    '$service into $stage may deploy, migrate and read what is that service\u2019s, and nothing of another',
    ({ stage, service }) => {
      const account = { dev: '222222222222', staging: '333333333333', prod: '444444444444' }[stage];
      const statements = parseStatements(JSON.parse(JSON.stringify(policyOf(stage, service), plainArns)) as Json);
      const callsOf = (name: string) => [
        {
          action: 'codedeploy:CreateDeployment',
          resource: `arn:aws:codedeploy:eu-west-1:${account}:deploymentgroup:torii-${stage}-${name}/torii-${stage}-${name}`,
        },
        {
          action: 'codedeploy:RegisterApplicationRevision',
          resource: `arn:aws:codedeploy:eu-west-1:${account}:application:torii-${stage}-${name}`,
        },
        ...['task-definition', 'smoke-test', 'released'].map((parameter) => ({
          action: 'ssm:GetParameters',
          resource: `arn:aws:ssm:eu-west-1:${account}:parameter/torii/${stage}/${name}/${parameter}`,
        })),
        { action: 's3:GetObject', resource: `arn:aws:s3:::torii-tools-artifacts-111111111111/torii-${name}/release/x` },
        ...(name === 'frontend' ? [] : [runTask(`torii-${stage}-${name}-migrate`)]),
      ];
      const runTask = (family: string) => ({
        action: 'ecs:RunTask',
        resource: `arn:aws:ecs:eu-west-1:${account}:task-definition/${family}:7`,
        context: { 'ecs:cluster': 'the-cluster' },
      });
      const may = (call: Parameters<typeof isAllowed>[1]): boolean => isAllowed(statements, call);
      expect(callsOf(service).filter((call) => !may(call))).toEqual([]);
      const foreign = [
        ...SERVICES.filter((other) => other !== service).flatMap(callsOf),
        // Its own service is started by CodeDeploy, not as a task with another command.
        runTask(`torii-${stage}-${service}`),
        { ...runTask(`torii-${stage}-${service}-migrate`), context: { 'ecs:cluster': 'another' } },
        { action: 'ssm:PutParameter', resource: `arn:aws:ssm:eu-west-1:${account}:parameter/torii/${stage}/${service}/released` },
        {
          action: 'codedeploy:UpdateDeploymentGroup',
          resource: `arn:aws:codedeploy:eu-west-1:${account}:deploymentgroup:torii-${stage}-${service}/torii-${stage}-${service}`,
        },
        { action: 'ecs:UpdateService', resource: '*' },
        { action: 'iam:PutRolePolicy', resource: `arn:aws:iam::${account}:role/torii-${stage}-release-${service}` },
      ];
      expect(foreign.filter(may)).toEqual([]);
    },
  );
});

/** The cluster's ARN by a name, so that a condition on it can be judged. */
function plainArns(_key: string, value: unknown): unknown {
  return JSON.stringify(value)?.startsWith('{"Fn::ImportValue"') && JSON.stringify(value).includes('Cluster') ? 'the-cluster' : value;
}

describe('people', () => {
  it('hear of a deployment that failed or was stopped, with what to do about it', () => {
    const [rule] = stages.prod.find('AWS::Events::Rule').filter(({ logicalId }) => logicalId.startsWith('NoticesRolledBack'));
    const text = JSON.stringify(rule?.Properties);
    expect(text).toContain(
      `"application":[${[...SERVICES].map((service) => `"torii-prod-${service}"`).join()}],"state":["FAILURE","STOP"]`,
    );
    expect(text).toContain('docs/runbook.md#deployment-was-rolled-back');
    // Else the mail comes, and the chat shows nothing.
    expect(text).toContain('{\\"version\\":\\"1.0\\",\\"source\\":\\"custom\\",\\"content\\":{');
    expect(resolve(stages.prod, 'torii-prod-deployment', rule?.Properties['Targets'])).toContain('torii-prod-messaging Alarms04B5A0BF');
  });
});
