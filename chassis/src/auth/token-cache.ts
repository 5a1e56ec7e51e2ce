import { hash } from 'node:crypto';
import type { Clock } from '../time/clock.ts';

// Verifying RS256 costs more than everything else in a read; an answer is kept for at most a minute and never past `exp`.
// Keys are hashes, so that a heap dump holds no token.

interface Entry<T> {
  readonly value: T;
  readonly expiresAtMs: number;
}

export interface TokenCache<T> {
  get(token: string): T | undefined;
  /** @param expiresAtSeconds the token's `exp` */
  set(token: string, value: T, expiresAtSeconds: number): void;
  readonly size: number;
}

/** Keeps the most recently used `capacity` tokens. */
export function createTokenCache<T>(options: { readonly capacity: number; readonly ttlMs: number; readonly clock: Clock }): TokenCache<T> {
  const entries = new Map<string, Entry<T>>();
  return {
    get(token) {
      const key = keyOf(token);
      const entry = entries.get(key);
      if (entry === undefined) return undefined;
      // Re-inserting moves it to the young end: a Map iterates in insertion order.
      entries.delete(key);
      if (entry.expiresAtMs <= options.clock.now().getTime()) return undefined;
      entries.set(key, entry);
      return entry.value;
    },
    set(token, value, expiresAtSeconds) {
      const expiresAtMs = Math.min(options.clock.now().getTime() + options.ttlMs, expiresAtSeconds * 1000);
      entries.set(keyOf(token), { value, expiresAtMs });
      const oldest = entries.size > options.capacity ? entries.keys().next().value : undefined;
      if (oldest !== undefined) entries.delete(oldest);
    },
    get size() {
      return entries.size;
    },
  };
}

function keyOf(token: string): string {
  return hash('sha256', token, 'base64url');
}
