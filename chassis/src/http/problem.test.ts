import { describe, expect, it } from '@jest/globals';
import { type ErrorKind, ServiceError } from '../errors/service-error.ts';
import { toProblem } from './problem.ts';

const STATUSES: Readonly<Record<ErrorKind, number>> = {
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

describe('toProblem', () => {
  it.each(Object.entries(STATUSES))('answers %s with %i', (kind, status) => {
    const error = new ServiceError({ code: 'THING_WRONG', kind: kind as ErrorKind, message: 'Thing 1 cannot be had: it is wrong.' });
    expect(toProblem(error, 'c-1')).toMatchObject({
      status,
      body: {
        type: 'urn:torii:problem:thing-wrong',
        status,
        code: 'THING_WRONG',
        detail: 'Thing 1 cannot be had: it is wrong.',
        correlationId: 'c-1',
      },
    });
  });

  it('tells nothing of a bug but the correlation id', () => {
    const { status, body } = toProblem(new TypeError('undefined is not hunter2'), 'c-1');
    expect([status, body.code, body.correlationId]).toEqual([500, 'INTERNAL_ERROR', 'c-1']);
    expect(JSON.stringify(body)).not.toContain('hunter2');
  });

  it('keeps details to the log, unless they are field errors', () => {
    const withDetails = (details: unknown) => toProblem(new ServiceError({ code: 'X', kind: 'invalid', message: 'x', details }), 'c').body;
    expect(withDetails({ sql: 'SELECT' })).not.toHaveProperty('errors');
    expect(withDetails([{ path: 'a.b', message: 'is wrong' }])).toMatchObject({ errors: [{ path: 'a.b', message: 'is wrong' }] });
  });
});
