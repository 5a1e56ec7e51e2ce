import { Duration } from 'aws-cdk-lib';
import type { Stage } from 'aws-cdk-lib/aws-apigateway';
import { Metric } from 'aws-cdk-lib/aws-cloudwatch';
import type { Distribution } from 'aws-cdk-lib/aws-cloudfront';
import { HttpCodeElb, type ApplicationLoadBalancer } from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import type { Construct } from 'constructs';
import { RunbookAlarm } from '../observability/runbook-alarm.ts';

const PERIOD = Duration.minutes(1);

/** What the load balancer answers in place of a service. */
export function addLoadBalancerAlarm(scope: Construct, loadBalancer: ApplicationLoadBalancer, topic: ITopic): void {
  new RunbookAlarm(scope, 'LoadBalancerErrors', {
    metric: loadBalancer.metrics.httpCodeElb(HttpCodeElb.ELB_5XX_COUNT, { period: PERIOD, statistic: 'Sum' }),
    // A task that ends with requests on the way answers some of them like this.
    threshold: 5,
    periods: 2,
    problem: 'The load balancer itself answers requests with 5xx: services do not answer, or not in time',
    article: 'load-balancer-fails',
    topic,
  });
}

/** What clients of the API see: everything behind it, and what only API Gateway can do wrong. */
export function addApiAlarms(scope: Construct, stage: Stage, topic: ITopic): void {
  new RunbookAlarm(scope, 'ApiErrors', {
    metric: stage.metricServerError({ period: PERIOD, statistic: 'Sum' }),
    // As for a service: a few may be a task that went away.
    threshold: 5,
    periods: 2,
    problem: 'The API answers requests with 5xx',
    article: 'api-fails',
    topic,
  });
  new RunbookAlarm(scope, 'ApiLatency', {
    metric: stage.metricLatency({ period: PERIOD, statistic: 'p99' }),
    // Milliseconds. Services ring at 2 s: this one alone means that the time is lost on the way to them.
    threshold: 3000,
    periods: 3,
    problem: 'One request to the API in a hundred takes more than 3 s',
    article: 'api-is-slow',
    topic,
  });
}

/** What browsers see. CloudFront counts in us-east-1, so the alarm is there too. */
export function addEdgeAlarm(scope: Construct, distribution: Distribution, topic: ITopic): void {
  new RunbookAlarm(scope, 'EdgeErrors', {
    metric: edgeMetric(distribution, '5xxErrorRate', 'Average'),
    // Per cent: of few requests one is many, so it has to last.
    threshold: 5,
    periods: 5,
    problem: 'For five minutes CloudFront has answered more than 5 % of requests with 5xx',
    article: 'edge-fails',
    topic,
  });
}

export function edgeMetric(distribution: Distribution, metricName: string, statistic: string): Metric {
  return new Metric({
    namespace: 'AWS/CloudFront',
    metricName,
    dimensionsMap: { DistributionId: distribution.distributionId, Region: 'Global' },
    statistic,
    period: PERIOD,
    region: 'us-east-1',
  });
}
