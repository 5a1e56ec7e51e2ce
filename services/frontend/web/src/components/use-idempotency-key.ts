import { useState } from 'react';

/** One idempotency key per request: a second press after a lost answer gets the answer to the first. */
export function useIdempotencyKey(): (request: unknown) => string {
  const [keys] = useState(() => new Map<string, string>());
  return (request) => {
    const content = JSON.stringify(request);
    const key = keys.get(content) ?? crypto.randomUUID();
    keys.set(content, key);
    return key;
  };
}
