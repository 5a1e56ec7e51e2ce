import type { ResponseHeaders } from '../../edge/exchange.ts';

export interface CachedResponse {
  readonly status: number;
  readonly headers: ResponseHeaders;
  readonly body: Buffer;
  readonly storedAtMs: number;
  readonly expiresAtMs: number;
}

/** Answers in memory, the least recently asked for dropped first. Empty after a restart, as nobody on a laptop would want it otherwise. */
export interface MemoryCache {
  find(key: string, nowMs: number): CachedResponse | undefined;
  store(key: string, response: CachedResponse): void;
}

export function createMemoryCache(capacityBytes: number): MemoryCache {
  const entries = new Map<string, CachedResponse>();
  let bytes = 0;
  const remove = (key: string): void => {
    bytes -= entries.get(key)?.body.length ?? 0;
    entries.delete(key);
  };
  return {
    find(key, nowMs) {
      const entry = entries.get(key);
      if (entry === undefined) return undefined;
      remove(key);
      if (entry.expiresAtMs <= nowMs) return undefined;
      entries.set(key, entry);
      bytes += entry.body.length;
      return entry;
    },
    store(key, response) {
      if (response.body.length > capacityBytes / 8) return;
      remove(key);
      entries.set(key, response);
      bytes += response.body.length;
      for (const oldest of entries.keys()) {
        if (bytes <= capacityBytes) break;
        remove(oldest);
      }
    },
  };
}
