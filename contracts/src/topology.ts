import type { z } from 'zod';
import { catalogApplyImportBatchV1 } from './commands/catalog-apply-import-batch-v1.ts';
import { identityRegisterUserV1 } from './commands/identity-register-user-v1.ts';
import { identityRemoveAccountV1 } from './commands/identity-remove-account-v1.ts';
import { jobsEmptyProjectionV1 } from './commands/jobs-empty-projection-v1.ts';
import { jobsFinishImportV1 } from './commands/jobs-finish-import-v1.ts';
import { jobsProjectionRebuiltV1 } from './commands/jobs-projection-rebuilt-v1.ts';
import { jobsRequestExportV1 } from './commands/jobs-request-export-v1.ts';
import { jobsRunExportSliceV1 } from './commands/jobs-run-export-slice-v1.ts';
import { jobsRunImportSliceV1 } from './commands/jobs-run-import-slice-v1.ts';
import { catalogImportBatchAppliedV1 } from './events/catalog-import-batch-applied-v1.ts';
import { catalogItemChangedV1 } from './events/catalog-item-changed-v1.ts';
import { catalogItemChangedV2, toItemChangedV2 } from './events/catalog-item-changed-v2.ts';
import { catalogItemCreatedV1 } from './events/catalog-item-created-v1.ts';
import { catalogItemCreatedV2, toItemCreatedV2 } from './events/catalog-item-created-v2.ts';
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
import type { Envelope } from './envelope.ts';

/** Services that own data and publish events. The frontend does neither. */
export const PUBLISHERS = ['identity', 'catalog', 'jobs'] as const;
export type Publisher = (typeof PUBLISHERS)[number];

/**
 * What takes messages: each service, the Lambda worker that runs the work of jobs, and the copy of the catalog that jobs keeps for exports. The
 * copy is a consumer of its own, so that thousands of items never stand before the answers an import waits for.
 */
export const CONSUMERS = ['identity', 'catalog', 'jobs', 'jobs-projection', 'jobs-worker'] as const;
export type Consumer = (typeof CONSUMERS)[number];

/** A row of the table of events. */
export interface EventContract {
  readonly schema: z.ZodType;
  /** The only service that may publish it. */
  readonly publisher: Publisher;
  readonly subscribers: readonly Consumer[];
  /** Also put on the EventBridge bus, for the world outside. */
  readonly onBus?: true;
  /** A version nobody publishes any more. It is still received, from queues and from the archive, and becomes its successor before it is handled. */
  readonly upcast?: Upcast;
}

interface Upcast {
  readonly to: string;
  /** The successor's data. @param time when the message was written */
  readonly data: (data: never, time: string) => unknown;
}

/** A row of the table of commands. */
export interface CommandContract {
  readonly schema: z.ZodType;
  /** The only process that carries it out. */
  readonly owner: Consumer;
  /** The services that may send it. */
  readonly senders: readonly Publisher[];
  /** EventBridge sends it too. */
  readonly schedule?: Schedule;
}

interface Schedule {
  /** In UTC (https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-cron-expressions.html). */
  readonly cron: string;
  readonly data: unknown;
}

/** Facts: one SNS topic per publisher, one SQS queue per subscriber, filtered by type. */
export const events = {
  'identity.user.registered.v1': { schema: identityUserRegisteredV1, publisher: 'identity', subscribers: [] },
  'identity.user.profile-changed.v1': { schema: identityUserProfileChangedV1, publisher: 'identity', subscribers: [] },
  'identity.user.deleted.v1': { schema: identityUserDeletedV1, publisher: 'identity', subscribers: ['catalog', 'jobs'] },
  'catalog.item.created.v1': {
    schema: catalogItemCreatedV1,
    publisher: 'catalog',
    subscribers: [],
    upcast: { to: 'catalog.item.created.v2', data: toItemCreatedV2 },
  },
  'catalog.item.created.v2': { schema: catalogItemCreatedV2, publisher: 'catalog', subscribers: ['jobs-projection'] },
  'catalog.item.changed.v1': {
    schema: catalogItemChangedV1,
    publisher: 'catalog',
    subscribers: [],
    upcast: { to: 'catalog.item.changed.v2', data: toItemChangedV2 },
  },
  'catalog.item.changed.v2': { schema: catalogItemChangedV2, publisher: 'catalog', subscribers: ['catalog', 'jobs-projection'] },
  'catalog.item.price-changed.v1': { schema: catalogItemPriceChangedV1, publisher: 'catalog', subscribers: [] },
  'catalog.item.deleted.v1': { schema: catalogItemDeletedV1, publisher: 'catalog', subscribers: ['catalog', 'jobs-projection'] },
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
  'jobs.run-export-slice.v1': { schema: jobsRunExportSliceV1, owner: 'jobs-worker', senders: ['jobs'] },
  'jobs.request-export.v1': {
    schema: jobsRequestExportV1,
    owner: 'jobs',
    senders: [],
    schedule: { cron: 'cron(0 3 * * ? *)', data: { format: 'ndjson' } },
  },
  // Sent by an operator, before history is replayed to a copy that begins from nothing (`npm run replay`).
  'jobs.empty-projection.v1': { schema: jobsEmptyProjectionV1, owner: 'jobs-projection', senders: [] },
  // Sent by the same operator, once the replayed history has been handled.
  'jobs.projection-rebuilt.v1': { schema: jobsProjectionRebuiltV1, owner: 'jobs-projection', senders: [] },
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

/**
 * Versions of `Table` whose upcast leads nowhere, or to data that is not their successor's. There are none: `never`.
 * @example type Faults = UpcastFault<typeof events>
 */
export type UpcastFault<Table extends Readonly<Record<string, { readonly schema: z.ZodType }>>> = {
  [T in keyof Table]: Table[T] extends { readonly upcast: { readonly to: infer To; readonly data: infer Data } }
    ? To extends keyof Table
      ? Data extends (data: z.infer<Table[T]['schema']>, time: string) => z.input<Table[To]['schema']>
        ? never
        : T
      : T
    : never;
}[keyof Table];

type SubscribedBy<C extends Consumer> = {
  [T in EventType]: C extends Events[T]['subscribers'][number] ? T : never;
}[EventType];
type CommandedTo<C extends Consumer> = { [T in CommandType]: C extends Commands[T]['owner'] ? T : never }[CommandType];

/** Every message type that consumer `C` must handle; versions that are upcast reach it as their successors. */
export type HandledBy<C extends Consumer> = SubscribedBy<C> | CommandedTo<C>;
export type PublishedBy<P extends Publisher> = {
  [T in EventType]: Events[T] extends { readonly upcast: Upcast } ? never : P extends Events[T]['publisher'] ? T : never;
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
  readonly settings: QueueSettings;
}

/** How a queue is taken from; the template and the consumer both obey it. */
export interface QueueSettings {
  /** Batches handled at once, per process. */
  readonly concurrency: number;
  /** Messages a batch, 1 to 10. */
  readonly batchSize: number;
  /** Seconds until a message that was received and neither acknowledged nor prolonged is delivered again. */
  readonly visibilityTimeoutSeconds: number;
  /** True where handlers order by aggregate version and nothing else: such a queue may be given history again (`npm run replay`). */
  readonly rebuildable: boolean;
  /**
   * True where batches that come while a transaction is under way are handled together in the next one: under load that is a fraction of the
   * work. Handlers must be quick there, and of many messages make few statements.
   */
  readonly sharesTransactions: boolean;
}

/** Services handle a message in milliseconds and prolong its invisibility when they need longer. */
const DEFAULT_SETTINGS: QueueSettings = {
  concurrency: 4,
  batchSize: 10,
  visibilityTimeoutSeconds: 60,
  rebuildable: false,
  sharesTransactions: false,
};

const SETTINGS: Readonly<Partial<Record<QueueName, Partial<QueueSettings>>>> = {
  // Beyond two, import batches wait for each other in the full-text index. Each is a transaction: several in one would be seen, and told of, together
  // and late, and fail together.
  'catalog-commands': { concurrency: 2, batchSize: 1 },
  // The answers of one import wait for each other at its row.
  'jobs-events': { concurrency: 2 },
  // An import brings thousands of events, and its copies are one statement whatever their number.
  'jobs-projection-events': { rebuildable: true, sharesTransactions: true },
  // A message a night, and now and then one from an operator.
  'jobs-commands': { concurrency: 1 },
  'jobs-projection-commands': { concurrency: 1 },
  // Six times the worker's timeout, as Lambda asks of the queues it polls. A slice takes up to 20 of the function's 30 seconds, so a batch is one;
  // concurrency is that of the event source, over all of the function's instances.
  'jobs-worker-commands': { concurrency: 5, batchSize: 1, visibilityTimeoutSeconds: 180 },
};

export type QueueName = `${Consumer}-${'events' | 'commands'}`;

/**
 * The row of an event, or undefined for a type that is none. Whoever asks a row for what not every row has, such as `upcast`, reads it as this:
 * the table's own type knows only what some row has today, and a domain that is taken away may have the last.
 */
export function findEvent(type: string): EventContract | undefined {
  return Object.hasOwn(events, type) ? events[type as EventType] : undefined;
}

/** The row of a command, or undefined for a type that is none. */
export function findCommand(type: string): CommandContract | undefined {
  return Object.hasOwn(commands, type) ? commands[type as CommandType] : undefined;
}

/** The schema of a message type, or undefined for a type nobody declared. */
export function findSchema(type: string): z.ZodType | undefined {
  return (findEvent(type) ?? findCommand(type))?.schema;
}

/** Every queue the two tables above call for, in the order of `CONSUMERS`, events first. */
export function listQueues(): readonly QueueTopology[] {
  return CONSUMERS.flatMap((consumer) => [eventsQueue(consumer), commandsQueue(consumer)]).filter((queue) => queue.types.length > 0);
}

function eventsQueue(consumer: Consumer): QueueTopology {
  const entries = (Object.entries(events) as [EventType, EventContract][]).filter(([, contract]) =>
    findCurrent(contract).subscribers.includes(consumer),
  );
  const publishers = PUBLISHERS.filter((publisher) => entries.some(([, contract]) => contract.publisher === publisher));
  const name: QueueName = `${consumer}-events`;
  return { name, consumer, kind: 'events', types: entries.map(([type]) => type), publishers, senders: [], settings: settingsOf(name) };
}

function commandsQueue(consumer: Consumer): QueueTopology {
  const entries = (Object.entries(commands) as [CommandType, CommandContract][]).filter(([, contract]) => contract.owner === consumer);
  const senders = PUBLISHERS.filter((publisher) => entries.some(([, contract]) => contract.senders.includes(publisher)));
  const name: QueueName = `${consumer}-commands`;
  return { name, consumer, kind: 'commands', types: entries.map(([type]) => type), publishers: [], senders, settings: settingsOf(name) };
}

function settingsOf(name: QueueName): QueueSettings {
  return { ...DEFAULT_SETTINGS, ...SETTINGS[name] };
}

/** The version that is handled: the end of the chain of upcasts. */
function findCurrent(contract: EventContract): EventContract {
  const successor = contract.upcast === undefined ? undefined : findEvent(contract.upcast.to);
  return successor === undefined ? contract : findCurrent(successor);
}

/** A message as its handler takes it: data of a version that nobody publishes any more becomes its successor's. Other messages stay as they are. */
export function upcast(message: Envelope): Envelope {
  const contract = findEvent(message.type);
  if (contract?.upcast === undefined) return message;
  const { to, data } = contract.upcast;
  return upcast({ ...message, type: to, data: data(message.data as never, message.time) });
}

/** Name of the environment variable that holds a queue's URL: `catalog-commands` → `CATALOG_COMMANDS_QUEUE_URL`. */
export function queueUrlVariable(queue: QueueName): string {
  return `${queue.toUpperCase().replaceAll('-', '_')}_QUEUE_URL`;
}
