// What services tell those who operate them, in numbers. Services write them as log lines, CloudWatch makes metrics of the lines
// (embedded metric format), and templates draw and watch them: names that both sides must spell alike are here.
import { type DataOf, type EventType, events, type Publisher } from './topology.ts';

/** Of every metric below, in CloudWatch. Each has the one dimension `Service`: the publisher. */
export const METRIC_NAMESPACE = 'Torii';

/** How far a publisher's relay is behind, written once a minute by the one that leads. Each is the state of that moment. */
export const OUTBOX_METRICS = { OutboxLagSeconds: 'Seconds', OutboxRows: 'Count' } as const;
export type OutboxMetric = keyof typeof OUTBOX_METRICS;

interface BusinessMetric<T extends EventType = EventType> {
  /** The fact that is counted. */
  readonly event: T;
  readonly publisher: Publisher;
  /** How much one such event adds: numbers only, nothing of a person. */
  readonly count: (data: DataOf<T>) => number;
}

/**
 * What the business counts, each from the event that tells of it. The publisher writes it when the event's transaction has committed, so what is
 * tried again or delivered twice is counted once.
 */
export const businessMetrics = {
  SignUps: countOf('identity.user.registered.v1'),
  AccountsDeleted: countOf('identity.user.deleted.v1'),
  ItemsCreated: countOf('catalog.item.created.v2'),
  ItemsChanged: countOf('catalog.item.changed.v2'),
  ItemsDeleted: countOf('catalog.item.deleted.v1'),
  ImportsCompleted: countOf('jobs.job.completed.v1', ({ jobType }) => Number(jobType === 'catalog-import')),
  ExportsCompleted: countOf('jobs.job.completed.v1', ({ jobType }) => Number(jobType === 'catalog-export')),
  // Rows of imports that completed: each once, however often its batch was sent.
  RowsCreated: countOf('jobs.job.completed.v1', ({ result }) => result['created'] ?? 0),
  RowsUpdated: countOf('jobs.job.completed.v1', ({ result }) => result['updated'] ?? 0),
  RowsRejected: countOf('jobs.job.completed.v1', ({ result }) => result['rejected'] ?? 0),
  /** For any reason; most are files that cannot be imported. */
  JobsFailed: countOf('jobs.job.failed.v1'),
  /** For a reason of ours. */
  JobsInterrupted: countOf('jobs.job.failed.v1', ({ error }) => Number(error.code.endsWith('_INTERRUPTED'))),
} as const;
export type BusinessMetricName = keyof typeof businessMetrics;

/** What an event adds to the business's metrics; those to which it adds nothing are left out. */
export function countBusiness(type: string, data: unknown): Readonly<Record<string, number>> {
  const counts = Object.entries(businessMetrics)
    .filter(([, metric]) => metric.event === type)
    .map(([name, metric]): [string, number] => [name, metric.count(data as never)]);
  return Object.fromEntries(counts.filter(([, count]) => count !== 0));
}

function countOf<T extends EventType>(event: T, count: (data: DataOf<T>) => number = () => 1): BusinessMetric<T> {
  return { event, publisher: events[event].publisher, count };
}
