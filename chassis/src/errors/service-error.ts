/**
 * How a failure is answered. Every kind but `too-many-requests` and `unavailable` is the caller's fault: sending the same
 * again cannot help, so a message goes to the dead-letter queue and a request gets a 4xx. Anything that is not a
 * `ServiceError` is a bug.
 */
export type ErrorKind =
  | 'invalid'
  | 'unauthenticated'
  | 'forbidden'
  | 'not-found'
  | 'conflict'
  | 'precondition-failed'
  | 'precondition-required'
  | 'too-large'
  | 'too-many-requests'
  | 'unavailable';

/** One wrong field; `path` is dotted. */
export interface FieldError {
  readonly path: string;
  readonly message: string;
}

export interface ServiceErrorInit {
  /** Stable and UPPER_SNAKE; callers branch on it. */
  readonly code: string;
  readonly kind: ErrorKind;
  /** What could not be done, to what, why; shown to the caller, so never personal data or internals. */
  readonly message: string;
  /** Logged, never sent to the caller, but for `FieldError[]`, which become `errors` of the problem document. */
  readonly details?: unknown;
  readonly cause?: unknown;
}

/** An expected failure. Branch on `code`; the transport (HTTP, messages) translates `kind`. */
export class ServiceError extends Error {
  readonly code: string;
  readonly kind: ErrorKind;
  readonly details: unknown;

  constructor(init: ServiceErrorInit) {
    super(init.message, init.cause === undefined ? undefined : { cause: init.cause });
    this.name = 'ServiceError';
    this.code = init.code;
    this.kind = init.kind;
    this.details = init.details;
  }
}

/** True when sending the same again cannot succeed. */
export function isClientFault(error: ServiceError): boolean {
  return error.kind !== 'unavailable' && error.kind !== 'too-many-requests';
}
