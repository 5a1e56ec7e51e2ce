import type { z } from 'zod';
import { catalogApplyImportBatchV1 } from './commands/catalog-apply-import-batch-v1.ts';
import { identityRegisterUserV1 } from './commands/identity-register-user-v1.ts';
import { identityRemoveAccountV1 } from './commands/identity-remove-account-v1.ts';
import { jobsFinishImportV1 } from './commands/jobs-finish-import-v1.ts';
import { jobsRunImportSliceV1 } from './commands/jobs-run-import-slice-v1.ts';
import { catalogImportBatchAppliedV1 } from './events/catalog-import-batch-applied-v1.ts';
import { catalogItemChangedV1 } from './events/catalog-item-changed-v1.ts';
import { catalogItemCreatedV1 } from './events/catalog-item-created-v1.ts';
import { catalogItemDeletedV1 } from './events/catalog-item-deleted-v1.ts';
import { catalogItemPriceChangedV1 } from './events/catalog-item-price-changed-v1.ts';
import { identityUserDeletedV1 } from './events/identity-user-deleted-v1.ts';
import { identityUserProfileChangedV1 } from './events/identity-user-profile-changed-v1.ts';
import { identityUserRegisteredV1 } from './events/identity-user-registered-v1.ts';
import { jobsJobCancelledV1 } from './events/jobs-job-cancelled-v1.ts';
import { jobsJobCompletedV1 } from './events/jobs-job-completed-v1.ts';
import { jobsJobFailedV1 } from './events/jobs-job-failed-v1.ts';
import { jobsJobProgressedV1 } from './events/jobs-job-progressed-v1.ts';
import { jobsJobRequestedV1 } from './events/jobs-job-requested-v1.ts';

/** Services that own data and publish events. The frontend does neither. */
export const PUBLISHERS = ['identity', 'catalog', 'jobs'] as const;
export type Publisher = (typeof PUBLISHERS)[number];

/** Processes that take messages: each service, and the Lambda worker that runs the work of jobs. */
export const CONSUMERS = ['identity', 'catalog', 'jobs', 'jobs-worker'] as const;
export type Consumer = (typeof CONSUMERS)[number];

interface EventContract {
  readonly schema: z.ZodType;
  /** The only service that may publish it. */
  readonly publisher: Publisher;
  readonly subscribers: readonly Consumer[];
  /** Also put on the EventBridge bus, for the world outside. */
  readonly onBus?: true;
}

interface CommandContract {
  readonly schema: z.ZodType;
  /** The only process that carries it out. */
  readonly owner: Consumer;
  /** The services that may send it. */
  readonly senders: readonly Publisher[];
}

/** Facts: one SNS topic per publisher, one SQS queue per subscriber, filtered by type. */
export const events = {
  'identity.user.registered.v1': { schema: identityUserRegisteredV1, publisher: 'identity', subscribers: [] },
  'identity.user.profile-changed.v1': { schema: identityUserProfileChangedV1, publisher: 'identity', subscribers: [] },
  'identity.user.deleted.v1': { schema: identityUserDeletedV1, publisher: 'identity', subscribers: ['catalog', 'jobs'] },
  'catalog.item.created.v1': { schema: catalogItemCreatedV1, publisher: 'catalog', subscribers: [] },
  'catalog.item.changed.v1': { schema: catalogItemChangedV1, publisher: 'catalog', subscribers: ['catalog'] },
  'catalog.item.price-changed.v1': { schema: catalogItemPriceChangedV1, publisher: 'catalog', subscribers: [] },
  'catalog.item.deleted.v1': { schema: catalogItemDeletedV1, publisher: 'catalog', subscribers: ['catalog'] },
  'catalog.import-batch.applied.v1': { schema: catalogImportBatchAppliedV1, publisher: 'catalog', subscribers: ['jobs'] },
  'jobs.job.requested.v1': { schema: jobsJobRequestedV1, publisher: 'jobs', subscribers: [], onBus: true },
  'jobs.job.progressed.v1': { schema: jobsJobProgressedV1, publisher: 'jobs', subscribers: [] },
  'jobs.job.completed.v1': { schema: jobsJobCompletedV1, publisher: 'jobs', subscribers: [], onBus: true },
  'jobs.job.failed.v1': { schema: jobsJobFailedV1, publisher: 'jobs', subscribers: [], onBus: true },
  'jobs.job.cancelled.v1': { schema: jobsJobCancelledV1, publisher: 'jobs', subscribers: [], onBus: true },
} as const satisfies Readonly<Record<string, EventContract>>;

/** Requests to one owner: straight to its queue. */
export const commands = {
  'identity.register-user.v1': { schema: identityRegisterUserV1, owner: 'identity', senders: ['identity'] },
  'identity.remove-account.v1': { schema: identityRemoveAccountV1, owner: 'identity', senders: ['identity'] },
  'catalog.apply-import-batch.v1': { schema: catalogApplyImportBatchV1, owner: 'catalog', senders: ['jobs'] },
  'jobs.run-import-slice.v1': { schema: jobsRunImportSliceV1, owner: 'jobs-worker', senders: ['jobs'] },
  'jobs.finish-import.v1': { schema: jobsFinishImportV1, owner: 'jobs-worker', senders: ['jobs'] },
} as const satisfies Readonly<Record<string, CommandContract>>;

type Events = typeof events;
type Commands = typeof commands;
export type EventType = keyof Events;
export type CommandType = keyof Commands;
export type MessageType = EventType | CommandType;

/** Data of a message after parsing. */
export type DataOf<T extends MessageType> = T extends EventType
  ? z.infer<Events[T]['schema']>
  : T extends CommandType
    ? z.infer<Commands[T]['schema']>
    : never;

type SubscribedBy<C extends Consumer> = {
  [T in EventType]: C extends Events[T]['subscribers'][number] ? T : never;
}[EventType];
type CommandedTo<C extends Consumer> = { [T in CommandType]: C extends Commands[T]['owner'] ? T : never }[CommandType];

/** Every message type that consumer `C` must handle. */
export type HandledBy<C extends Consumer> = SubscribedBy<C> | CommandedTo<C>;
export type PublishedBy<P extends Publisher> = {
  [T in EventType]: P extends Events[T]['publisher'] ? T : never;
}[EventType];
export type SentBy<P extends Publisher> = {
  [T in CommandType]: P extends Commands[T]['senders'][number] ? T : never;
}[CommandType];

/** One queue: its events or its commands, for one consumer. */
export interface QueueTopology {
  /** `<consumer>-events` or `<consumer>-commands`; the dead-letter queue adds `-dlq`. */
  readonly name: QueueName;
  readonly consumer: Consumer;
  readonly kind: 'events' | 'commands';
  readonly types: readonly MessageType[];
  /** The publishers whose topics feed it; empty for commands. */
  readonly publishers: readonly Publisher[];
  /** The services that send to it; empty for events. */
  readonly senders: readonly Publisher[];
}
export type QueueName = `${Consumer}-${'events' | 'commands'}`;

/** The schema of a message type, or undefined for a type nobody declared. */
export function findSchema(type: string): z.ZodType | undefined {
  if (Object.hasOwn(events, type)) return events[type as EventType].schema;
  return Object.hasOwn(commands, type) ? commands[type as CommandType].schema : undefined;
}

/** Every queue the two tables above call for, in the order of `CONSUMERS`, events first. */
export function listQueues(): readonly QueueTopology[] {
  return CONSUMERS.flatMap((consumer) => [eventsQueue(consumer), commandsQueue(consumer)]).filter((queue) => queue.types.length > 0);
}

function eventsQueue(consumer: Consumer): QueueTopology {
  const entries = (Object.entries(events) as [EventType, EventContract][]).filter(([, contract]) =>
    contract.subscribers.includes(consumer),
  );
  const publishers = PUBLISHERS.filter((publisher) => entries.some(([, contract]) => contract.publisher === publisher));
  return { name: `${consumer}-events`, consumer, kind: 'events', types: entries.map(([type]) => type), publishers, senders: [] };
}

function commandsQueue(consumer: Consumer): QueueTopology {
  const entries = (Object.entries(commands) as [CommandType, CommandContract][]).filter(([, contract]) => contract.owner === consumer);
  const senders = PUBLISHERS.filter((publisher) => entries.some(([, contract]) => contract.senders.includes(publisher)));
  return { name: `${consumer}-commands`, consumer, kind: 'commands', types: entries.map(([type]) => type), publishers: [], senders };
}

/** Name of the environment variable that holds a queue's URL: `catalog-commands` → `CATALOG_COMMANDS_QUEUE_URL`. */
export function queueUrlVariable(queue: QueueName): string {
  return `${queue.toUpperCase().replaceAll('-', '_')}_QUEUE_URL`;
}
