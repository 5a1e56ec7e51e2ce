import { Stack } from 'aws-cdk-lib';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import type { Construct, IConstruct } from 'constructs';
import { AlarmChat } from '../constructs/observability/alarm-chat.ts';
import type { ConsumerQueues } from '../constructs/messaging/consumer-queue.ts';
import { BusinessDashboard } from '../constructs/observability/dashboards/business-dashboard.ts';
import { PlatformDashboard, type Entrances } from '../constructs/observability/dashboards/platform-dashboard.ts';
import { ServiceDashboard } from '../constructs/observability/dashboards/service-dashboard.ts';
import type { Deployable } from '../constructs/service/deployable.ts';
import { MonthlyBudget } from '../constructs/observability/monthly-budget.ts';
import { findAlarms, type RunbookAlarm } from '../constructs/observability/runbook-alarm.ts';
import type { SignInPool } from '../constructs/entrance/sign-in-pool.ts';
import { TraceViews } from '../constructs/observability/trace-views.ts';
import { getTools } from '../tools.ts';
import type { StageStackProps } from './stack-props.ts';

export interface ObservabilityStackProps extends StageStackProps {
  /** Whatever has alarms: made before this stack. */
  readonly watched: IConstruct;
  readonly services: readonly Deployable[];
  readonly queues: ConsumerQueues;
  readonly entrances: Entrances;
  readonly signIn: SignInPool;
  /** Of this region. */
  readonly alarmTopic: ITopic;
  /** Of us-east-1. */
  readonly edgeAlarmTopicArn: string;
}

/** How people see a stage: dashboards made of its alarms, views of its traces, its budget, and the channel that hears of all. */
export class ObservabilityStack extends Stack {
  constructor(scope: Construct, id: string, props: ObservabilityStackProps) {
    super(scope, id, props);
    const { settings, alarmTopic, edgeAlarmTopicArn } = props;
    this.#drawDashboards(props);
    new TraceViews(this, 'Traces', settings);
    new MonthlyBudget(this, 'Budget', { called: `torii-${settings.name}`, limitUsd: settings.monthlyBudgetUsd, topic: alarmTopic });
    if (settings.chat)
      new AlarmChat(this, 'Chat', {
        name: `torii-${settings.name}-alarms`,
        topicArns: [alarmTopic.topicArn, edgeAlarmTopicArn],
        ...settings.chat,
      });
  }

  #drawDashboards({ settings, watched, services, queues, entrances, signIn }: ObservabilityStackProps): void {
    const { owner, name, branch } = getTools().repository;
    const runbookUrl = `https://github.com/${owner}/${name}/blob/${branch}/docs/runbook.md`;
    const nameOf = (board: string): string => `torii-${settings.name}-${board}`;
    const drawn = new Set<RunbookAlarm>();
    for (const { name: service, service: resources } of services) {
      const alarms = [Stack.of(resources), ...queuesOf(service, queues)].flatMap(findAlarms);
      for (const alarm of alarms) drawn.add(alarm);
      const { targetGroups } = resources;
      new ServiceDashboard(this, service, { dashboardName: nameOf(service), service, targetGroups, alarms, runbookUrl });
    }
    const alarms = findAlarms(watched).filter((alarm) => !drawn.has(alarm));
    new PlatformDashboard(this, 'platform', { dashboardName: nameOf('platform'), entrances, alarms, runbookUrl });
    new BusinessDashboard(this, 'business', { dashboardName: nameOf('business'), signIn });
  }
}

/** Those of the service itself, and of what works for it: `jobs` has `jobs-worker` and `jobs-projection`. */
function queuesOf(service: string, queues: ConsumerQueues): readonly IConstruct[] {
  return [...queues.values()].filter(({ topology: { consumer } }) => consumer === service || consumer.startsWith(`${service}-`));
}
