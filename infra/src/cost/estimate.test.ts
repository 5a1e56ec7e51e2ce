import { describe, expect, it } from '@jest/globals';
import { sketchStack, type Sketch } from '../../test/sketch-stack.ts';
import type { Json } from '../assembly/template.ts';
import { estimate, type Line } from './estimate.ts';
import { createPriceTable, type Price } from './prices.ts';
import { formatEstimate } from './report.ts';
import { getUsage, type Usage } from './usage.ts';

/** Every price is one dollar, so that amounts are quantities. */
function dollar(id: string): Price {
  return { id, usd: 1, per: 'unit', basis: 'bill', asOf: '2026-11', source: 'https://example.com' };
}

/** Quantities by price. */
function charge(sketch: Sketch, change: Partial<Usage> = {}): Readonly<Record<string, number>> {
  const usage = { ...getUsage('dev'), ...change };
  const pricesOf = () => ({ region: 'eu-west-1', prices: new Map<string, Price>(), get: dollar });
  const { lines } = estimate({ stacks: [sketchStack(sketch)], usage, pricesOf });
  return Object.fromEntries(
    Map.groupBy(lines, ({ price }) => price.id)
      .entries()
      .map(([id, own]) => [id, sum(own)]),
  );
}

function sum(lines: readonly Line[]): number {
  return lines.reduce((total, { quantity }) => total + quantity, 0);
}

describe('estimate', () => {
  it('names every type that nobody has priced', () => {
    const sketch: Sketch = { Cage: ['AWS::Canary::Cage'], Role: ['AWS::IAM::Role'], Bird: ['AWS::Canary::Bird'] };
    expect(() => charge(sketch)).toThrow('nobody has priced AWS::Canary::Bird, AWS::Canary::Cage. Add a rule');
  });

  it('names a price that no table has', () => {
    const input = {
      stacks: [sketchStack({ Key: ['AWS::KMS::Key'] })],
      usage: getUsage('dev'),
      pricesOf: (region: string) => createPriceTable(region, []),
    };
    expect(() => estimate(input)).toThrow("Price 'kms.key' cannot be found: infra/prices/eu-west-1.json has none.");
  });

  it('takes the same things of one stack together', () => {
    const stacks = [
      sketchStack({ A: ['AWS::KMS::Key'], B: ['AWS::KMS::Key'] }, { name: 'one' }),
      sketchStack({ C: ['AWS::KMS::Key'] }, { name: 'two' }),
    ];
    const { lines, totalUsd } = estimate({
      stacks,
      usage: { ...getUsage('dev'), keyRequests: 300 },
      pricesOf: () => ({ region: '', prices: new Map(), get: dollar }),
    });
    expect(lines.map(({ stack, price, resources, quantity }) => [stack, price.id, resources, Math.round(quantity)])).toEqual([
      ['one', 'kms.key', 2, 2],
      ['one', 'kms.requests', 2, 200],
      ['two', 'kms.key', 1, 1],
      ['two', 'kms.requests', 1, 100],
    ]);
    expect(totalUsd).toBeCloseTo(303);
  });
});

describe('what is billed', () => {
  it('is the standby of a database, and a replica with the disk of its source', () => {
    const primary = { Engine: 'mariadb', DBInstanceClass: 'db.t4g.medium', AllocatedStorage: '50', StorageType: 'gp3', MultiAZ: true };
    const replica = { DBInstanceClass: 'db.t4g.small', SourceDBInstanceIdentifier: { Ref: 'Primary' } };
    expect(charge({ Primary: ['AWS::RDS::DBInstance', primary], Replica: ['AWS::RDS::DBInstance', replica] })).toEqual({
      'rds.mariadb.db.t4g.medium': 1460,
      'rds.mariadb.db.t4g.small': 730,
      'rds.gp3': 150,
    });
  });

  it('is the alarms that AWS makes for a tracked signal', () => {
    const metrics = [
      { Id: 'm0', MetricStat: {} },
      { Id: 'm1', MetricStat: {} },
      { Id: 'signal', Expression: 'm0+m1' },
    ];
    const track = (specification: Json) => ({ TargetTrackingScalingPolicyConfiguration: specification });
    const type = 'AWS::ApplicationAutoScaling::ScalingPolicy';
    expect(charge({ Cpu: [type, track({ PredefinedMetricSpecification: {} })] })).toEqual({ 'cloudwatch.alarm': 2 });
    expect(charge({ Sum: [type, track({ CustomizedMetricSpecification: { Metrics: metrics } })] })).toEqual({ 'cloudwatch.alarm': 4 });
    expect(charge({ Steps: [type, { PolicyType: 'StepScaling' }] })).toEqual({});
  });

  it('is every node of a cache', () => {
    const cache = { Engine: 'valkey', CacheNodeType: 'cache.t4g.small', NumNodeGroups: 2, ReplicasPerNodeGroup: 1 };
    expect(charge({ Cache: ['AWS::ElastiCache::ReplicationGroup', cache] })).toEqual({ 'elasticache.valkey.cache.t4g.small': 2920 });
  });

  it('is as many tasks as auto scaling leaves, on demand or from what is spare', () => {
    const service = { TaskDefinition: 'torii-catalog', DesiredCount: 1, CapacityProviderStrategy: [{ CapacityProvider: 'FARGATE' }] };
    const sketch: Sketch = {
      Task: [
        'AWS::ECS::TaskDefinition',
        { Family: 'torii-catalog', Cpu: '512', Memory: '1024', RuntimePlatform: { CpuArchitecture: 'ARM64' } },
      ],
      Service: ['AWS::ECS::Service', service],
      Target: ['AWS::ApplicationAutoScaling::ScalableTarget', { MinCapacity: 3, ResourceId: { 'Fn::GetAtt': ['Service', 'Name'] } }],
    };
    expect(charge(sketch)).toEqual({ 'fargate.arm64.vcpu': 1095, 'fargate.arm64.memory': 2190 });
    const spare = { ...service, CapacityProviderStrategy: [{ CapacityProvider: 'FARGATE_SPOT' }] };
    expect(Object.keys(charge({ ...sketch, Service: ['AWS::ECS::Service', spare] }))).toEqual([
      'fargate.arm64.spot-vcpu',
      'fargate.arm64.spot-memory',
    ]);
  });

  it('is an interface endpoint in each zone, but no gateway endpoint', () => {
    const subnets = [{ Ref: 'A' }, { Ref: 'B' }, { Ref: 'C' }];
    const sketch: Sketch = {
      Logs: ['AWS::EC2::VPCEndpoint', { VpcEndpointType: 'Interface', SubnetIds: subnets }],
      Files: ['AWS::EC2::VPCEndpoint', { VpcEndpointType: 'Gateway' }],
    };
    expect(charge(sketch, { natGiB: 7 })).toEqual({ 'vpc.interface-endpoint': 2190, 'vpc.interface-endpoint-data': 7 });
  });

  it('is what goes through all NAT gateways, once', () => {
    const sketch: Sketch = { A: ['AWS::EC2::NatGateway'], B: ['AWS::EC2::NatGateway'], Address: ['AWS::EC2::EIP'] };
    expect(charge(sketch, { natGiB: 30 })).toEqual({ 'vpc.nat-gateway': 1460, 'vpc.nat-gateway-data': 30, 'vpc.public-ipv4': 730 });
  });

  it('is the address of a load balancer that faces the internet', () => {
    const balancer = { Scheme: 'internet-facing', Subnets: [{ Ref: 'A' }, { Ref: 'B' }] };
    const sketch: Sketch = { Balancer: ['AWS::ElasticLoadBalancingV2::LoadBalancer', balancer] };
    expect(charge(sketch, { averageLcus: 2 })).toEqual({ 'elb.alb': 730, 'elb.lcu': 1460, 'vpc.public-ipv4': 1460 });
  });

  it('is each rule of a firewall, and the requests that it sees', () => {
    const sketch: Sketch = {
      Edge: ['AWS::WAFv2::WebACL', { Scope: 'CLOUDFRONT', Rules: [{}, {}] }],
      Api: ['AWS::WAFv2::WebACL', { Scope: 'REGIONAL', Rules: [{}] }],
    };
    expect(charge(sketch, { edgeRequests: 100, apiRequests: 1000 })).toEqual({ 'waf.web-acl': 2, 'waf.rule': 3, 'waf.requests': 1100 });
  });

  it('is every metric of an alarm that computes', () => {
    const metrics = [{ MetricStat: {} }, { MetricStat: {} }, { Expression: 'a/b' }];
    expect(charge({ Ratio: ['AWS::CloudWatch::Alarm', { Metrics: metrics }], Plain: ['AWS::CloudWatch::Alarm'] })).toEqual({
      'cloudwatch.alarm': 3,
    });
  });

  it('is polling, but not of dead-letter queues', () => {
    const sketch: Sketch = { Queue: ['AWS::SQS::Queue', { RedrivePolicy: {} }], DeadLetters: ['AWS::SQS::Queue'] };
    expect(charge(sketch, { messages: 0 })).toEqual({ 'sqs.requests': 131_400 });
  });

  it('is masking, where a log group masks', () => {
    const sketch: Sketch = { Masked: ['AWS::Logs::LogGroup', { DataProtectionPolicy: {} }], Plain: ['AWS::Logs::LogGroup'] };
    expect(charge(sketch, { logGiB: 10 })).toEqual({
      'cloudwatch.logs-ingestion': 10,
      'cloudwatch.logs-masking': 5,
      'cloudwatch.logs-storage': 10,
    });
  });

  it('is the minutes of actions and builds, of each push; waiting for people is free', () => {
    const action = (Provider: string, ProjectName?: string): Json => ({
      ActionTypeId: { Provider },
      Configuration: ProjectName === undefined ? {} : { ProjectName },
    });
    const project = (name: string, size: string): Sketch[string] => [
      'AWS::CodeBuild::Project',
      { Name: name, Environment: { Type: 'ARM_CONTAINER', ComputeType: `BUILD_GENERAL1_${size}` } },
    ];
    const stages: Json = [
      { Actions: [action('CodeStarSourceConnection'), action('CodeBuild', 'x-test')] },
      { Actions: [action('CodeBuild', 'x-gate'), action('Manual'), action('CodeBuild', 'x-gate'), action('CodeDeployToECS')] },
    ];
    const sketch: Sketch = {
      Pipeline: ['AWS::CodePipeline::Pipeline', { PipelineType: 'V2', Stages: stages }],
      Test: project('x-test', 'LARGE'),
      Gate: project('x-gate', 'SMALL'),
      Images: ['AWS::ECR::Repository'],
    };
    const minutes = { test: 10, image: 0, gate: 1, release: 0, stacks: 0, blueGreen: 20 };
    expect(charge(sketch, { delivery: { executions: 2, minutes, repositoryGiB: 5 } })).toEqual({
      'codepipeline.minutes': 64,
      'codebuild.arm.large': 20,
      'codebuild.arm.small': 4,
      'ecr.storage': 5,
      'inspector.image': 2,
    });
  });

  it.each([
    ['a pipeline where nobody delivers', { Pipeline: ['AWS::CodePipeline::Pipeline', { PipelineType: 'V2' }] }, 'Pipeline'],
    ['an instance type that is no literal', { Machine: ['AWS::EC2::Instance', { InstanceType: { Ref: 'Type' } }] }, 'Machine'],
    ['a service without its task definition', { Service: ['AWS::ECS::Service', { TaskDefinition: 'gone' }] }, "'gone'"],
    ['a database without a size', { Database: ['AWS::RDS::DBInstance', { DBInstanceClass: 'db.t4g.micro' }] }, 'Database'],
    ['users of another tier', { Pool: ['AWS::Cognito::UserPool', { UserPoolTier: 'PLUS' }] }, 'PLUS'],
  ] satisfies readonly (readonly [string, Sketch, string])[])('is not guessed: %s', (_, sketch, named) => {
    expect(() => charge(sketch)).toThrow(named);
  });
});

describe('formatEstimate', () => {
  it('shows quantity, unit, price, amount and assumption, and what is not verified', () => {
    const table = createPriceTable('eu-west-1', [
      { ...dollar('kms.key'), per: 'month', basis: 'unverified' },
      { ...dollar('kms.requests'), usd: 0.000003, per: 'request' },
    ]);
    const usage = { ...getUsage('dev'), keyRequests: 1_000_000 };
    const result = estimate({ stacks: [sketchStack({ A: ['AWS::KMS::Key'], B: ['AWS::KMS::Key'] })], usage, pricesOf: () => table });
    const text = formatEstimate('dev', result, usage).join('\n');
    expect(text).toContain('dev: about $5 a month');
    expect(text).toMatch(/KMS::Key \(2\) +kms\.requests +1,000,000 requests +\$0\.000003 +\$3\.00 {2}an equal part of all calls/);
    expect(text).toMatch(/KMS::Key \(2\) +kms\.key +2 months +\$1 +\$2\.00/);
    expect(text).toMatch(/Not verified, \$2\.00 or 40 % of the total [^\n]*\n {2}kms\.key$/);
  });
});
