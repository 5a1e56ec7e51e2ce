import { describe, expect, it } from '@jest/globals';
import { type ErrorKind, ServiceError, isClientFault } from './service-error.ts';
import { toServiceError } from './to-service-error.ts';

describe('toServiceError', () => {
  it('gives a ServiceError back as it is', () => {
    const error = new ServiceError({ code: 'X', kind: 'conflict', message: 'x' });
    expect(toServiceError(error)).toBe(error);
  });

  it.each([
    ['a refused connection', Object.assign(new Error('x'), { code: 'ECONNREFUSED' })],
    [
      'a database that does not answer',
      Object.assign(new Error('x'), { name: 'SequelizeDatabaseError', parent: { code: 'PROTOCOL_SEQUENCE_TIMEOUT' } }),
    ],
    ['an exhausted pool', Object.assign(new Error('x'), { name: 'SequelizeConnectionAcquireTimeoutError' })],
    ['a throttled call', Object.assign(new Error('x'), { name: 'ThrottlingException' })],
    ['S3 that asks for patience', Object.assign(new Error('x'), { name: 'SlowDown', $metadata: { httpStatusCode: 503 } })],
    ['a fault of AWS by whatever name', Object.assign(new Error('x'), { name: 'InternalError', $metadata: { httpStatusCode: 500 } })],
    ['an answer of a proxy on the way', Object.assign(new Error('x'), { name: 'Unknown', $metadata: { httpStatusCode: 502 } })],
    ['a throttled key', Object.assign(new Error('x'), { name: 'KmsThrottled', $metadata: { httpStatusCode: 400 } })],
    [
      'a failure deep in its causes',
      new Error('a', { cause: new Error('b', { cause: Object.assign(new Error('c'), { code: 'ECONNRESET' }) }) }),
    ],
  ])('calls %s unavailable', (_what, error) => {
    expect(toServiceError(error)).toMatchObject({ kind: 'unavailable', code: 'DEPENDENCY_UNAVAILABLE' });
  });

  it.each([
    [Object.assign(new Error('x'), { name: 'AccessDenied', $metadata: { httpStatusCode: 403 } })],
    [new TypeError('x')],
    ['text'],
    [undefined],
    [Object.assign(new Error('x'), { code: 'ER_DUP_ENTRY' })],
  ])('calls %s a bug', (error) => {
    expect(toServiceError(error)).toBeUndefined();
  });

  it('does not follow causes for ever', () => {
    const error = new Error('a');
    error.cause = error;
    expect(toServiceError(error)).toBeUndefined();
  });
});

describe('isClientFault', () => {
  it('is true for every kind that cannot succeed by itself', () => {
    const kinds: ErrorKind[] = ['invalid', 'forbidden', 'conflict', 'not-found', 'unavailable', 'too-many-requests'];
    expect(kinds.filter((kind) => isClientFault(new ServiceError({ code: 'X', kind, message: 'x' })))).toEqual([
      'invalid',
      'forbidden',
      'conflict',
      'not-found',
    ]);
  });
});
