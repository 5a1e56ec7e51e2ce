import { Duration } from 'aws-cdk-lib';
import type { IMetric } from 'aws-cdk-lib/aws-cloudwatch';
import type { IDatabaseInstance } from 'aws-cdk-lib/aws-rds';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import type { Construct } from 'constructs';
import { countAccepted } from '../../database-connections.ts';
import { memoryGiBOf } from '../../instance-memory.ts';
import { RunbookAlarm, type RunbookAlarmProps } from '../observability/runbook-alarm.ts';

const PERIOD = Duration.minutes(1);
const GIB = 1024 ** 3;
/** Of those that the machine is sure to take. Services may come to more than this only while they are deployed under full load. */
const MANY_CONNECTIONS = 0.7;
/** Three quarters of the memory are the buffer pool's. Below this the rest is gone too, and the machine begins to swap. */
const LEAST_FREE_MEMORY = 0.05;
/** A fifth: at the usual growth there are days to react, and storage cannot be changed again for six hours after a change. */
const LEAST_FREE_STORAGE = 0.2;
/** Readers are told "a moment behind"; the cache holds things for as long. */
const MAX_REPLICA_LAG = Duration.seconds(30);

export interface DatabaseAlarmsProps {
  readonly instance: IDatabaseInstance;
  /** RDS class without its `db.`. */
  readonly instanceType: string;
  /** As the alarms call it. */
  readonly called: string;
  readonly topic: ITopic;
}

/** What RDS sees of one machine: whether it has what it needs. */
export function addDatabaseLoadAlarms(scope: Construct, { instance, instanceType, called, topic }: DatabaseAlarmsProps): void {
  const memory = memoryGiBOf(instanceType) * GIB;
  const add = (id: string, props: Omit<RunbookAlarmProps, 'article' | 'topic'>): RunbookAlarm =>
    new RunbookAlarm(scope, id, { ...props, article: 'database-is-overloaded', topic });
  add('Cpu', {
    metric: instance.metricCPUUtilization({ period: PERIOD, statistic: 'Average' }),
    // A backup or an import may take all of it for some minutes.
    threshold: 80,
    periods: 15,
    problem: `${called} has used more than 80 % of its CPU for a quarter of an hour`,
  });
  add('Connections', {
    metric: instance.metricDatabaseConnections({ period: PERIOD, statistic: 'Maximum' }),
    threshold: Math.floor(countAccepted(instanceType) * MANY_CONNECTIONS),
    periods: 5,
    problem: `${called} has nearly as many connections as it can have, and will soon refuse new ones`,
  });
  add('FreeMemory', {
    metric: instance.metricFreeableMemory({ period: PERIOD, statistic: 'Minimum' }),
    threshold: Math.floor(memory * LEAST_FREE_MEMORY),
    rings: 'below',
    periods: 10,
    problem: `${called} has less than ${LEAST_FREE_MEMORY * 100} % of its memory left`,
  });
}

/** Of a machine and of its copies, which have as much storage. */
export function addStorageAlarm(
  scope: Construct,
  { instance, called, topic }: Omit<DatabaseAlarmsProps, 'instanceType'>,
  allocatedGiB: number,
): void {
  new RunbookAlarm(scope, 'FreeStorage', {
    metric: instance.metricFreeStorageSpace({ period: Duration.minutes(5), statistic: 'Minimum' }),
    threshold: allocatedGiB * GIB * LEAST_FREE_STORAGE,
    rings: 'below',
    periods: 1,
    problem: `${called} has less than ${LEAST_FREE_STORAGE * 100} % of its storage left`,
    article: 'database-runs-out-of-space',
    topic,
  });
}

/** Two alarms, because RDS says -1 when replication has stopped, which is less than any lag. */
export function addReplicaAlarms(scope: Construct, replica: IDatabaseInstance, topic: ITopic): void {
  const lag: IMetric = replica.metric('ReplicaLag', { period: PERIOD, statistic: 'Maximum' });
  new RunbookAlarm(scope, 'ReplicaLag', {
    metric: lag,
    threshold: MAX_REPLICA_LAG.toSeconds(),
    periods: 5,
    problem: `The read replica has been more than ${MAX_REPLICA_LAG.toSeconds()} seconds behind for five minutes`,
    article: 'replica-is-behind',
    topic,
  });
  new RunbookAlarm(scope, 'ReplicaStopped', {
    metric: replica.metric('ReplicaLag', { period: PERIOD, statistic: 'Minimum' }),
    threshold: 0,
    rings: 'below',
    periods: 3,
    problem: 'The read replica has stopped: what it answers gets older and older',
    article: 'replica-is-behind',
    topic,
  });
}
