import {
  type CommandType,
  type DataOf,
  type EventType,
  type Publisher,
  type PublishedBy,
  type SentBy,
  commands,
  events,
  findCommand,
  findEvent,
} from '@torii/contracts';
import type { Transaction } from 'sequelize';
import type { Database } from '../database/connect-database.ts';
import type { Logger } from '../logging/create-logger.ts';
import { currentCausationId, currentCorrelationId } from '../telemetry/correlation.ts';
import { currentTraceparent } from '../telemetry/spans.ts';
import { type Clock, systemClock } from '../time/clock.ts';
import { type CreateId, createUuid } from '../time/ids.ts';
import { toBusinessMetrics } from './business-metrics.ts';
import { toMessageBody } from './message-body.ts';
import { type OutboxRow, insertOutboxRows } from './outbox-rows.ts';

/** A fact to announce. Touch the aggregate's row first: the version orders events, and its lock orders their rows. */
export type EventMessage<T extends EventType> = T extends EventType
  ? { readonly type: T; readonly aggregateId: string; readonly aggregateVersion: number; readonly data: DataOf<T>; readonly id?: string }
  : never;

/** A request to the owner of the command. */
export type CommandMessage<T extends CommandType> = T extends CommandType
  ? {
      readonly type: T;
      /** Commands of one aggregate keep their order as far as the queue does. */
      readonly aggregateId: string;
      readonly data: DataOf<T>;
      /** A deterministic id makes sending again harmless: the inbox knows it. @default a new UUID */
      readonly id?: string;
    }
  : never;

/**
 * Messages commit with the change they tell of, and are published afterwards, at least once. Publishing what another
 * service owns does not compile, and throws.
 */
export interface Outbox<P extends Publisher> {
  publish(tx: Transaction, messages: EventMessage<PublishedBy<P>> | readonly EventMessage<PublishedBy<P>>[]): Promise<void>;
  send(tx: Transaction, messages: CommandMessage<SentBy<P>> | readonly CommandMessage<SentBy<P>>[]): Promise<void>;
  /** Events for a transaction that many requests share (`createGroupCommit`), with the trace and the correlation of the request that is under way here. */
  prepare(messages: EventMessage<PublishedBy<P>> | readonly EventMessage<PublishedBy<P>>[]): PreparedMessages;
  /** Publishes what was prepared. */
  append(tx: Transaction, prepared: readonly PreparedMessages[]): Promise<void>;
  readonly publisher: P;
  /** Calls `listener` after each commit that wrote messages; the relay wakes by it. @returns a function that stops it */
  onCommitted(listener: () => void): () => void;
}

/** Rows of the outbox that are not written yet. */
export interface PreparedMessages {
  readonly rows: readonly OutboxRow[];
  /** Characters of all bodies. */
  readonly size: number;
  /** For what the business counts. */
  readonly drafts: readonly Pick<Draft, 'type' | 'data'>[];
}

export interface OutboxOptions<P extends Publisher> {
  readonly publisher: P;
  readonly database: Database;
  /** Gets a line for each commit that the business counts (`businessMetrics` of contracts). */
  readonly logger: Logger;
  readonly clock?: Clock;
  readonly createId?: CreateId;
}

/** What does not fit a queue travels by claim check; this is what one row of the database and the memory of a consumer are asked for. */
const MAX_BODY_BYTES = 8 * 1024 * 1024;

interface Draft {
  readonly type: string;
  readonly aggregateId: string;
  readonly aggregateVersion?: number;
  readonly data: unknown;
  readonly id?: string;
}

export function createOutbox<P extends Publisher>(options: OutboxOptions<P>): Outbox<P> {
  const listeners = new Set<() => void>();
  const clock = options.clock ?? systemClock;
  const createId = options.createId ?? createUuid;

  const prepare = (drafts: readonly Draft[], destinationsOf: (type: string) => readonly string[]): PreparedMessages => {
    const time = clock.now().toISOString();
    const rows = drafts.flatMap((draft) => {
      const destinations = destinationsOf(draft.type);
      const row = toRow(draft, { publisher: options.publisher, time, id: draft.id ?? createId() });
      return destinations.map((destination) => ({ ...row, destination }));
    });
    return { rows, size: rows.reduce((size, { body }) => size + body.length, 0), drafts };
  };
  const append = async (tx: Transaction, prepared: readonly PreparedMessages[]): Promise<void> => {
    const rows = prepared.flatMap((each) => each.rows);
    if (rows.length === 0) return;
    await insertOutboxRows(options.database.sequelize, tx, rows);
    tx.afterCommit(() => {
      for (const listener of listeners) listener();
      const drafts = prepared.flatMap((each) => each.drafts);
      // Here, because a transaction that is rolled back or run again has not happened.
      const metrics = toBusinessMetrics(options.publisher, drafts, clock.now().getTime());
      if (metrics !== undefined) options.logger.info(metrics, 'business counted');
    });
  };
  const prepareEvents = (events: readonly Draft[]) => prepare(events, (type) => eventDestinations(options.publisher, type));
  const prepareCommands = (commands: readonly Draft[]) => prepare(commands, (type) => [commandDestination(options.publisher, type)]);
  return {
    publisher: options.publisher,
    publish: async (tx, messages) => append(tx, [prepareEvents(asList(messages))]),
    send: async (tx, messages) => append(tx, [prepareCommands(asList(messages))]),
    prepare: (messages) => prepareEvents(asList(messages)),
    append,
    onCommitted: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}

/** The publisher's one topic, and the bus for what the world outside may know: a row each, so that each is retried alone. */
function eventDestinations(publisher: Publisher, type: string): readonly string[] {
  const contract = findEvent(type);
  if (contract?.publisher !== publisher) throw new Error(`Event ${type} cannot be published by ${publisher}: it does not own it.`);
  if (contract.upcast !== undefined)
    throw new Error(`Event ${type} cannot be published by ${publisher}: ${contract.upcast.to} has replaced it.`);
  return contract.onBus === true ? ['topic', 'bus'] : ['topic'];
}

/** Name of the owner's queue. */
function commandDestination(publisher: Publisher, type: string): string {
  const contract = findCommand(type);
  if (contract === undefined || !contract.senders.includes(publisher))
    throw new Error(`Command ${type} cannot be sent by ${publisher}: it is no sender of it.`);
  return `${contract.owner}-commands`;
}

function toRow(
  draft: Draft,
  scope: { readonly publisher: Publisher; readonly time: string; readonly id: string },
): Omit<OutboxRow, 'destination'> {
  const schema = draft.type in events ? events[draft.type as EventType].schema : commands[draft.type as CommandType].schema;
  const traceparent = currentTraceparent();
  const body = toMessageBody({
    specversion: '1.0',
    id: scope.id,
    source: `/torii/${scope.publisher}`,
    type: draft.type,
    subject: draft.aggregateId,
    time: scope.time,
    datacontenttype: 'application/json',
    // Parsing here: what does not fit its contract must fail its publisher, not every consumer.
    data: schema.parse(draft.data),
    aggregateversion: draft.aggregateVersion,
    traceparent,
    correlationid: currentCorrelationId(),
    causationid: currentCausationId(),
  });
  const bytes = Buffer.byteLength(body);
  if (bytes > MAX_BODY_BYTES)
    throw new Error(
      `Message ${draft.type} of ${draft.aggregateId} cannot be sent: ${bytes} bytes are more than the ${MAX_BODY_BYTES} a message may have.`,
    );
  return { messageId: scope.id, type: draft.type, aggregateId: draft.aggregateId, body, traceparent };
}

function asList<T>(messages: T | readonly T[]): readonly T[] {
  return Array.isArray(messages) ? messages : [messages as T];
}
