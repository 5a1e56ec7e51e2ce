import { RemovalPolicy, Stack } from 'aws-cdk-lib';
import { Key } from 'aws-cdk-lib/aws-kms';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import type { Construct } from 'constructs';
import { LakeBucket } from '../constructs/logs/lake-bucket.ts';
import { LogDelivery } from '../constructs/logs/log-delivery.ts';
import { LogDashboard } from '../constructs/logs/log-dashboard.ts';
import type { ProcessLogGroup } from '../constructs/logs/log-group.ts';
import { LogQueries } from '../constructs/logs/log-queries.ts';
import { LogTable } from '../constructs/logs/log-table.ts';
import type { StageStackProps } from './stack-props.ts';

export interface LogLakeStackProps extends StageStackProps {
  /** Of every service and function of the stage. */
  readonly logGroups: readonly ProcessLogGroup[];
  readonly alarmTopic: ITopic;
}

/** What processes have logged, for questions in SQL, long after CloudWatch has forgotten it. */
export class LogLakeStack extends Stack {
  constructor(scope: Construct, id: string, props: LogLakeStackProps) {
    super(scope, id, props);
    const { settings, logGroups, alarmTopic } = props;
    const { logRetentionDays, logLake } = settings;
    const encryptionKey = new Key(this, 'Key', {
      description: `Log lake of torii ${settings.name}`,
      enableKeyRotation: true,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    const bucket = new LakeBucket(this, 'Lake', { settings, encryptionKey });
    new LogDelivery(this, 'Delivery', { logGroups, bucket, encryptionKey, logRetentionDays, alarmTopic });
    const table = new LogTable(this, 'Lines', { databaseName: `torii_${settings.name}`, bucket, retentionDays: logLake.retentionDays });
    const name = `torii-${settings.name}`;
    const queries = new LogQueries(this, 'Queries', { name, bucket, encryptionKey, table });
    const { dashboardPrincipalArn: principalArn } = logLake;
    if (principalArn !== undefined) new LogDashboard(this, 'Drawn', { name, principalArn, bucket, encryptionKey, table, queries });
  }
}
