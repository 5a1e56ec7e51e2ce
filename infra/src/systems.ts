// The systems that Torii is made of, and how each is known in the templates. A system without a resource where it should be is missing.
import { listResources, textAt, type AssemblyStack, type Place, type Resource } from './assembly/template.ts';

/** Each environment has its own, or one is for all of them: in the tools account, in the organization's. */
export type Home = 'environment' | 'tools' | 'organization';

export interface System {
  /** What it is part of: a row of the architecture. */
  readonly part: string;
  readonly name: string;
  readonly home: Home;
  isOne(resource: Resource): boolean;
  /** Off unless the setting says otherwise. @default always there */
  readonly onlyWith?: string;
}

const ofType =
  (...types: readonly string[]) =>
  ({ type }: Resource): boolean =>
    types.includes(type);

const ofAttribute =
  (type: string, path: readonly (string | number)[], value: string) =>
  (resource: Resource): boolean =>
    resource.type === type && textAt(resource.properties, ...path) === value;

function inEnvironment(part: string, systems: Readonly<Record<string, System['isOne']>>): readonly System[] {
  return Object.entries(systems).map(([name, isOne]) => ({ part, name, home: 'environment', isOne }));
}

/** Every row of the architecture, in its order. */
export const SYSTEMS: readonly System[] = [
  ...inEnvironment('VPC', {
    VPC: ofType('AWS::EC2::VPC'),
    subnets: ofType('AWS::EC2::Subnet'),
    'way out (NAT)': ({ type }) => type === 'AWS::EC2::NatGateway' || type === 'AWS::EC2::Instance',
    'security groups': ofType('AWS::EC2::SecurityGroup'),
    'flow logs': ofType('AWS::EC2::FlowLog'),
  }),
  ...inEnvironment('CloudFront and WAF', {
    distribution: ofType('AWS::CloudFront::Distribution'),
    'VPC origin': ofType('AWS::CloudFront::VpcOrigin'),
    'firewall of the edge': ofAttribute('AWS::WAFv2::WebACL', ['Scope'], 'CLOUDFRONT'),
  }),
  {
    part: 'CloudFront and WAF',
    name: 'Shield Advanced',
    home: 'environment',
    isOne: ofType('AWS::Shield::Protection'),
    onlyWith: 'shieldAdvanced',
  },
  ...inEnvironment('Load balancer', {
    'load balancer': ofType('AWS::ElasticLoadBalancingV2::LoadBalancer'),
    listeners: ofType('AWS::ElasticLoadBalancingV2::Listener'),
    rules: ofType('AWS::ElasticLoadBalancingV2::ListenerRule'),
    'target groups': ofType('AWS::ElasticLoadBalancingV2::TargetGroup'),
  }),
  ...inEnvironment('API Gateway', {
    API: ofType('AWS::ApiGateway::RestApi'),
    stage: ofType('AWS::ApiGateway::Stage'),
    authorizer: ofType('AWS::ApiGateway::Authorizer'),
    methods: ofType('AWS::ApiGateway::Method'),
    'private link': ofType('AWS::ApiGatewayV2::VpcLink'),
    'firewall of the API': ofAttribute('AWS::WAFv2::WebACL', ['Scope'], 'REGIONAL'),
  }),
  ...inEnvironment('Cognito', {
    'user pool': ofType('AWS::Cognito::UserPool'),
    clients: ofType('AWS::Cognito::UserPoolClient'),
  }),
  ...inEnvironment('ECS Fargate', {
    cluster: ofType('AWS::ECS::Cluster'),
    services: ofType('AWS::ECS::Service'),
    'task definitions': ofType('AWS::ECS::TaskDefinition'),
    'auto scaling': ofType('AWS::ApplicationAutoScaling::ScalableTarget', 'AWS::ApplicationAutoScaling::ScalingPolicy'),
  }),
  ...inEnvironment('RDS', {
    MariaDB: ofAttribute('AWS::RDS::DBInstance', ['Engine'], 'mariadb'),
    'schemas and their users': ofType('Custom::DatabaseSchema'),
  }),
  ...inEnvironment('ElastiCache', { Valkey: ofType('AWS::ElastiCache::ReplicationGroup'), 'its user': ofType('AWS::ElastiCache::User') }),
  ...inEnvironment('SQS, SNS, EventBridge', {
    'queues and dead-letter queues': ofType('AWS::SQS::Queue'),
    topics: ofType('AWS::SNS::Topic'),
    subscriptions: ofType('AWS::SNS::Subscription'),
    bus: ofType('AWS::Events::EventBus'),
    'rules and schedules': ofType('AWS::Events::Rule'),
    'archive of events': ofType('AWS::KinesisFirehose::DeliveryStream'),
  }),
  ...inEnvironment('Lambda', {
    functions: ofType('AWS::Lambda::Function'),
    'triggered by SQS': ofType('AWS::Lambda::EventSourceMapping'),
    'triggered by Cognito': ofAttribute('AWS::Lambda::Permission', ['Principal'], 'cognito-idp.amazonaws.com'),
  }),
  ...inEnvironment('KMS, IAM, Secrets Manager', {
    keys: ofType('AWS::KMS::Key'),
    roles: ofType('AWS::IAM::Role'),
    secrets: ofType('AWS::SecretsManager::Secret'),
  }),
  {
    part: 'KMS, IAM, Secrets Manager',
    name: 'rotation of passwords',
    home: 'environment',
    isOne: ofType('AWS::SecretsManager::RotationSchedule'),
    onlyWith: 'secretRotationDays',
  },
  ...inEnvironment('X-Ray', { groups: ofType('AWS::XRay::Group'), 'sampling rules': ofType('AWS::XRay::SamplingRule') }),
  ...inEnvironment('CloudWatch', {
    'log groups': ofType('AWS::Logs::LogGroup'),
    alarms: ofType('AWS::CloudWatch::Alarm'),
    dashboards: ofType('AWS::CloudWatch::Dashboard'),
    'to the developer': ofAttribute('AWS::SNS::Subscription', ['Protocol'], 'email'),
    budget: ofType('AWS::Budgets::Budget'),
  }),
  ...inEnvironment('S3, Glue, Athena, QuickSight', {
    buckets: ofType('AWS::S3::Bucket'),
    'from the log groups': ofType('AWS::Logs::SubscriptionFilter'),
    'catalogued by Glue': ofType('AWS::Glue::Database', 'AWS::Glue::Table'),
    'queried by Athena': ofType('AWS::Athena::WorkGroup', 'AWS::Athena::NamedQuery'),
  }),
  {
    part: 'S3, Glue, Athena, QuickSight',
    name: 'drawn by QuickSight',
    home: 'environment',
    isOne: ({ type }) => type.startsWith('AWS::QuickSight::'),
    onlyWith: 'logLake.dashboardPrincipalArn',
  },
  ...inEnvironment('ECR, CodePipeline, CodeBuild, CodeDeploy', {
    'applications of CodeDeploy': ofType('AWS::CodeDeploy::Application'),
    'deployment groups': ofType('AWS::CodeDeploy::DeploymentGroup'),
  }),
  ...Object.entries({
    'repositories of images': ofType('AWS::ECR::Repository'),
    'pipelines, one for each service': ofType('AWS::CodePipeline::Pipeline'),
    'test, image, migration': ofType('AWS::CodeBuild::Project'),
    artifacts: ofType('AWS::S3::Bucket'),
  }).map(([name, isOne]) => ({ part: 'ECR, CodePipeline, CodeBuild, CodeDeploy', name, home: 'tools' as const, isOne })),
  ...Object.entries({
    'organizational units': ofType('AWS::Organizations::OrganizationalUnit'),
    accounts: ofType('AWS::Organizations::Account'),
    'service control policies': ofType('AWS::Organizations::Policy'),
    'permission sets': ofType('AWS::SSO::PermissionSet'),
    'audit trail': ofType('AWS::CloudTrail::Trail'),
    'its locked bucket': ({ type, properties }: Resource) => type === 'AWS::S3::Bucket' && properties['ObjectLockEnabled'] === true,
  }).map(([name, isOne]) => ({ part: 'Organizations, CloudTrail', name, home: 'organization' as const, isOne })),
];

/** Its resources in a stage. */
export function findSystem({ isOne }: System, stacks: readonly AssemblyStack[]): readonly Place[] {
  return listResources(stacks).filter(({ resource }) => isOne(resource));
}

/** Systems of that home that a stage has nothing of, though no setting turns them off. */
export function listMissing(home: Home, stacks: readonly AssemblyStack[]): readonly string[] {
  return SYSTEMS.filter((system) => system.home === home && system.onlyWith === undefined && findSystem(system, stacks).length === 0).map(
    ({ part, name }) => `${part}: ${name}`,
  );
}
