import type { DedicatedConnection } from '../database/dedicated-connection.ts';
import type { Failpoints, RelayStep } from '../lifecycle/failpoints.ts';
import type { Logger } from '../logging/create-logger.ts';
import { startSpan } from '../telemetry/spans.ts';
import type { ClaimCheck } from './claim-check.ts';
import type { SendBatch } from './destinations.ts';
import { type OutboxHead, type StoredOutboxRow, selectOutboxBodies } from './outbox-rows.ts';
import { createPauses } from './pauses.ts';
import { type PublishQueue, createPublishQueue } from './publish-queue.ts';

export interface PublisherOptions {
  readonly connection: DedicatedConnection;
  readonly destinations: ReadonlyMap<string, SendBatch>;
  readonly claims: ClaimCheck;
  readonly logger: Logger;
  /** Ids of rows that were published; an id lives here until its row is deleted, also beyond the connection. */
  readonly published: Set<number>;
  /** Called when a call is over. */
  readonly onProgress: () => void;
  readonly failpoints: Failpoints<RelayStep>;
}

/** Calls to one destination at once. */
const MAX_CALLS = 8;
/** Beyond this many aggregates that are refused, it is the destination that refuses. */
const MAX_REFUSED_AGGREGATES = 100;

/**
 * Publishes rows that were read, in order within an aggregate. What fails is given up: it stays in the table, is read again after a pause, and so is
 * everything that must come after it.
 */
export class OutboxPublisher {
  readonly #options: PublisherOptions;
  readonly #queues = new Map<string, PublishQueue>();
  readonly #calls = new Map<string, number>();
  readonly #underWay = new Set<Promise<void>>();
  readonly #taken = new Set<number>();
  readonly #pausedDestinations = createPauses();
  readonly #refusedAggregates = createPauses();
  #isClosed = false;
  #givenUp = 0;

  constructor(options: PublisherOptions) {
    this.#options = options;
  }

  /** Ids of rows that wait or are in a call. */
  get taken(): ReadonlySet<number> {
    return this.#taken;
  }
  /** How often rows were given up. When it changes during a read, what was read may be later than what was left out and has failed. */
  get givenUp(): number {
    return this.#givenUp;
  }
  get isSending(): boolean {
    return this.#underWay.size > 0;
  }
  /** Every destination there is. */
  get destinations(): readonly string[] {
    return [...new Set([...this.#options.destinations.keys(), ...this.#queues.keys()])];
  }
  /** Destinations that fail, or for which more rows wait than `enough`. */
  listSaturated(enough: number): readonly string[] {
    const paused = this.#pausedDestinations.current();
    return this.destinations.filter((name) => paused.includes(name) || (this.#queues.get(name)?.size ?? 0) > enough);
  }
  /** Aggregates of which a message was refused a moment ago. */
  listRefusedAggregates(): readonly string[] {
    return this.#refusedAggregates.current();
  }

  add(rows: readonly OutboxHead[]): void {
    for (const row of rows) {
      this.#taken.add(row.id);
      this.#queueOf(row.destination).add(row);
    }
    for (const [destination, queue] of this.#queues) this.#startCalls(destination, queue);
  }

  /** Waits for the calls under way and starts no other. Never throws. */
  async close(): Promise<void> {
    this.#isClosed = true;
    await Promise.all(this.#underWay);
  }

  #queueOf(destination: string): PublishQueue {
    const queue = this.#queues.get(destination) ?? createPublishQueue();
    this.#queues.set(destination, queue);
    return queue;
  }

  #startCalls(destination: string, queue: PublishQueue): void {
    while (!this.#isClosed && (this.#calls.get(destination) ?? 0) < MAX_CALLS) {
      const batch = queue.take();
      if (batch.length === 0) return;
      this.#calls.set(destination, (this.#calls.get(destination) ?? 0) + 1);
      const call = this.#publish(destination, batch).finally(() => {
        queue.release(batch);
        this.#calls.set(destination, (this.#calls.get(destination) ?? 1) - 1);
        this.#underWay.delete(call);
        this.#startCalls(destination, queue);
        this.#options.onProgress();
      });
      this.#underWay.add(call);
    }
  }

  async #publish(destination: string, batch: readonly OutboxHead[]): Promise<void> {
    const prepared = await prepareBatch(batch, this.#options).catch((error: unknown) => ({ rows: [], refused: batch, error }));
    if (prepared.refused.length > 0) this.#refuse(destination, prepared.refused, prepared.error);
    const rest = batch.filter((row) => !prepared.refused.includes(row));
    try {
      const refusedIds = await this.#send(destination, prepared.rows);
      this.#pausedDestinations.clear(destination);
      for (const row of rest) if (!refusedIds.has(row.id)) this.#markPublished(row);
      const refused = rest.filter(({ id }) => refusedIds.has(id));
      if (refused.length > 0) this.#refuse(destination, refused, undefined);
    } catch (error) {
      this.#giveUp(rest);
      this.#pause(destination, error);
    }
  }

  async #send(destination: string, rows: readonly StoredOutboxRow[]): Promise<ReadonlySet<number>> {
    const send = this.#options.destinations.get(destination);
    if (send === undefined) throw new Error(`Destination ${destination} cannot be reached: the relay was created without its address.`);
    if (rows.length === 0) return new Set();
    await this.#options.failpoints.beforePublish?.();
    const refusedIds = await send(rows);
    await this.#options.failpoints.afterPublish?.();
    return refusedIds;
  }

  #markPublished(row: OutboxHead): void {
    this.#options.published.add(row.id);
    this.#taken.delete(row.id);
    this.#refusedAggregates.clear(row.aggregateId);
    if (row.traceparent === null) return;
    const attributes = {
      'messaging.operation.type': 'send',
      'messaging.destination.name': row.destination,
      'messaging.message.type': row.type,
    };
    // From the commit to the publication: the span's length is the outbox's lag.
    startSpan(`publish ${row.type}`, { kind: 'producer', attributes, parent: row.traceparent, startTime: row.createdAt }).end();
  }

  #giveUp(rows: readonly OutboxHead[]): void {
    this.#givenUp += 1;
    for (const { id } of rows) this.#taken.delete(id);
  }

  #pause(destination: string, error: unknown): void {
    this.#giveUp(this.#queueOf(destination).drop());
    const failures = this.#pausedDestinations.pause(destination);
    this.#options.logger.warn({ err: error, destination, failures }, 'destination cannot be reached');
  }

  #refuse(destination: string, rows: readonly OutboxHead[], error: unknown): undefined {
    const aggregates = new Set(rows.map(({ aggregateId }) => aggregateId));
    this.#giveUp([...rows, ...this.#queueOf(destination).drop(aggregates)]);
    for (const aggregateId of aggregates) this.#refusedAggregates.pause(aggregateId);
    this.#options.logger.warn({ err: error, destination, aggregates: aggregates.size }, 'messages were refused');
    if (this.#refusedAggregates.current().length > MAX_REFUSED_AGGREGATES) this.#pause(destination, error);
  }
}

interface PreparedBatch {
  readonly rows: readonly StoredOutboxRow[];
  /** Those whose data could not be put into S3, and what comes after them of the same aggregates. */
  readonly refused: readonly OutboxHead[];
  readonly error: unknown;
}

/** Rows with their bodies as a queue takes them; rows that are gone are left out. */
async function prepareBatch(batch: readonly OutboxHead[], { connection, claims }: PublisherOptions): Promise<PreparedBatch> {
  const large = batch.filter(({ body }) => body === null).map(({ id }) => id);
  const bodies = await selectOutboxBodies(connection, large);
  const deposits = await Promise.allSettled(
    batch.map(async (row) => {
      const body = row.body ?? bodies.get(row.id);
      return body === undefined ? undefined : { ...row, body: await claims.deposit(body) };
    }),
  );
  const failures = deposits.filter((deposit) => deposit.status === 'rejected');
  const aggregates = new Set(batch.filter((_row, index) => deposits[index]?.status === 'rejected').map(({ aggregateId }) => aggregateId));
  const rows = deposits.flatMap((deposit) => (deposit.status === 'fulfilled' && deposit.value !== undefined ? [deposit.value] : []));
  return {
    rows: rows.filter(({ aggregateId }) => !aggregates.has(aggregateId)),
    refused: batch.filter(({ aggregateId }) => aggregates.has(aggregateId)),
    error: failures[0]?.reason,
  };
}
