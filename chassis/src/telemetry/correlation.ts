import { AsyncLocalStorage } from 'node:async_hooks';

/** What everything one request or message sets in motion has in common. */
export interface Correlation {
  readonly correlationId: string;
  /** Id of the message being handled: what it publishes names it as its cause. */
  readonly causationId?: string;
}

const storage = new AsyncLocalStorage<Correlation>();

/** Runs `run` so that logs and messages of everything it awaits carry `correlation`. */
export function withCorrelation<T>(correlation: Correlation, run: () => T): T {
  return storage.run(correlation, run);
}

/** Correlation id of the request or message being handled here. */
export function currentCorrelationId(): string | undefined {
  return storage.getStore()?.correlationId;
}

/** Id of the message being handled here; undefined in an HTTP request. */
export function currentCausationId(): string | undefined {
  return storage.getStore()?.causationId;
}
