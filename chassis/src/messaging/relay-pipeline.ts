import { deleteOutboxRows, selectOutboxHeads } from './outbox-rows.ts';
import { OutboxPublisher, type PublisherOptions } from './outbox-publisher.ts';

// Reading, publishing and deleting go on side by side: calls to SNS take longest, and none of them waits for the database. One connection reads
// and deletes. What was read is left out of the next read until it is deleted, so every read can begin at the start.

export interface PipelineOptions extends PublisherOptions {
  /** Rows read at once. */
  readonly batchRows: number;
}

/** Each DELETE is a commit; a process that dies before it publishes these again. */
const DELETE_ROWS = 500;
/** At most as often as this: a new message would have to wait for the commit of each DELETE before it can be read. */
const DELETE_EVERY_MS = 200;
/** While a destination is down, its backlog stands before everything else in the table, and each read goes through all of it. */
const READ_AROUND_BACKLOG_MS = 1_000;

/** What one leader does on one connection. */
export class RelayPipeline {
  readonly #options: PipelineOptions;
  readonly #publisher: OutboxPublisher;
  #isReadDue = true;
  /** Destinations that the last read left out. */
  #leftOut: readonly string[] = [];
  #readAtMs = 0;
  #givenUpAtRead = 0;
  #deletedAtMs = 0;

  constructor(options: PipelineOptions) {
    this.#options = options;
    this.#publisher = new OutboxPublisher(options);
  }

  /** Rows may have come since the last read. */
  look(): void {
    this.#isReadDue = true;
  }

  /** False when only new rows can make work. */
  get isBusy(): boolean {
    return this.#isReadDue || this.#publisher.isSending || this.#options.published.size > 0;
  }

  /** How long to wait at most when there was nothing to do. @param pollMs when nothing is to be deleted either */
  waitMs(pollMs: number): number {
    return this.#options.published.size === 0
      ? pollMs
      : Math.max(1, Math.min(pollMs, this.#deletedAtMs + DELETE_EVERY_MS - performance.now()));
  }

  /** Does what can be done at once: reads, starts calls, deletes. @returns false when there was nothing to do: now something must change first */
  async step(): Promise<boolean> {
    const saturated = this.#publisher.listSaturated(this.#options.batchRows / 2);
    const read = this.#isReadPossible(saturated) ? await this.#read(saturated) : 0;
    const deletes = this.#isDeleteDue();
    if (deletes) await this.#delete();
    return read > 0 || deletes;
  }

  /** Waits for the calls under way and starts no other. Never throws. */
  async close(): Promise<void> {
    await this.#publisher.close();
  }

  #isReadPossible(saturated: readonly string[]): boolean {
    if (this.#leftOut.some((name) => !saturated.includes(name))) this.#isReadDue = true;
    // Nothing can be taken for any destination: one that drains, or has been paused long enough, makes a read due again.
    if (saturated.length > 0 && saturated.length === this.#publisher.destinations.length) {
      this.#leftOut = saturated;
      this.#isReadDue = false;
    }
    if (!this.#isReadDue || saturated.length === 0) return this.#isReadDue;
    // Around one that has just failed it is read at once: by the next time its pause may be over, and its backlog in the way again.
    return this.#publisher.givenUp !== this.#givenUpAtRead || performance.now() - this.#readAtMs >= READ_AROUND_BACKLOG_MS;
  }

  async #read(saturated: readonly string[]): Promise<number> {
    const { connection, batchRows, published } = this.#options;
    const { givenUp } = this.#publisher;
    this.#isReadDue = false;
    this.#leftOut = saturated;
    this.#readAtMs = performance.now();
    this.#givenUpAtRead = givenUp;
    const rows = await selectOutboxHeads(connection, batchRows, {
      ids: new Set([...this.#publisher.taken, ...published]),
      destinations: saturated,
      aggregateIds: this.#publisher.listRefusedAggregates(),
    });
    // Among these may be messages whose predecessors were left out, as they were in a call, and have failed meanwhile.
    const isStale = this.#publisher.givenUp !== givenUp;
    if (isStale || rows.length === batchRows) this.#isReadDue = true;
    if (isStale) return 0;
    this.#publisher.add(rows);
    return rows.length;
  }

  #isDeleteDue(): boolean {
    const { size } = this.#options.published;
    return size >= DELETE_ROWS || (size > 0 && performance.now() - this.#deletedAtMs >= DELETE_EVERY_MS);
  }

  async #delete(): Promise<void> {
    const { connection, published, failpoints } = this.#options;
    const ids = [...published];
    await failpoints.beforeDelete?.();
    await deleteOutboxRows(connection, ids);
    for (const id of ids) published.delete(id);
    this.#deletedAtMs = performance.now();
  }
}
