import { listAt, numberAt, textAt, type Place } from '../../assembly/template.ts';
import { HOURS, type Charge, type Rule, type Surroundings } from './charge.ts';

/** GiB: what Amazon Linux's image brings when the template names no size. */
const DEFAULT_DISK_GIB = 8;

export const NETWORK_RULES: Readonly<Record<string, Rule>> = {
  'AWS::EC2::Instance': chargeInstance,
  'AWS::EC2::VPC': (_place, { usage }) => [
    { price: 'ec2.cross-zone-data', quantity: usage.crossZoneGiB * 2, because: `${usage.crossZoneGiB} GiB, billed at both ends` },
  ],
  'AWS::EC2::EIP': () => [{ price: 'vpc.public-ipv4', quantity: HOURS, because: 'in use or not' }],
  'AWS::EC2::NatGateway': ({ resource }, { usage, shareOf }) => [
    { price: 'vpc.nat-gateway', quantity: HOURS, because: 'always on' },
    { price: 'vpc.nat-gateway-data', quantity: usage.natGiB * shareOf(resource), because: `${usage.natGiB} GiB through all of them` },
  ],
  'AWS::EC2::VPCEndpoint': chargeEndpoint,
  'AWS::ElasticLoadBalancingV2::LoadBalancer': chargeLoadBalancer,
  'AWS::CloudFront::Distribution': ({ resource }, { usage, shareOf }) => [
    { price: 'cloudfront.requests', quantity: usage.edgeRequests * shareOf(resource), because: 'requests of browsers' },
    { price: 'cloudfront.data', quantity: usage.edgeGiB * shareOf(resource), because: 'sent to browsers' },
  ],
  'AWS::WAFv2::WebACL': chargeFirewall,
  'AWS::ApiGateway::RestApi': ({ resource }, { usage, shareOf }) => [
    { price: 'api-gateway.rest-requests', quantity: usage.apiRequests * shareOf(resource), because: 'requests to the API' },
  ],
  'AWS::ApiGateway::Stage': ({ resource }, { usage, shareOf }) =>
    textAt(resource.properties, 'TracingEnabled') === 'true'
      ? [
          {
            price: 'xray.traces',
            quantity: usage.apiRequests * usage.tracedShare * shareOf(resource),
            because: `${usage.tracedShare * 100} % of the requests`,
          },
        ]
      : [],
  'AWS::Route53::HostedZone': () => [{ price: 'route53.hosted-zone', quantity: 1, because: 'queries left out' }],
  'AWS::Shield::Protection': ({ resource }, { shareOf }) => [
    { price: 'shield.advanced-subscription', quantity: shareOf(resource), because: 'once for the whole organization, for a year' },
  ],
};

function chargeInstance({ logicalId, resource: { properties } }: Place): readonly Charge[] {
  const type = textAt(properties, 'InstanceType');
  if (type === undefined) throw new Error(`The cost of ${logicalId} cannot be estimated: its InstanceType is no literal.`);
  const disks = listAt(properties, 'BlockDeviceMappings');
  const diskGiB = disks.reduce<number>((sum, disk) => sum + (numberAt(disk, 'Ebs', 'VolumeSize') ?? DEFAULT_DISK_GIB), 0);
  const addresses = listAt(properties, 'NetworkInterfaces').filter((face) => textAt(face, 'AssociatePublicIpAddress') === 'true');
  return [
    { price: `ec2.${type}`, quantity: HOURS, because: 'always on, within its CPU credits' },
    { price: 'ebs.gp3', quantity: diskGiB || DEFAULT_DISK_GIB, because: "the image's own size" },
    ...addresses.map(() => ({ price: 'vpc.public-ipv4', quantity: HOURS, because: 'in use' })),
  ];
}

function chargeEndpoint({ resource: { properties } }: Place, { usage, find }: Surroundings): readonly Charge[] {
  // Gateway endpoints, of S3 and DynamoDB, are free.
  if (textAt(properties, 'VpcEndpointType') !== 'Interface') return [];
  const zones = listAt(properties, 'SubnetIds').length;
  const interfaces = find('AWS::EC2::VPCEndpoint').filter(({ resource }) => textAt(resource.properties, 'VpcEndpointType') === 'Interface');
  return [
    { price: 'vpc.interface-endpoint', quantity: HOURS * zones, because: `always on, in ${zones} zones` },
    {
      price: 'vpc.interface-endpoint-data',
      quantity: usage.natGiB / interfaces.length,
      because: 'what would otherwise go through the NAT',
    },
  ];
}

function chargeLoadBalancer({ resource }: Place, { usage, shareOf }: Surroundings): readonly Charge[] {
  const isPublic = textAt(resource.properties, 'Scheme') === 'internet-facing';
  const zones = listAt(resource.properties, 'Subnets').length;
  return [
    { price: 'elb.alb', quantity: HOURS, because: 'always on' },
    { price: 'elb.lcu', quantity: HOURS * usage.averageLcus * shareOf(resource), because: `${usage.averageLcus} on average` },
    ...(isPublic ? [{ price: 'vpc.public-ipv4', quantity: HOURS * zones, because: `an address in each of ${zones} zones` }] : []),
  ];
}

/** A managed rule group counts as one rule. */
function chargeFirewall({ resource: { properties } }: Place, { usage }: Surroundings): readonly Charge[] {
  const rules = listAt(properties, 'Rules').length;
  const isEdge = textAt(properties, 'Scope') === 'CLOUDFRONT';
  return [
    { price: 'waf.web-acl', quantity: 1, because: 'always there' },
    { price: 'waf.rule', quantity: rules, because: 'rules and managed groups' },
    {
      price: 'waf.requests',
      quantity: isEdge ? usage.edgeRequests : usage.apiRequests,
      because: isEdge ? 'requests of browsers' : 'requests to the API',
    },
  ];
}
