import { CfnScalingPolicy, ScalableTarget } from 'aws-cdk-lib/aws-applicationautoscaling';
import type { IMetric } from 'aws-cdk-lib/aws-cloudwatch';
import { Duration } from 'aws-cdk-lib';
import type { ScalableTaskCount } from 'aws-cdk-lib/aws-ecs';
import type { ConsumerQueue } from '../messaging/consumer-queue.ts';
import { metricsOf, type TargetGroupPair } from './target-group-pair.ts';

export interface ServiceScalingProps {
  /** How many tasks there may be. */
  readonly tasks: ScalableTaskCount;
  /** All that the service's tasks may be registered in; only one of them serves at a time, but during a canary. */
  readonly targetGroups: TargetGroupPair;
  /** Requests a minute that one task is meant to answer. */
  readonly requestsPerTask: number;
  /** What its tasks take messages from; none for a service that consumes nothing. */
  readonly queues: readonly ConsumerQueue[];
}

/** Per cent of what the tasks were given, on average. The rest is for the minutes until a new task serves. */
const CPU_TARGET = 60;
/** Seconds. The alarm rings at five minutes: by then there have been more tasks for four. */
const AGE_TARGET = 60;
/** A new task takes part after about a minute; asking again before that would ask for too many. */
const SCALE_OUT_COOLDOWN = Duration.minutes(1);
/** A lull of a minute is no reason to go. */
const SCALE_IN_COOLDOWN = Duration.minutes(5);

/**
 * As many tasks as the most demanding signal asks for: CPU, requests, the age of waiting messages. Tasks go when all signals agree.
 * CloudFormation owns the number's limits only; the number itself is not in any template, so CodeDeploy and scaling do not fight over it.
 */
export function scaleService({ tasks, targetGroups, requestsPerTask, queues }: ServiceScalingProps): void {
  tasks.scaleOnCpuUtilization('Cpu', { targetUtilizationPercent: CPU_TARGET });
  // The predefined metric knows one target group for ever, and CodeDeploy moves the tasks to the other with every deployment:
  // https://docs.aws.amazon.com/AmazonECS/latest/developerguide/service-autoscaling-targettracking.html
  track(tasks, 'Requests', {
    metrics: metricsOf(targetGroups, 'RequestCountPerTarget', 'Sum'),
    // A group without tasks has no figure: it counts as nothing. Both together are what one set of tasks would get.
    combine: (names) => `SUM([${names.join(',')}])`,
    target: requestsPerTask,
  });
  if (queues.length === 0) return;
  // SQS leaves out a message that has been received three times, so one that fails again and again asks for no tasks.
  track(tasks, 'QueueAge', {
    metrics: queues.map(({ queue }) => queue.metricApproximateAgeOfOldestMessage({ statistic: 'Maximum', period: Duration.minutes(1) })),
    combine: (names) => `MAX([${names.join(',')}])`,
    target: AGE_TARGET,
  });
}

interface Signal {
  readonly metrics: readonly IMetric[];
  /** Metric math over all of them. Without `FILL`, which would take the minute that is not measured yet for a quiet one, always. */
  combine(names: readonly string[]): string;
  readonly target: number;
}

/** By hand, because CDK tracks a single metric only. AWS makes the alarms of such a policy itself. */
function track(tasks: ScalableTaskCount, id: string, { metrics, combine, target }: Signal): CfnScalingPolicy {
  const names = metrics.map((_, index) => `m${index}`);
  return new CfnScalingPolicy(tasks, id, {
    policyName: `${tasks.node.path.replaceAll('/', '-')}-${id}`,
    policyType: 'TargetTrackingScaling',
    scalingTargetId: findScalableTarget(tasks).scalableTargetId,
    targetTrackingScalingPolicyConfiguration: {
      targetValue: target,
      scaleOutCooldown: SCALE_OUT_COOLDOWN.toSeconds(),
      scaleInCooldown: SCALE_IN_COOLDOWN.toSeconds(),
      customizedMetricSpecification: {
        metrics: [
          ...metrics.map((metric, index) => ({ id: `m${index}`, returnData: false, metricStat: toMetricStat(metric) })),
          { id: 'signal', returnData: true, expression: combine(names) },
        ],
      },
    },
  });
}

function toMetricStat(metric: IMetric): CfnScalingPolicy.TargetTrackingMetricStatProperty {
  const { metricStat } = metric.toMetricConfig();
  if (!metricStat) throw new Error('A service cannot be scaled by metric math of metric math: CDK gave an expression, not a metric.');
  const { namespace, metricName, dimensions = [], statistic } = metricStat;
  return {
    stat: statistic,
    metric: { namespace, metricName, dimensions: dimensions.map(({ name, value }) => ({ name, value: String(value) })) },
  };
}

function findScalableTarget(tasks: ScalableTaskCount): ScalableTarget {
  const target = tasks.node.findChild('Target');
  if (!(target instanceof ScalableTarget)) throw new Error(`${tasks.node.path} cannot be scaled: CDK calls its target something else now.`);
  return target;
}
