import type { z } from 'zod';
import { ServiceError } from '../errors/service-error.ts';

/** Longest cursor that is looked at; ours are far shorter. */
const MAX_LENGTH = 1024;

/** Opaque text for the place where a page ended: the sort values of its last row, as JSON in base64url. */
export function encodeCursor(position: unknown): string {
  return Buffer.from(JSON.stringify(position)).toString('base64url');
}

/**
 * The place a cursor stands for; it came from outside, so it is checked like any input.
 * @throws CURSOR_INVALID
 */
export function parseCursor<S extends z.ZodType>(schema: S, cursor: string): z.output<S> {
  const result = schema.safeParse(decode(cursor));
  if (result.success) return result.data;
  throw new ServiceError({
    code: 'CURSOR_INVALID',
    kind: 'invalid',
    message: 'The page cannot be read: the cursor was not given out by this list.',
    details: [{ path: 'cursor', message: 'must be the nextCursor of an earlier page' }],
  });
}

function decode(cursor: string): unknown {
  if (cursor.length > MAX_LENGTH) return undefined;
  try {
    return JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8')) as unknown;
  } catch {
    return undefined;
  }
}
