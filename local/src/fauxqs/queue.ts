// Repairs of the queue:
// - an aborted long poll took the next message with it: a caller that has gone gets nothing, and its wait ends at once;
// - one message woke every waiting poll, and all but one returned empty before their time: waits end one by one, each
//   taking what is there before the next is woken;
// - messages outlived MessageRetentionPeriod;
// - a message whose visibility timeout was over counted as in flight until somebody polled the queue.
import { findCaller } from './caller.ts';
import { type DeadLetterResolver, SqsQueue, type StoredMessage } from './internals.ts';

/** A poll of a closed queue: long enough that a consumer that has not heard of the end yet does not spin. */
const CLOSED_WAIT_SECONDS = 0.25;
/** Retention is counted in minutes and more; looking at it every second keeps it off the hot path. */
const RETENTION_CHECK_MS = 1000;

export class RepairedQueue extends SqsQueue {
  #isTaking = false;
  #isWakeScheduled = false;
  #retentionCheckedAt = 0;
  #isClosed = false;

  override dequeue(maxCount: number, visibilityTimeout?: number, resolveDeadLetterQueue?: DeadLetterResolver): unknown[] {
    if (this.#isClosed) return [];
    const caller = findCaller();
    if (caller !== undefined && (caller.destroyed || !caller.writable)) {
      this.notifyWaiters();
      return [];
    }
    this.#dropExpired();
    this.#isTaking = true;
    try {
      return super.dequeue(maxCount, visibilityTimeout, resolveDeadLetterQueue);
    } finally {
      this.#isTaking = false;
      this.notifyWaiters();
    }
  }

  override getAttribute(name: string): string | undefined {
    if (name.startsWith('Approximate')) this.processTimers();
    return super.getAttribute(name);
  }

  override async waitForMessages(seconds: number): Promise<void> {
    const waiting = super.waitForMessages(this.#isClosed ? Math.min(seconds, CLOSED_WAIT_SECONDS) : seconds);
    const waiter = this.pollWaiters.at(-1);
    const caller = findCaller();
    if (waiter === undefined || caller === undefined) return waiting;
    const leave = (): void => this.#wake(this.pollWaiters.indexOf(waiter));
    caller.once('close', leave);
    try {
      await waiting;
    } finally {
      caller.off('close', leave);
    }
  }

  /** Deferred to the end of the turn, so that a batch of ten is in the queue before the first wait ends. */
  override notifyWaiters(): void {
    if (this.#isTaking || this.#isWakeScheduled || this.pollWaiters.length === 0 || !this.#hasReady()) return;
    this.#isWakeScheduled = true;
    queueMicrotask(() => {
      this.#isWakeScheduled = false;
      if (this.#hasReady()) this.#wake(0);
    });
  }

  /** A poll that ends because the broker stops must not take a message: nobody would get it. */
  close(): void {
    this.#isClosed = true;
    while (this.pollWaiters.length > 0) this.#wake(0);
  }

  #wake(index: number): void {
    const [waiter] = index < 0 ? [] : this.pollWaiters.splice(index, 1);
    if (waiter === undefined) return;
    clearTimeout(waiter.timer);
    waiter.resolve();
  }

  #hasReady(): boolean {
    return this.isFifo() ? this.hasAvailableFifoMessages() : this.messages.length > 0;
  }

  #dropExpired(): void {
    const now = Date.now();
    if (now - this.#retentionCheckedAt < RETENTION_CHECK_MS) return;
    this.#retentionCheckedAt = now;
    const oldest = now - Number(this.attributes['MessageRetentionPeriod']) * 1000;
    const isExpired = (message: StoredMessage): boolean => message.sentTimestamp < oldest;
    for (const message of this.messages.filter(isExpired)) this.persistence?.deleteMessage(message.messageId);
    this.messages = this.messages.filter((message) => !isExpired(message));
  }
}
