// What policies speak of: kinds of resources, and how their ARNs are made.
import { textOf, type Json } from '../template.ts';

const TYPES = {
  'AWS::ApiGateway::RestApi': 'api',
  'AWS::Athena::NamedQuery': 'query',
  'AWS::Athena::WorkGroup': 'workgroup',
  'AWS::CloudFront::Distribution': 'distribution',
  'AWS::CloudWatch::Alarm': 'alarm',
  'AWS::CodeBuild::Project': 'project',
  'AWS::CodeDeploy::Application': 'deployment-application',
  'AWS::CodeDeploy::DeploymentGroup': 'deployment-group',
  'AWS::CodePipeline::Pipeline': 'pipeline',
  'AWS::Cognito::UserPool': 'user-pool',
  'AWS::EC2::SecurityGroup': 'group',
  'AWS::ECR::Repository': 'repository',
  'AWS::ECS::Cluster': 'cluster',
  'AWS::ECS::Service': 'service',
  'AWS::ECS::TaskDefinition': 'task',
  'AWS::ElastiCache::User': 'cache-user',
  'AWS::ElasticLoadBalancingV2::Listener': 'listener',
  'AWS::ElasticLoadBalancingV2::ListenerRule': 'listener-rule',
  'AWS::ElasticLoadBalancingV2::LoadBalancer': 'load-balancer',
  'AWS::ElasticLoadBalancingV2::TargetGroup': 'target-group',
  'AWS::Events::EventBus': 'bus',
  'AWS::Events::Rule': 'rule',
  'AWS::Glue::Database': 'catalog-database',
  'AWS::Glue::Table': 'catalog-table',
  'AWS::IAM::Role': 'role',
  'AWS::KMS::Key': 'key',
  'AWS::KinesisFirehose::DeliveryStream': 'stream',
  'AWS::Lambda::Function': 'function',
  'AWS::Logs::LogGroup': 'logs',
  'AWS::RDS::DBInstance': 'database',
  'AWS::S3::Bucket': 'bucket',
  'AWS::SNS::Topic': 'topic',
  'AWS::SQS::Queue': 'queue',
  'AWS::SSM::Parameter': 'parameter',
  'AWS::SecretsManager::Secret': 'secret',
} as const;

/** What a policy can name. `object` is what is in a bucket. */
export type Kind = (typeof TYPES)[keyof typeof TYPES] | 'object';

export function kindOf(type: string): Kind | undefined {
  return Object.entries(TYPES).find(([name]) => name === type)?.[1];
}

interface ArnParts {
  readonly type: string;
  readonly properties: { readonly [key: string]: Json };
  /** Stands for what AWS makes up. */
  readonly id: string;
  readonly account: string;
  readonly region: string;
}

/** https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html */
export function composeArn({ type, properties: p, id, account, region }: ArnParts): string {
  const at = (service: string): string => `arn:aws:${service}:${region}:${account}`;
  const named = (...names: readonly string[]): string => textOf(names.map((name) => p[name]).find((value) => value !== undefined) ?? id);
  const formats: Readonly<Record<string, string>> = {
    'AWS::ApiGateway::Stage': `arn:aws:apigateway:${region}::/restapis/${named('RestApiId')}/stages/${named('StageName')}`,
    'AWS::Athena::WorkGroup': `${at('athena')}:workgroup/${named('Name')}`,
    'AWS::CloudFront::Distribution': `arn:aws:cloudfront::${account}:distribution/${id}`,
    'AWS::CloudWatch::Alarm': `${at('cloudwatch')}:alarm:${named('AlarmName')}`,
    'AWS::CodeDeploy::Application': `${at('codedeploy')}:application:${named('ApplicationName')}`,
    'AWS::CodeDeploy::DeploymentGroup': `${at('codedeploy')}:deploymentgroup:${named('ApplicationName')}/${named('DeploymentGroupName')}`,
    'AWS::Cognito::UserPool': `${at('cognito-idp')}:userpool/${id}`,
    'AWS::EC2::SecurityGroup': `${at('ec2')}:security-group/${id}`,
    'AWS::ECR::Repository': `${at('ecr')}:repository/${named('RepositoryName')}`,
    'AWS::ECS::Cluster': `${at('ecs')}:cluster/${named('ClusterName')}`,
    'AWS::ECS::Service': `${at('ecs')}:service/${named('Cluster')}/${named('ServiceName')}`,
    'AWS::ECS::TaskDefinition': `${at('ecs')}:task-definition/${named('Family')}:1`,
    'AWS::ElastiCache::User': `${at('elasticache')}:user:${named('UserId')}`,
    'AWS::ElasticLoadBalancingV2::LoadBalancer': `${at('elasticloadbalancing')}:loadbalancer/app/${id}/1`,
    'AWS::Events::EventBus': `${at('events')}:event-bus/${named('Name')}`,
    'AWS::Events::Rule': `${at('events')}:rule/${named('Name')}`,
    'AWS::Glue::Database': `${at('glue')}:database/${nestedName(p['DatabaseInput'], id)}`,
    'AWS::Glue::Table': `${at('glue')}:table/${named('DatabaseName')}/${nestedName(p['TableInput'], id)}`,
    'AWS::IAM::Role': `arn:aws:iam::${account}:role/${named('RoleName')}`,
    'AWS::KMS::Key': `${at('kms')}:key/${id}`,
    'AWS::KinesisFirehose::DeliveryStream': `${at('firehose')}:deliverystream/${named('DeliveryStreamName')}`,
    'AWS::Lambda::Function': `${at('lambda')}:function:${named('FunctionName')}`,
    'AWS::Logs::LogGroup': `${at('logs')}:log-group:${named('LogGroupName')}:*`,
    'AWS::RDS::DBInstance': `${at('rds')}:db:${named('DBInstanceIdentifier')}`,
    'AWS::S3::Bucket': `arn:aws:s3:::${named('BucketName')}`,
    'AWS::SNS::Topic': `${at('sns')}:${named('TopicName')}`,
    'AWS::SQS::Queue': `${at('sqs')}:${named('QueueName')}`,
    'AWS::SSM::Parameter': `${at('ssm')}:parameter${named('Name')}`,
    'AWS::SecretsManager::Secret': `${at('secretsmanager')}:secret:${named('Name')}-AbCdEf`,
  };
  return formats[type] ?? `${at(type.split('::')[1]?.toLowerCase() ?? '')}:${type.split('::')[2]?.toLowerCase()}/${id}`;
}

function nestedName(input: Json | undefined, id: string): string {
  return /"Name":"([^"]+)"/.exec(JSON.stringify(input ?? ''))?.[1] ?? id;
}

/** A resource of the account that belongs to nobody here: only a wildcard reaches it. */
export function composeStrangerArn(kind: Kind, account: string, region: string): string {
  const type = Object.entries(TYPES).find(([, name]) => name === kind)?.[0];
  if (kind === 'object') return 'arn:aws:s3:::somebody-elses/anything';
  return composeArn({ type: type ?? '', properties: {}, id: 'somebody-elses', account, region });
}
