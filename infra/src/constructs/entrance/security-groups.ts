import { Peer, Port, SecurityGroup, type ISecurityGroup, type IVpc } from 'aws-cdk-lib/aws-ec2';
import { Construct } from 'constructs';

/**
 * edgeEntry: CloudFront's way into the load balancer, a group of its own because the prefix list counts as 55 of the 60 rules a group
 * may have · loadBalancer · vpcLink: API Gateway's interfaces · frontend, backend: tasks · worker, trigger, provisioner, smokeTest:
 * functions · database · cache.
 */
export type GroupName =
  | 'edgeEntry'
  | 'loadBalancer'
  | 'vpcLink'
  | 'frontend'
  | 'backend'
  | 'worker'
  | 'trigger'
  | 'provisioner'
  | 'smokeTest'
  | 'database'
  | 'cache';

export const SERVICE_PORT = 80;
/** One listener per caller: were there one, CloudFront would reach the API's paths, past API Gateway's authorizer. */
export const EDGE_PORT = 443;
export const API_PORT = 8443;
/** Where a release answers before anybody else sees it. */
export const TEST_PORT = 9443;
export const DATABASE_PORT = 3306;
export const CACHE_PORT = 6379;

interface Flow {
  readonly from: GroupName;
  readonly to: GroupName;
  readonly port: number;
}

/** Who may open a connection to whom, inside the VPC; everything else is refused at both ends. */
const FLOWS: readonly Flow[] = [
  { from: 'vpcLink', to: 'loadBalancer', port: API_PORT },
  { from: 'smokeTest', to: 'loadBalancer', port: TEST_PORT },
  { from: 'loadBalancer', to: 'frontend', port: SERVICE_PORT },
  { from: 'loadBalancer', to: 'backend', port: SERVICE_PORT },
  { from: 'backend', to: 'database', port: DATABASE_PORT },
  { from: 'worker', to: 'database', port: DATABASE_PORT },
  { from: 'provisioner', to: 'database', port: DATABASE_PORT },
  { from: 'backend', to: 'cache', port: CACHE_PORT },
];

/** Who calls AWS's APIs, by way of the NAT. */
const AWS_CALLERS: readonly GroupName[] = ['frontend', 'backend', 'worker', 'trigger', 'provisioner', 'smokeTest'];

export interface SecurityGroupsProps {
  readonly vpc: IVpc;
  /** Managed prefix list of the addresses CloudFront calls origins from. */
  readonly cloudFrontPrefixListId: string;
}

/** Every security group of a stage, with all of its rules: the groups handed out are immutable, so nothing adds one elsewhere. */
export class SecurityGroups extends Construct {
  readonly byName: Readonly<Record<GroupName, ISecurityGroup>>;

  constructor(scope: Construct, id: string, props: SecurityGroupsProps) {
    super(scope, id);
    const groups = mapGroups((name) => new SecurityGroup(this, name, { vpc: props.vpc, description: name, allowAllOutbound: false }));
    groups.edgeEntry.addIngressRule(Peer.prefixList(props.cloudFrontPrefixListId), Port.tcp(EDGE_PORT), 'from CloudFront');
    for (const { from, to, port } of FLOWS) {
      groups[to].addIngressRule(groups[from], Port.tcp(port), `from ${from}`);
      groups[from].addEgressRule(groups[to], Port.tcp(port), `to ${to}`);
    }
    for (const name of AWS_CALLERS) groups[name].addEgressRule(Peer.anyIpv4(), Port.tcp(443), 'to AWS APIs');
    this.byName = mapGroups((name) =>
      SecurityGroup.fromSecurityGroupId(this, `${name}View`, groups[name].securityGroupId, { mutable: false }),
    );
  }
}

function mapGroups<T>(make: (name: GroupName) => T): Record<GroupName, T> {
  return {
    edgeEntry: make('edgeEntry'),
    loadBalancer: make('loadBalancer'),
    vpcLink: make('vpcLink'),
    frontend: make('frontend'),
    backend: make('backend'),
    worker: make('worker'),
    trigger: make('trigger'),
    provisioner: make('provisioner'),
    smokeTest: make('smokeTest'),
    database: make('database'),
    cache: make('cache'),
  };
}
