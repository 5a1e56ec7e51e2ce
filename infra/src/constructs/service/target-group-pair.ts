import { Duration } from 'aws-cdk-lib';
import { MathExpression, Metric, type IMetric } from 'aws-cdk-lib/aws-cloudwatch';
import type { IVpc } from 'aws-cdk-lib/aws-ec2';
import { ApplicationProtocol, ApplicationTargetGroup, TargetType } from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import type { Construct } from 'constructs';
import { SERVICE_PORT } from '../entrance/security-groups.ts';

/** Tasks of one release are in one of them, those of the next in the other. Which is which changes with every deployment. */
export interface TargetGroupPair {
  /** Where the first release is; the rules of the template forward to it. */
  readonly blue: ApplicationTargetGroup;
  readonly green: ApplicationTargetGroup;
}

/** Two target groups that differ in nothing but their names. */
export function createTargetGroups(scope: Construct, vpc: IVpc): TargetGroupPair {
  const create = (id: string): ApplicationTargetGroup =>
    new ApplicationTargetGroup(scope, id, {
      vpc,
      port: SERVICE_PORT,
      protocol: ApplicationProtocol.HTTP,
      targetType: TargetType.IP,
      // As long as a service may take to finish what it has begun.
      deregistrationDelay: Duration.seconds(25),
      healthCheck: {
        path: '/healthz',
        interval: Duration.seconds(10),
        timeout: Duration.seconds(5),
        healthyThresholdCount: 2,
        unhealthyThresholdCount: 3,
      },
    });
  return { blue: create('Blue'), green: create('Green') };
}

/** One metric of the load balancer, of each group. By hand: CDK has none for green, which no rule of the template forwards to. */
export function metricsOf({ blue, green }: TargetGroupPair, metricName: string, statistic: string): readonly [IMetric, IMetric] {
  const metricOf = ({ targetGroupFullName }: ApplicationTargetGroup): IMetric =>
    new Metric({
      namespace: 'AWS/ApplicationELB',
      metricName,
      statistic,
      period: Duration.minutes(1),
      dimensionsMap: { LoadBalancer: blue.firstLoadBalancerFullName, TargetGroup: targetGroupFullName },
    });
  return [metricOf(blue), metricOf(green)];
}

/**
 * Both groups as one. A group without tasks reports nothing: the functions leave it out, where `+` might want both. No `FILL`: the load balancer is a
 * minute late, so the last minute would always be zero, and an alarm on minutes that are all beyond its threshold would never ring
 * (https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/using-metric-math.html).
 */
export function combineGroups(groups: TargetGroupPair, metricName: string, { each, all }: Combination): IMetric {
  const [blue, green] = metricsOf(groups, metricName, each);
  return new MathExpression({
    expression: `${all}([blue,green])`,
    usingMetrics: { blue, green },
    period: Duration.minutes(1),
  });
}

export interface Combination {
  /** Statistic of one group in a minute. */
  readonly each: string;
  readonly all: 'SUM' | 'MAX';
}
