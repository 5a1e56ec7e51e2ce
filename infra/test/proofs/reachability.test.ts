// Who can reach whom, in every environment: what the design's table says, by no other way, and nothing from the internet but by its two doors.
import { PUBLISHERS } from '@torii/contracts';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { SERVICES } from '../../src/services.ts';
import { getStage } from '../synthesized.ts';
import { textOf, type Json, type Resource } from '../template.ts';
import { addResources, changeResource, type Change } from './change.ts';
import { idOf } from './powers.ts';
import { listConnections, listEntrances, listExposures, listForwards } from './reachability.ts';
import { STAGES, viewStage, type StageName, type StageView } from './stage.ts';

const SYNTHESIS_TIMEOUT_MS = 240_000;

let views: Readonly<Record<StageName, StageView>>;
beforeAll(() => {
  views = { dev: view('dev'), staging: view('staging'), prod: view('prod') };
}, SYNTHESIS_TIMEOUT_MS);

function view(stage: StageName): StageView {
  return viewStage(stage, getStage(stage).templates);
}

const WORKER = 'function svc-jobs WorkerFunction';
const PROVISIONER = 'function data SchemasFunction';
const ROTATION = 'function data RotationFunction';

function expectedConnections(stage: StageName): readonly string[] {
  const isRotated = stage !== 'dev';
  const databases = stage === 'dev' ? ['database'] : ['database', 'replica'];
  const users = [...PUBLISHERS, WORKER, PROVISIONER, ...(isRotated ? [ROTATION] : [])];
  return [
    'CloudFront → load balancer:443',
    'API Gateway → load balancer:8443',
    // Smoke tests call the load balancer's third door; nobody else does.
    ...SERVICES.map((service) => `function deployment ${idOf(service)}SmokeTestFunction → load balancer:9443`),
    ...SERVICES.map((service) => `load balancer → ${service}:80`),
    ...databases.flatMap((database) => users.map((user) => `${user} → ${database}:3306`)),
    ...PUBLISHERS.map((service) => `${service} → cache:6379`),
    // A machine of ours carries what the private subnets send to the internet; the gateways of the other stages have no security groups.
    ...(stage === 'dev' ? ['the VPC → NAT:443'] : []),
  ];
}

const FORWARDS = [
  'load balancer:443 → frontend',
  ...PUBLISHERS.map((service) => `load balancer:8443 → ${service}`),
  ...SERVICES.map((service) => `load balancer:9443 → ${service}`),
];

const ENTRANCES = ['API Gateway → load balancer:8443 by https-only through the link', 'CloudFront → load balancer:443 by https-only'];

describe.each(STAGES)('in %s', (stage) => {
  it('connections are possible between whom the design says, at both ends, and between nobody else', () => {
    expect(listConnections(views[stage])).toEqual([...expectedConnections(stage)].sort());
  });

  it('the door of CloudFront leads to the frontend, that of API Gateway to backends, that of the smoke test to what it tests', () => {
    expect(listForwards(views[stage])).toEqual([...FORWARDS].sort());
  });

  it('CloudFront and API Gateway each come by their door, encrypted and without the internet', () => {
    expect(listEntrances(views[stage])).toEqual(ENTRANCES);
  });

  it('nothing has an address in the internet but the way out', () => {
    expect(listExposures(views[stage])).toEqual([]);
  });
});

describe('a hole', () => {
  const NETWORK = 'torii-dev-network';
  const PLATFORM = 'torii-dev-platform';

  const change = (stack: string, logicalId: RegExp, properties: Change): StageView =>
    viewStage('dev', changeResource(getStage('dev').templates, { stack, logicalId, properties }));
  const add = (stack: string, resource: Resource): StageView =>
    viewStage('dev', addResources(getStage('dev').templates, stack, { Hole: resource }));
  /** Of the stage after the change, without what was there before. */
  const listNew = (list: (stage: StageView) => readonly string[], after: StageView): readonly string[] => {
    const before = new Set(list(views.dev));
    return list(after).filter((line) => !before.has(line));
  };
  const groupId = (name: string): Json => {
    const group = views.dev.find('AWS::EC2::SecurityGroup').find(({ resolved }) => resolved['GroupDescription'] === name);
    return { 'Fn::GetAtt': [group?.logicalId ?? '', 'GroupId'] };
  };
  const ingress = (to: string, port: number, source: { readonly [key: string]: Json }): Resource => ({
    Type: 'AWS::EC2::SecurityGroupIngress',
    Properties: { GroupId: groupId(to), IpProtocol: 'tcp', FromPort: port, ToPort: port, ...source },
  });

  it('for any address is found', () => {
    expect(listNew(listConnections, add(NETWORK, ingress('loadBalancer', 8443, { CidrIp: '0.0.0.0/0' })))).toEqual([
      'anybody in 0.0.0.0/0 → load balancer:8443',
    ]);
    const inline = change(NETWORK, /^Groupsdatabase[0-9A-F]{8}$/, (before) => ({
      ...before,
      SecurityGroupIngress: [{ CidrIpv6: '::/0', IpProtocol: '-1' }],
    }));
    expect(listNew(listConnections, inline)).toEqual(['anybody in ::/0 → database:3306']);
  });

  it('from one group to another is found, when both ends let it through', () => {
    const inward = ingress('database', 3306, { SourceSecurityGroupId: groupId('frontend') });
    // The frontend may not leave for that port.
    expect(listNew(listConnections, add(NETWORK, inward))).toEqual([]);
    const outward: Resource = {
      Type: 'AWS::EC2::SecurityGroupEgress',
      Properties: {
        GroupId: groupId('frontend'),
        IpProtocol: 'tcp',
        FromPort: 3306,
        ToPort: 3306,
        DestinationSecurityGroupId: groupId('database'),
      },
    };
    const both = viewStage('dev', addResources(getStage('dev').templates, NETWORK, { Inward: inward, Outward: outward }));
    expect(listNew(listConnections, both)).toEqual(['frontend → database:3306']);
  });

  it('for CloudFront into the door of the API is found', () => {
    const rule = ingress('edgeEntry', 8443, { SourcePrefixListId: 'pl-4fa04526' });
    expect(listNew(listConnections, add(NETWORK, rule))).toEqual(['CloudFront → load balancer:8443']);
    const moved = change('torii-dev-edge', /VpcOrigin/, (before) => {
      const config = Object(before['VpcOriginEndpointConfig']) as { readonly [key: string]: Json };
      return { ...before, VpcOriginEndpointConfig: { ...config, HTTPSPort: 8443, OriginProtocolPolicy: 'match-viewer' } };
    });
    expect(listNew(listEntrances, moved)).toEqual(['CloudFront → load balancer:8443 by match-viewer']);
  });

  it('by a rule on the door of the edge that forwards to a backend is found', () => {
    const edge = views.dev.find('AWS::ElasticLoadBalancingV2::Listener').find(({ resolved }) => Number(resolved['Port']) === 443);
    const stack = getStage('dev').templates.get('torii-dev-svc-jobs');
    const [targetGroup] = Object.entries(stack?.Resources ?? {}).find(
      ([, { Type }]) => Type === 'AWS::ElasticLoadBalancingV2::TargetGroup',
    ) ?? [''];
    const rule: Resource = {
      Type: 'AWS::ElasticLoadBalancingV2::ListenerRule',
      Properties: { ListenerArn: edge?.arn ?? '', Actions: [{ Type: 'forward', TargetGroupArn: { Ref: targetGroup } }] },
    };
    expect(listNew(listForwards, add('torii-dev-svc-jobs', rule))).toEqual(['load balancer:443 → jobs']);
  });

  it('by a door that forwards whatever no rule takes is found', () => {
    const frontend = views.dev.find('AWS::ElasticLoadBalancingV2::TargetGroup').find(({ stack }) => stack === 'torii-dev-svc-frontend');
    const opened = change(PLATFORM, /ApiListener/, (before) => ({
      ...before,
      DefaultActions: [{ Type: 'forward', TargetGroupArn: frontend?.arn ?? '' }],
    }));
    expect(listNew(listForwards, opened)).toEqual(['load balancer:8443 → frontend']);
  });

  it('by a method of the API that goes through the internet is found', () => {
    const direct = change('torii-dev-api', /^Apiidentity.*ANY/, (before) => ({
      ...before,
      Integration: { Uri: 'http://alb.example.com:80/', Type: 'HTTP_PROXY' },
    }));
    expect(listNew(listEntrances, direct)).toEqual(['API Gateway → undefined: by http-only through the internet']);
  });

  it.each<readonly [string, string, RegExp, { readonly [key: string]: Json }, string]>([
    [
      'a load balancer',
      PLATFORM,
      /^LoadBalancer[0-9A-F]{8}$/,
      { Scheme: 'internet-facing' },
      'load-balancer platform LoadBalancer gets a public address',
    ],
    [
      'a database',
      'torii-dev-data',
      /^DatabaseInstance[0-9A-F]{8}$/,
      { PubliclyAccessible: true },
      'database data DatabaseInstance gets a public address',
    ],
    [
      'a task',
      'torii-dev-svc-jobs',
      /^Service[0-9A-F]{8}$/,
      { NetworkConfiguration: { AwsvpcConfiguration: { AssignPublicIp: 'ENABLED', Subnets: [] } } },
      'service svc-jobs Service gets a public address',
    ],
  ])('by which %s has an address in the internet is found', (_, stack, logicalId, properties, fault) => {
    expect(listExposures(change(stack, logicalId, (before) => ({ ...before, ...properties })))).toEqual([fault]);
  });

  it('by which data has a way to the internet is found', () => {
    const [table] = views.dev
      .find('AWS::EC2::SubnetRouteTableAssociation')
      .filter(({ logicalId }) => logicalId.startsWith('Vpcdata'))
      .map(({ resolved }) => textOf(resolved['RouteTableId']));
    const route: Resource = {
      Type: 'AWS::EC2::Route',
      Properties: { RouteTableId: table ?? '', DestinationCidrBlock: '0.0.0.0/0', NatGatewayId: 'nat' },
    };
    expect(listExposures(add(NETWORK, route))).toEqual([
      'AWS::RDS::DBSubnetGroup data DatabaseInstanceSubnetGroup has a way to the internet',
      'AWS::ElastiCache::SubnetGroup data CacheSubnets has a way to the internet',
    ]);
  });

  it('by another kind of door is found', () => {
    expect(listExposures(add('torii-dev-svc-jobs', { Type: 'AWS::Lambda::Url', Properties: {} }))).toEqual([
      'AWS::Lambda::Url svc-jobs Hole is a door that nothing here looks at',
    ]);
  });
});
