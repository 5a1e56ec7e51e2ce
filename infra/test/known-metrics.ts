// Metrics that AWS's services write, with the dimensions they write them under: a name or a dimension that is not exactly so has no figures, and
// neither CloudFormation nor CloudWatch says a word. Closed: what a template wants to look at and is not here is looked up and added.
import { businessMetrics, METRIC_NAMESPACE, OUTBOX_METRICS } from '@torii/contracts';

/** Names of dimensions, sorted and joined: one combination of those that the metric is written under. */
type Dimensions = string;

interface KnownMetrics {
  /** Where AWS says so. */
  readonly source: string;
  /** By name. */
  readonly metrics: Readonly<Record<string, readonly Dimensions[]>>;
}

function each(names: readonly string[], ...dimensions: readonly Dimensions[]): Readonly<Record<string, readonly Dimensions[]>> {
  return Object.fromEntries(names.map((name) => [name, dimensions]));
}

const RDS = ['CPUUtilization', 'DatabaseConnections', 'FreeableMemory', 'FreeStorageSpace', 'ReplicaLag'];
const CACHE = ['EngineCPUUtilization', 'DatabaseMemoryUsagePercentage', 'Evictions', 'CurrConnections', 'CacheHits', 'CacheMisses'];
const TARGETS = ['HTTPCode_Target_5XX_Count', 'RequestCount', 'RequestCountPerTarget', 'TargetResponseTime'];

export const KNOWN_METRICS: Readonly<Record<string, KnownMetrics>> = {
  'AWS/ApiGateway': {
    source: 'https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-metrics-and-dimensions.html',
    metrics: each(['4XXError', '5XXError', 'Count', 'IntegrationLatency', 'Latency'], 'ApiName,Stage', 'ApiName'),
  },
  'AWS/ApplicationELB': {
    source: 'https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-cloudwatch-metrics.html',
    metrics: {
      ...each(TARGETS, 'LoadBalancer,TargetGroup', 'LoadBalancer'),
      RequestCountPerTarget: ['TargetGroup', 'LoadBalancer,TargetGroup'],
      ...each(['HealthyHostCount', 'UnHealthyHostCount'], 'LoadBalancer,TargetGroup'),
      ...each(['HTTPCode_ELB_5XX_Count'], 'LoadBalancer'),
    },
  },
  'AWS/CertificateManager': {
    source: 'https://docs.aws.amazon.com/acm/latest/userguide/cloudwatch-metrics.html',
    metrics: each(['DaysToExpiry'], 'CertificateArn'),
  },
  'AWS/CloudFront': {
    source: 'https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/programming-cloudwatch-metrics.html',
    metrics: each(['4xxErrorRate', '5xxErrorRate', 'Requests'], 'DistributionId,Region'),
  },
  'AWS/Cognito': {
    source: 'https://docs.aws.amazon.com/cognito/latest/developerguide/metrics-for-cognito-user-pools.html',
    metrics: each(['SignInSuccesses', 'SignUpSuccesses'], 'UserPool,UserPoolClient'),
  },
  'AWS/ECS': {
    source: 'https://docs.aws.amazon.com/AmazonECS/latest/developerguide/available-metrics.html',
    metrics: each(['CPUUtilization', 'MemoryUtilization'], 'ClusterName,ServiceName', 'ClusterName'),
  },
  'AWS/ElastiCache': {
    source: 'https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/CacheMetrics.Redis.html',
    metrics: each(CACHE, 'CacheClusterId,CacheNodeId'),
  },
  'AWS/Firehose': {
    source: 'https://docs.aws.amazon.com/firehose/latest/dev/monitoring-with-cloudwatch-metrics.html',
    metrics: each(['DeliveryToS3.DataFreshness', 'DeliveryToS3.Success', 'IncomingRecords'], 'DeliveryStreamName'),
  },
  'AWS/Lambda': {
    source: 'https://docs.aws.amazon.com/lambda/latest/dg/monitoring-metrics-types.html',
    metrics: { ...each(['Duration', 'Errors', 'Invocations', 'Throttles'], 'FunctionName'), ConcurrentExecutions: ['FunctionName', ''] },
  },
  'AWS/RDS': {
    source: 'https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/rds-metrics.html',
    metrics: each(RDS, 'DBInstanceIdentifier'),
  },
  'AWS/SNS': {
    source: 'https://docs.aws.amazon.com/sns/latest/dg/sns-monitoring-using-cloudwatch.html',
    metrics: each(['NumberOfMessagesPublished', 'NumberOfNotificationsFailed'], 'TopicName'),
  },
  'AWS/SQS': {
    source: 'https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-available-cloudwatch-metrics.html',
    metrics: each(['ApproximateAgeOfOldestMessage', 'ApproximateNumberOfMessagesVisible'], 'QueueName'),
  },
  'AWS/WAFV2': {
    source: 'https://docs.aws.amazon.com/waf/latest/developerguide/waf-metrics.html',
    // Without a region for CloudFront.
    metrics: each(['AllowedRequests', 'BlockedRequests'], 'Region,Rule,WebACL', 'Rule,WebACL'),
  },
  // Of services: they write what the table of contracts has, and nothing else (chassis/src/messaging/embedded-metric.ts).
  [METRIC_NAMESPACE]: {
    source: 'contracts/src/metrics.ts',
    metrics: each([...Object.keys(OUTBOX_METRICS), ...Object.keys(businessMetrics)], 'Service'),
  },
};
