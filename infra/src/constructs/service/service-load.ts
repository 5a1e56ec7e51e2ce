import { Duration } from 'aws-cdk-lib';
import type { FargateService } from 'aws-cdk-lib/aws-ecs';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import type { Construct } from 'constructs';
import type { ServiceName } from '../../services.ts';
import { RunbookAlarm } from '../observability/runbook-alarm.ts';

export interface ServiceLoadProps {
  readonly name: ServiceName;
  readonly service: FargateService;
  readonly topic: ITopic;
}

/** What ECS sees of a service's tasks: whether they have what they need. */
export function addServiceLoadAlarms(scope: Construct, { name, service, topic }: ServiceLoadProps): void {
  const period = Duration.minutes(1);
  new RunbookAlarm(scope, 'Cpu', {
    metric: service.metricCpuUtilization({ period, statistic: 'Average' }),
    // Tasks are added at 60 %. Ten minutes beyond 85 % mean that there may be no more of them, or that they do not come.
    threshold: 85,
    periods: 10,
    problem: `Tasks of ${name} have used more than 85 % of their CPU for ten minutes, and no task was added that helped`,
    article: 'service-is-overloaded',
    topic,
  });
  new RunbookAlarm(scope, 'Memory', {
    metric: service.metricMemoryUtilization({ period, statistic: 'Maximum' }),
    // At 100 % the task is ended. Nothing is scaled by memory: more tasks do not help one that grows.
    threshold: 90,
    periods: 5,
    problem: `A task of ${name} uses more than 90 % of its memory`,
    article: 'service-is-overloaded',
    topic,
  });
}
