import { type Problem, problemType } from '@torii/contracts';
import { z } from 'zod';
import { type ErrorKind, type FieldError, ServiceError } from '../errors/service-error.ts';
import { toServiceError } from '../errors/to-service-error.ts';

// The one translation of failures into HTTP (RFC 9457). A bug tells the caller its correlation id and nothing else.

const STATUS: Readonly<Record<ErrorKind, number>> = {
  invalid: 400,
  unauthenticated: 401,
  forbidden: 403,
  'not-found': 404,
  conflict: 409,
  'precondition-failed': 412,
  'too-large': 413,
  'precondition-required': 428,
  'too-many-requests': 429,
  unavailable: 503,
};

const TITLES: Readonly<Record<ErrorKind, string>> = {
  invalid: 'Invalid request',
  unauthenticated: 'Not authenticated',
  forbidden: 'Not allowed',
  'not-found': 'Not found',
  conflict: 'Conflict',
  'precondition-failed': 'Precondition failed',
  'too-large': 'Too large',
  'precondition-required': 'Precondition required',
  'too-many-requests': 'Too many requests',
  unavailable: 'Temporarily unavailable',
};

/** A problem document and the headers that belong to it. */
export interface ProblemResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Problem;
}

/** Failures of the HTTP layer itself, whose status no error kind has. */
const STATUS_BY_CODE: Readonly<Record<string, number>> = { METHOD_NOT_ALLOWED: 405, CONTENT_TYPE_UNSUPPORTED: 415 };

export function toProblem(error: unknown, correlationId: string): ProblemResponse {
  const known = toServiceError(error);
  if (known === undefined) {
    const detail = 'The request failed for a reason of ours. Quote the correlation id when you report it.';
    return {
      status: 500,
      headers: {},
      body: { type: problemType('INTERNAL_ERROR'), title: 'Internal error', status: 500, code: 'INTERNAL_ERROR', detail, correlationId },
    };
  }
  const status = STATUS_BY_CODE[known.code] ?? STATUS[known.kind];
  const errors = fieldErrors(known.details);
  return {
    status,
    headers: extraHeaders(known),
    body: {
      type: problemType(known.code),
      title: TITLES[known.kind],
      status,
      code: known.code,
      detail: known.message,
      correlationId,
      ...(errors === undefined ? {} : { errors: [...errors] }),
    },
  };
}

/** A zod failure as the error of a request part: one entry per field. */
export function invalidRequest(part: 'body' | 'query' | 'path' | 'headers', error: z.ZodError): ServiceError {
  const details = error.issues.flatMap((issue) => toFieldErrors(issue));
  return new ServiceError({
    code: 'REQUEST_INVALID',
    kind: 'invalid',
    message: `The request cannot be accepted: its ${part} ${details.length === 1 ? 'has a wrong field' : 'has wrong fields'}.`,
    details,
  });
}

function toFieldErrors(issue: z.core.$ZodIssue): readonly FieldError[] {
  const path = issue.path.map(String).join('.');
  if (issue.code === 'unrecognized_keys')
    return issue.keys.map((key) => ({ path: path === '' ? key : `${path}.${key}`, message: 'is not a known field' }));
  return [{ path, message: issue.message }];
}

function fieldErrors(details: unknown): readonly FieldError[] | undefined {
  const parsed = z
    .array(z.object({ path: z.string(), message: z.string() }))
    .min(1)
    .safeParse(details);
  return parsed.success ? parsed.data : undefined;
}

function extraHeaders(error: ServiceError): Readonly<Record<string, string>> {
  if (error.kind === 'unauthenticated') return { 'www-authenticate': challenge(error.code) };
  // One second: long enough to shed a burst, short enough that a blip goes unnoticed.
  if (error.kind === 'unavailable' || error.kind === 'too-many-requests') return { 'retry-after': '1' };
  const allow = error.code === 'METHOD_NOT_ALLOWED' ? z.object({ allow: z.string() }).safeParse(error.details) : undefined;
  return allow?.success === true ? { allow: allow.data.allow } : {};
}

/** RFC 6750: no error attribute when the request carried no token. */
function challenge(code: string): string {
  return code === 'TOKEN_MISSING' ? 'Bearer' : 'Bearer error="invalid_token"';
}
