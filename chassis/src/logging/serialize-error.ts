/** Causes that are followed. */
const MAX_CAUSES = 4;

/** What a log line tells of an error. */
export interface SerializedError {
  readonly type: string;
  readonly message: string;
  readonly code?: string | number;
  readonly details?: unknown;
  readonly stack?: string;
  readonly cause?: SerializedError;
}

/**
 * Only these fields: libraries hang statements with their values (Sequelize), requests and responses (SDKs) on their errors,
 * and those hold personal data.
 */
export function serializeError(error: unknown, depth = 0): SerializedError {
  if (!(error instanceof Error)) return { type: typeof error, message: String(error) };
  const code: unknown = Reflect.get(error, 'code');
  const details: unknown = Reflect.get(error, 'details');
  const cause: unknown = error.cause ?? Reflect.get(error, 'parent');
  return {
    type: error.name,
    message: error.message,
    ...(typeof code === 'string' || typeof code === 'number' ? { code } : {}),
    ...(details === undefined ? {} : { details }),
    ...(error.stack === undefined ? {} : { stack: error.stack }),
    ...(cause === undefined || depth === MAX_CAUSES ? {} : { cause: serializeError(cause, depth + 1) }),
  };
}
