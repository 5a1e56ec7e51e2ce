// Who can reach whom, by everything in the templates that lets a connection through: security groups, listeners and their rules, API Gateway, CloudFront.
import { textOf, type Json } from '../template.ts';
import { listOf } from './resolve-template.ts';
import { partOf, type Place, type StageView } from './stage.ts';

/** Something with an address in the VPC, or with a door into it. */
interface Party {
  readonly name: string;
  readonly place: Place;
  readonly groups: readonly string[];
  readonly ports: readonly number[];
}

interface Rule {
  /** A group, a prefix list or a block of addresses. */
  readonly peer: string;
  readonly fromPort: number;
  readonly toPort: number;
}

interface Groups {
  ingressOf(group: string): readonly Rule[];
  egressOf(group: string): readonly Rule[];
}

const EVERY_PORT = { fromPort: 0, toPort: 65_535 };
const CLOUD_FRONT = 'CloudFront';

/** `who → whom:port`, for every connection that both ends let through. */
export function listConnections(stage: StageView): readonly string[] {
  const parties = listParties(stage);
  const groups = readGroups(stage);
  return parties
    .flatMap((to) =>
      to.ports.flatMap((port) => listCallers({ stage, parties, groups, to, port }).map((from) => `${from} → ${to.name}:${port}`)),
    )
    .sort();
}

interface Door {
  readonly stage: StageView;
  readonly parties: readonly Party[];
  readonly groups: Groups;
  readonly to: Party;
  readonly port: number;
}

function listCallers({ stage, parties, groups, to, port }: Door): readonly string[] {
  const open = to.groups.flatMap(groups.ingressOf).filter((rule) => covers(rule, port));
  const outside = open.map(({ peer }) => peer).filter((peer) => !peer.startsWith('group '));
  const inside = parties.filter(
    (from) => from.groups.some((group) => open.some(({ peer }) => peer === group)) && mayLeave(groups, from, to, port),
  );
  return [...new Set([...inside.map(({ name }) => name), ...outside.map((peer) => nameOutsider(stage, peer))])];
}

function mayLeave(groups: Groups, from: Party, to: Party, port: number): boolean {
  return from.groups
    .flatMap(groups.egressOf)
    .some((rule) => covers(rule, port) && (to.groups.includes(rule.peer) || rule.peer === '0.0.0.0/0'));
}

function covers({ fromPort, toPort }: Rule, port: number): boolean {
  return fromPort <= port && port <= toPort;
}

function nameOutsider(stage: StageView, peer: string): string {
  if (peer.startsWith('pl-')) return CLOUD_FRONT;
  const [vpc] = stage.find('AWS::EC2::VPC');
  return peer === textOf(vpc?.resolved['CidrBlock']) ? 'the VPC' : `anybody in ${peer}`;
}

/** `door → service`, for every way by which what enters the load balancer reaches a service; the rest of the chain is in `listConnections`. */
export function listForwards(stage: StageView): readonly string[] {
  const rules = stage.find('AWS::ElasticLoadBalancingV2::ListenerRule');
  return stage
    .find('AWS::ElasticLoadBalancingV2::Listener')
    .flatMap((listener) => {
      const door = `load balancer:${textOf(listener.resolved['Port'])}`;
      const own = rules.filter(({ resolved }) => textOf(resolved['ListenerArn']) === listener.arn);
      const forwarded = [listener.resolved['DefaultActions'], ...own.map(({ resolved }) => resolved['Actions'])].flatMap((actions) =>
        listTargets(stage, actions),
      );
      return forwarded.map((service) => `${door} → ${service}`);
    })
    .sort();
}

/** Services that an action forwards to. */
function listTargets(stage: StageView, actions: Json | undefined): readonly string[] {
  const groups = stage
    .find('AWS::ElasticLoadBalancingV2::TargetGroup')
    .filter(({ arn }) => JSON.stringify(actions ?? null).includes(`"${arn}"`));
  return [...new Set(groups.map(({ stack }) => serviceOf(stage, stack)))];
}

/** `who → load balancer:port`, for what calls it from outside the VPC's own addresses: by which door, as their own settings say. */
export function listEntrances(stage: StageView): readonly string[] {
  const [balancer] = stage.find('AWS::ElasticLoadBalancingV2::LoadBalancer');
  const origins = stage.find('AWS::CloudFront::VpcOrigin').map(({ resolved }) => {
    const config = parseOrigin(resolved['VpcOriginEndpointConfig']);
    return `${CLOUD_FRONT} → ${config.Arn === balancer?.arn ? 'load balancer' : config.Arn}:${config.HTTPSPort} by ${config.OriginProtocolPolicy}`;
  });
  const integrations = stage.find('AWS::ApiGateway::Method').map(({ resolved }) => {
    const { ConnectionType, IntegrationTarget, Uri = '' } = parseIntegration(resolved['Integration']);
    const url = new URL(Uri.replaceAll(/[{}]/g, ''));
    const target = IntegrationTarget === balancer?.arn ? 'load balancer' : String(IntegrationTarget);
    return `API Gateway → ${target}:${url.port} by ${url.protocol.slice(0, -1)}-only through ${ConnectionType === 'VPC_LINK' ? 'the link' : 'the internet'}`;
  });
  return [...new Set([...origins, ...integrations])].sort();
}

/** Everything that has a way to it from the internet and should not; empty is good. */
export function listExposures(stage: StageView): readonly string[] {
  const nats = listNats(stage);
  const publicSubnets = new Set(listSubnetsBy(stage, 'GatewayId'));
  const inPublic = stage.places.filter(
    ({ resolved, Type }) => !PLACED_ANYWHERE.has(Type) && listSubnetsOf(resolved).some((id) => publicSubnets.has(id)),
  );
  return [
    ...inPublic.filter((place) => !nats.includes(place)).map(({ name }) => `${name} is in a public subnet`),
    ...stage.places
      .filter((place) => isGivenPublicAddress(place) && !nats.includes(place))
      .map(({ name }) => `${name} gets a public address`),
    ...stage.places.filter(({ Type }) => DOORS.has(Type)).map(({ name }) => `${name} is a door that nothing here looks at`),
    ...listLooseAddresses(stage).map(({ name }) => `${name} is a public address of no NAT gateway`),
    ...listDataRoutes(stage).map((name) => `${name} has a way to the internet`),
    ...listUnknown(stage).map(({ name }) => `${name} has security groups, and reachability.ts does not know it`),
  ];
}

/** Another way into the VPC, or to a function, than the two that are meant. */
const DOORS: ReadonlySet<string> = new Set([
  'AWS::ApiGatewayV2::Api',
  'AWS::EC2::ClientVpnEndpoint',
  'AWS::EC2::TransitGatewayAttachment',
  'AWS::EC2::VPCPeeringConnection',
  'AWS::EC2::VPNGateway',
  'AWS::ElasticLoadBalancing::LoadBalancer',
  'AWS::GlobalAccelerator::Accelerator',
  'AWS::Lambda::Url',
]);
/** They name subnets and have no address in them. */
const PLACED_ANYWHERE: ReadonlySet<string> = new Set(['AWS::EC2::Subnet', 'AWS::EC2::SubnetRouteTableAssociation']);

function isGivenPublicAddress({ Type, resolved: p }: Place): boolean {
  return (
    (Type === 'AWS::ElasticLoadBalancingV2::LoadBalancer' && p['Scheme'] !== 'internal') ||
    Type === 'AWS::EC2::EIPAssociation' ||
    /"(PubliclyAccessible|MapPublicIpOnLaunch|AssociatePublicIpAddress)":true|"AssignPublicIp":"ENABLED"/.test(JSON.stringify(p))
  );
}

function listNats(stage: StageView): readonly Place[] {
  const instances = stage.find('AWS::EC2::Route').flatMap(({ resolved }) => stage.findByReference(resolved['InstanceId']) ?? []);
  return [...stage.find('AWS::EC2::NatGateway'), ...instances];
}

function listLooseAddresses(stage: StageView): readonly Place[] {
  const used = JSON.stringify(stage.find('AWS::EC2::NatGateway').map(({ resolved }) => resolved['AllocationId']));
  return stage.find('AWS::EC2::EIP').filter(({ logicalId }) => !used.includes(logicalId));
}

/** Subnets whose route table has a route by that property. */
function listSubnetsBy(stage: StageView, property: string): readonly string[] {
  const tables = stage.find('AWS::EC2::Route').flatMap(({ resolved: p }) => (p[property] === undefined ? [] : [textOf(p['RouteTableId'])]));
  return stage
    .find('AWS::EC2::SubnetRouteTableAssociation')
    .flatMap(({ resolved: p }) => (tables.includes(textOf(p['RouteTableId'])) ? [textOf(p['SubnetId'])] : []));
}

/** Databases and caches in a subnet with a route to anywhere but the VPC. */
function listDataRoutes(stage: StageView): readonly string[] {
  const leading = new Set(['GatewayId', 'NatGatewayId', 'InstanceId'].flatMap((property) => listSubnetsBy(stage, property)));
  return ['AWS::RDS::DBSubnetGroup', 'AWS::ElastiCache::SubnetGroup']
    .flatMap((type) => stage.find(type))
    .filter(({ resolved }) => listSubnetsOf(resolved).some((id) => leading.has(id)))
    .map(({ name }) => name);
}

function listSubnetsOf(properties: Place['resolved']): readonly string[] {
  return Object.entries(properties).flatMap(([key, value]) => {
    if (/^Subnet(Id)?s?$|^SubnetIds$/.test(key)) return listOf(value).map((id) => textOf(id));
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? listSubnetsOf(value as Place['resolved']) : [];
  });
}

const PARTIES: Readonly<
  Record<
    string,
    { readonly groups: string; ports(stage: StageView, place: Place): readonly number[]; name(stage: StageView, place: Place): string }
  >
> = {
  'AWS::ApiGatewayV2::VpcLink': { groups: 'SecurityGroupIds', ports: () => [], name: () => 'API Gateway' },
  'AWS::EC2::Instance': { groups: 'NetworkInterfaces', ports: () => [443], name: () => 'NAT' },
  'AWS::ECS::Service': {
    groups: 'NetworkConfiguration',
    ports: (_, { resolved }) => portsOf(resolved['LoadBalancers']),
    name: (stage, { stack }) => serviceOf(stage, stack),
  },
  'AWS::ElastiCache::ReplicationGroup': {
    groups: 'SecurityGroupIds',
    ports: (_, { resolved }) => [Number(resolved['Port'])],
    name: () => 'cache',
  },
  'AWS::ElasticLoadBalancingV2::LoadBalancer': {
    groups: 'SecurityGroups',
    ports: (stage) => stage.find('AWS::ElasticLoadBalancingV2::Listener').map(({ resolved }) => Number(resolved['Port'])),
    name: () => 'load balancer',
  },
  'AWS::Lambda::Function': { groups: 'VpcConfig', ports: () => [], name: (_, { name }) => name },
  'AWS::RDS::DBInstance': {
    groups: 'VPCSecurityGroups',
    ports: (_, { resolved }) => [Number(resolved['Port'])],
    name: (_, { resolved }) => (resolved['SourceDBInstanceIdentifier'] === undefined ? 'database' : 'replica'),
  },
};

function listParties(stage: StageView): readonly Party[] {
  return stage.places.flatMap((place) => {
    const known = PARTIES[place.Type];
    if (!known) return [];
    return [
      {
        name: known.name(stage, place),
        place,
        groups: listGroupsIn(stage, place.resolved[known.groups]),
        ports: known.ports(stage, place),
      },
    ];
  });
}

/** Whatever is given a security group without being one of the parties or a part of a group. */
function listUnknown(stage: StageView): readonly Place[] {
  return stage.places.filter(
    ({ Type, resolved }) =>
      PARTIES[Type] === undefined &&
      !Type.startsWith('AWS::EC2::SecurityGroup') &&
      listGroupsIn(stage, resolved).length > 0 &&
      !NO_ADDRESS.has(Type),
  );
}
/** They say of a group what is true of it, and have no address: a parameter for the pipeline. */
const NO_ADDRESS: ReadonlySet<string> = new Set(['AWS::SSM::Parameter']);

function listGroupsIn(stage: StageView, value: Json | undefined): readonly string[] {
  const text = JSON.stringify(value ?? null);
  return stage
    .find('AWS::EC2::SecurityGroup')
    .flatMap(({ stack, logicalId, name }) => (new RegExp(`${stack}-${logicalId}(?![0-9A-Za-z])`).test(text) ? [name] : []));
}

function readGroups(stage: StageView): Groups {
  const read = (kind: 'Ingress' | 'Egress') => {
    const inline = stage
      .find('AWS::EC2::SecurityGroup')
      .flatMap(({ name, resolved }) =>
        listOf(resolved[`SecurityGroup${kind}`]).map((rule) => ({ group: name, rule: parseRule(stage, rule) })),
      );
    const apart = stage
      .find(`AWS::EC2::SecurityGroup${kind}`)
      .map(({ resolved }) => ({ group: listGroupsIn(stage, resolved['GroupId'])[0] ?? '', rule: parseRule(stage, resolved) }));
    return Map.groupBy([...inline, ...apart], ({ group }) => group);
  };
  const [ingress, egress] = [read('Ingress'), read('Egress')];
  const rulesIn = (rules: ReturnType<typeof read>, group: string): readonly Rule[] => (rules.get(group) ?? []).map(({ rule }) => rule);
  return { ingressOf: (group) => rulesIn(ingress, group), egressOf: (group) => rulesIn(egress, group) };
}

function parseRule(stage: StageView, value: Json): Rule {
  const rule = value as Readonly<Record<string, Json | undefined>>;
  const [group] = listGroupsIn(stage, rule['SourceSecurityGroupId'] ?? rule['DestinationSecurityGroupId']);
  const peer = group ?? rule['SourcePrefixListId'] ?? rule['DestinationPrefixListId'] ?? rule['CidrIp'] ?? rule['CidrIpv6'];
  const isAll = textOf(rule['IpProtocol']) === '-1';
  const ports = isAll ? EVERY_PORT : { fromPort: Number(rule['FromPort']), toPort: Number(rule['ToPort']) };
  return { peer: textOf(peer), ...ports };
}

function portsOf(balancers: Json | undefined): readonly number[] {
  return listOf(balancers).map((balancer) => Number(Reflect.get(Object(balancer), 'ContainerPort')));
}

function serviceOf(stage: StageView, stack: string): string {
  return partOf(stage.name, stack).replace('svc-', '');
}

function parseOrigin(value: Json | undefined): { readonly Arn: string; readonly HTTPSPort: number; readonly OriginProtocolPolicy: string } {
  return value as { readonly Arn: string; readonly HTTPSPort: number; readonly OriginProtocolPolicy: string };
}

function parseIntegration(value: Json | undefined): {
  readonly ConnectionType?: string;
  readonly IntegrationTarget?: string;
  readonly Uri?: string;
} {
  return value as { readonly ConnectionType?: string; readonly IntegrationTarget?: string; readonly Uri?: string };
}
