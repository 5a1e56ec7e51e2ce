import type { BusinessMetricName } from '@torii/contracts';
import { Duration } from 'aws-cdk-lib';
import { Dashboard, GraphWidget, Metric, SingleValueWidget, TextWidget } from 'aws-cdk-lib/aws-cloudwatch';
import type { Construct } from 'constructs';
import { businessMetric } from '../business-metric.ts';
import type { SignInPool } from '../../entrance/sign-in-pool.ts';

export interface BusinessDashboardProps {
  /** People choose from a list of these. */
  readonly dashboardName: string;
  readonly signIn: SignInPool;
}

const LABELS: Readonly<Record<BusinessMetricName, string>> = {
  SignUps: 'Sign-ups',
  AccountsDeleted: 'Accounts deleted',
  ItemsCreated: 'Items created',
  ItemsChanged: 'Items changed',
  ItemsDeleted: 'Items deleted',
  ImportsCompleted: 'Imports completed',
  ExportsCompleted: 'Exports completed',
  RowsCreated: 'Rows that made an item',
  RowsUpdated: 'Rows that changed an item',
  RowsRejected: 'Rows rejected',
  JobsFailed: 'Jobs failed',
  JobsInterrupted: 'Jobs failed for a reason of ours',
};
const PEOPLE = ['SignUps', 'AccountsDeleted'] as const;
const ITEMS = ['ItemsCreated', 'ItemsChanged', 'ItemsDeleted'] as const;
const JOBS = ['ImportsCompleted', 'ExportsCompleted', 'JobsFailed', 'JobsInterrupted'] as const;
const ROWS = ['RowsCreated', 'RowsUpdated', 'RowsRejected'] as const;

/** What people do here. Counted from committed events, each once; of rows those of imports that completed. */
export class BusinessDashboard extends Dashboard {
  constructor(scope: Construct, id: string, { dashboardName, signIn }: BusinessDashboardProps) {
    const names: readonly BusinessMetricName[] = [...PEOPLE, ...ITEMS, ...JOBS, ...ROWS];
    super(scope, id, {
      dashboardName,
      defaultInterval: Duration.days(7),
      widgets: [
        [new TextWidget({ markdown: '## Business\n\nHow much there was in the time that is chosen above.', width: 24, height: 2 })],
        [
          // The laptop's console shows these figures too.
          new SingleValueWidget({
            title: 'Altogether',
            metrics: names.map((name) => businessMetric(name, Duration.days(1), LABELS[name])),
            setPeriodToTimeRange: true,
            width: 24,
            height: 6,
          }),
        ],
        [
          draw('People, an hour', [...toMetrics(PEOPLE), ...countSignIns(signIn)]),
          draw('Items, an hour', toMetrics(ITEMS)),
          draw('Imports and exports, an hour', toMetrics(JOBS)),
          draw('Rows of imports, an hour', toMetrics(ROWS)),
        ],
      ],
    });
  }
}

function toMetrics(names: readonly BusinessMetricName[]): readonly Metric[] {
  return names.map((name) => businessMetric(name, Duration.hours(1), LABELS[name]));
}

function draw(title: string, metrics: readonly Metric[]): GraphWidget {
  return new GraphWidget({ title, left: [...metrics], leftYAxis: { min: 0 }, stacked: false, width: 12 });
}

/** Cognito counts them, so nobody else has to: one for a success, nothing for an attempt that failed. */
function countSignIns({ pool, web, mobile }: SignInPool): readonly Metric[] {
  return [
    { client: web, label: 'Log-ins on the web' },
    { client: mobile, label: 'Log-ins on phones' },
  ].map(
    ({ client, label }) =>
      new Metric({
        namespace: 'AWS/Cognito',
        metricName: 'SignInSuccesses',
        dimensionsMap: { UserPool: pool.userPoolId, UserPoolClient: client.userPoolClientId },
        statistic: 'Sum',
        period: Duration.hours(1),
        label,
      }),
  );
}
