// How each type of resource keeps what it holds. A type that is in none of the lists fails by its name.
import { textOf, type Json } from '../template.ts';
import type { Place } from './stage.ts';

/** The key that a resource names; undefined when it names none. */
type FindKey = (properties: Place['resolved']) => Json | undefined;

/** Types that hold data of users or of the company: each is encrypted with a key of this account. */
export const ENCRYPTED: Readonly<Record<string, FindKey>> = {
  'AWS::Athena::WorkGroup': (p) => at(p, 'WorkGroupConfiguration', 'ResultConfiguration', 'EncryptionConfiguration', 'KmsKey'),
  'AWS::ElastiCache::ReplicationGroup': (p) => p['KmsKeyId'],
  'AWS::Events::EventBus': (p) => p['KmsKeyIdentifier'],
  'AWS::KinesisFirehose::DeliveryStream': (p) => at(p, 'DeliveryStreamEncryptionConfigurationInput', 'KeyARN'),
  'AWS::Logs::LogGroup': (p) => p['KmsKeyId'],
  // RDS refuses a replica of the same region that names a key: it has its source's.
  'AWS::RDS::DBInstance': (p) => p['KmsKeyId'],
  'AWS::S3::Bucket': (p) =>
    at(p, 'BucketEncryption', 'ServerSideEncryptionConfiguration', 0, 'ServerSideEncryptionByDefault', 'KMSMasterKeyID'),
  'AWS::SNS::Topic': (p) => p['KmsMasterKeyId'],
  'AWS::SQS::Queue': (p) => p['KmsMasterKeyId'],
  'AWS::SecretsManager::Secret': (p) => p['KmsKeyId'],
};

/** Those of the types above that have another key, by name, and why. */
export const EXCEPTIONS: Readonly<Record<string, string>> = {
  'bucket edge AccessLogs': 'CloudFront writes to no bucket with a key of ours.',
  'bucket log-lake LakeAccessLogs': 'S3 writes its access logs to no bucket with a key of ours.',
  'bucket messaging FilesAccessLogs': 'S3 writes its access logs to no bucket with a key of ours.',
  'bucket messaging MessagesAccessLogs': 'S3 writes its access logs to no bucket with a key of ours.',
  'bucket platform AccessLogs': 'The load balancer writes to no bucket with a key of ours.',
  'database data DatabaseReplica': "A replica has its source's key.",
};

/** Types that keep something AWS encrypts with its own key, and why that is enough. */
export const ENCRYPTED_BY_AWS: Readonly<Record<string, string>> = {
  'AWS::ApiGateway::Stage': 'It caches nothing.',
  'AWS::Athena::NamedQuery': 'Text of this repository.',
  'AWS::CloudFront::Distribution': 'It keeps the assets of the web application, which anybody may have.',
  'AWS::CloudWatch::Dashboard': 'Names of metrics.',
  'AWS::Cognito::UserPool': 'Cognito has no other: passwords never leave it.',
  'AWS::EC2::Instance': 'The way out to the internet writes nothing; its disk is encrypted with the key of the account.',
  'AWS::ECS::Cluster': 'Tasks write nothing: their root file systems are read-only.',
  'AWS::ECS::TaskDefinition': 'Names and addresses; what is secret is in Secrets Manager.',
  'AWS::Glue::Database': 'Names of columns; what they describe is in the bucket.',
  'AWS::Glue::Table': 'Names of columns; what they describe is in the bucket.',
  'AWS::Lambda::Function': 'Code of this repository, and in its variables names and addresses.',
  'AWS::SSM::Parameter': 'Names and revisions.',
  'AWS::XRay::Group': 'The key of traces is a setting of the account, by its checklist; spans hold pseudonyms.',
};

/** Types that keep nothing: rules, permissions, connections, names. */
export const EMPTY: ReadonlySet<string> = new Set([
  'AWS::ApiGateway::Account',
  'AWS::ApiGateway::Authorizer',
  'AWS::ApiGateway::Deployment',
  'AWS::ApiGateway::GatewayResponse',
  'AWS::ApiGateway::Method',
  'AWS::ApiGateway::Resource',
  'AWS::ApiGateway::RestApi',
  'AWS::ApiGatewayV2::VpcLink',
  'AWS::ApplicationAutoScaling::ScalableTarget',
  'AWS::ApplicationAutoScaling::ScalingPolicy',
  'AWS::Budgets::Budget',
  'AWS::CloudFront::VpcOrigin',
  'AWS::CloudWatch::Alarm',
  'AWS::CodeDeploy::Application',
  'AWS::CodeDeploy::DeploymentGroup',
  'AWS::Cognito::UserPoolClient',
  'AWS::EC2::EIP',
  'AWS::EC2::FlowLog',
  'AWS::EC2::InternetGateway',
  'AWS::EC2::NatGateway',
  'AWS::EC2::Route',
  'AWS::EC2::RouteTable',
  'AWS::EC2::SecurityGroup',
  'AWS::EC2::SecurityGroupEgress',
  'AWS::EC2::SecurityGroupIngress',
  'AWS::EC2::Subnet',
  'AWS::EC2::SubnetRouteTableAssociation',
  'AWS::EC2::VPC',
  'AWS::EC2::VPCEndpoint',
  'AWS::EC2::VPCGatewayAttachment',
  'AWS::ECS::ClusterCapacityProviderAssociations',
  'AWS::ECS::Service',
  'AWS::ElastiCache::SubnetGroup',
  'AWS::ElastiCache::User',
  'AWS::ElastiCache::UserGroup',
  'AWS::ElasticLoadBalancingV2::Listener',
  'AWS::ElasticLoadBalancingV2::ListenerRule',
  'AWS::ElasticLoadBalancingV2::LoadBalancer',
  'AWS::ElasticLoadBalancingV2::TargetGroup',
  'AWS::Events::Rule',
  'AWS::IAM::InstanceProfile',
  'AWS::IAM::Policy',
  'AWS::IAM::Role',
  'AWS::KMS::Key',
  'AWS::Lambda::EventSourceMapping',
  'AWS::Lambda::Permission',
  'AWS::Logs::LogStream',
  'AWS::Logs::SubscriptionFilter',
  'AWS::RDS::DBParameterGroup',
  'AWS::RDS::DBSubnetGroup',
  'AWS::S3::BucketPolicy',
  'AWS::SNS::Subscription',
  'AWS::SNS::TopicPolicy',
  'AWS::SQS::QueuePolicy',
  'AWS::SecretsManager::ResourcePolicy',
  'AWS::SecretsManager::RotationSchedule',
  'AWS::SecretsManager::SecretTargetAttachment',
  'AWS::WAFv2::WebACL',
  'AWS::WAFv2::WebACLAssociation',
  'AWS::XRay::SamplingRule',
  'Custom::DatabaseSchema',
]);

/** Types that CloudFormation gives no tags, or CDK does not. */
export const UNTAGGED: ReadonlySet<string> = new Set([
  'AWS::ApiGateway::Account',
  'AWS::ApiGateway::Authorizer',
  'AWS::ApiGateway::Deployment',
  'AWS::ApiGateway::GatewayResponse',
  'AWS::ApiGateway::Method',
  'AWS::ApiGateway::Resource',
  'AWS::ApplicationAutoScaling::ScalingPolicy',
  'AWS::Athena::NamedQuery',
  'AWS::Budgets::Budget',
  'AWS::Cognito::UserPoolClient',
  'AWS::EC2::Route',
  'AWS::EC2::SecurityGroupEgress',
  'AWS::EC2::SecurityGroupIngress',
  'AWS::EC2::SubnetRouteTableAssociation',
  'AWS::EC2::VPCGatewayAttachment',
  'AWS::ECS::ClusterCapacityProviderAssociations',
  'AWS::Glue::Database',
  'AWS::Glue::Table',
  'AWS::IAM::InstanceProfile',
  'AWS::IAM::Policy',
  'AWS::Lambda::Permission',
  'AWS::Logs::LogStream',
  'AWS::Logs::SubscriptionFilter',
  'AWS::S3::BucketPolicy',
  'AWS::SNS::Subscription',
  'AWS::SNS::TopicPolicy',
  'AWS::SQS::QueuePolicy',
  'AWS::SecretsManager::ResourcePolicy',
  'AWS::SecretsManager::RotationSchedule',
  'AWS::SecretsManager::SecretTargetAttachment',
  'AWS::WAFv2::WebACLAssociation',
  'Custom::DatabaseSchema',
]);

/** What is inside, by its path; undefined where something is missing. */
export function at(value: Json | undefined, ...path: readonly (string | number)[]): Json | undefined {
  return path.reduce<Json | undefined>((inner, name) => Reflect.get(Object(inner), name) as Json | undefined, value);
}

/** Key and value of each tag, whichever of CloudFormation's forms they have. */
export function tagsOf(properties: Place['resolved']): Readonly<Record<string, string>> {
  const tags = properties['Tags'] ?? properties['UserPoolTags'];
  if (!Array.isArray(tags)) return (tags ?? {}) as Readonly<Record<string, string>>;
  return Object.fromEntries((tags as readonly Json[]).map((tag) => [textOf(at(tag, 'Key')), textOf(at(tag, 'Value'))]));
}
