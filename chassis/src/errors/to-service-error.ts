import { ServiceError } from './service-error.ts';

// Failures of what a service depends on, by the name or code its client library gives them. They pass, so they are
// `unavailable`; everything else stays a bug.
const UNAVAILABLE_NAMES: ReadonlySet<string> = new Set([
  // Sequelize
  'SequelizeConnectionError',
  'SequelizeConnectionRefusedError',
  'SequelizeConnectionAcquireTimeoutError',
  'SequelizeConnectionTimedOutError',
  'SequelizeHostNotFoundError',
  'SequelizeHostNotReachableError',
  'SequelizeInvalidConnectionError',
  'SequelizeAccessDeniedError',
  // ioredis
  'MaxRetriesPerRequestError',
  // AWS SDK
  'TimeoutError',
  'ThrottlingException',
  'RequestThrottled',
  'ServiceUnavailable',
  'InternalFailure',
  'KmsThrottled',
  'KMSThrottlingException',
  'RequestTimeout',
  'SlowDown',
]);

const UNAVAILABLE_CODES: ReadonlySet<string> = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'EPIPE',
  'ETIMEDOUT',
  'EHOSTUNREACH',
  'ENOTFOUND',
  'PROTOCOL_CONNECTION_LOST',
  'PROTOCOL_SEQUENCE_TIMEOUT',
  'ER_CON_COUNT_ERROR',
  // The disk is full: somebody will make room.
  'ER_DISK_FULL',
  'ER_RECORD_FILE_FULL',
  'ER_TEMP_FILE_WRITE_FAILURE',
  'ER_ERROR_ON_WRITE',
  'ER_OUT_OF_RESOURCES',
  'ER_LOCK_DEADLOCK',
  'ER_LOCK_WAIT_TIMEOUT',
  'ER_SERVER_SHUTDOWN',
  'ER_STATEMENT_TIMEOUT',
  'ER_CLIENT_INTERACTION_TIMEOUT',
]);

/** How deep `cause`, `parent` and `original` are followed; libraries wrap an error two or three times. */
const MAX_DEPTH = 5;

/** The `ServiceError` an unknown failure amounts to, or undefined when it is a bug. */
export function toServiceError(error: unknown): ServiceError | undefined {
  if (error instanceof ServiceError) return error;
  if (!isUnavailable(error)) return undefined;
  return new ServiceError({
    code: 'DEPENDENCY_UNAVAILABLE',
    kind: 'unavailable',
    message: 'The request could not be completed: something this service depends on does not answer. Try again shortly.',
    cause: error,
  });
}

/** Walks the error and what it wraps. */
export function someInChain(error: unknown, matches: (name: string, code: string, link: object) => boolean): boolean {
  let current = error;
  for (let depth = 0; depth < MAX_DEPTH && typeof current === 'object' && current !== null; depth += 1) {
    if (matches(textOf(current, 'name'), textOf(current, 'code'), current)) return true;
    current = Reflect.get(current, 'cause') ?? Reflect.get(current, 'parent') ?? Reflect.get(current, 'original');
  }
  return false;
}

function isUnavailable(error: unknown): boolean {
  return someInChain(error, (name, code, link) => UNAVAILABLE_NAMES.has(name) || UNAVAILABLE_CODES.has(code) || isAwsTrouble(link));
}

/** AWS says 5xx or 429 when the trouble is its own, under more names than anybody lists. */
function isAwsTrouble(error: object): boolean {
  const status: unknown = Reflect.get(Object(Reflect.get(error, '$metadata')), 'httpStatusCode');
  return (typeof status === 'number' && (status >= 500 || status === 429)) || Reflect.get(error, '$retryable') !== undefined;
}

function textOf(value: object, key: string): string {
  const text: unknown = Reflect.get(value, key);
  return typeof text === 'string' ? text : '';
}
