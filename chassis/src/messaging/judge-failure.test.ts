import { describe, expect, it } from '@jest/globals';
import { ServiceError } from '../errors/service-error.ts';
import { judgeError, judgeInvalid } from './judge-failure.ts';

const MAX_ATTEMPTS = 5;
const refused = new ServiceError({ code: 'ITEM_UNKNOWN', kind: 'not-found', message: 'Item 1 cannot be deleted: it is unknown.' });
const away = Object.assign(new Error('no connection'), { code: 'ECONNREFUSED' });

describe('judgeError', () => {
  it.each([
    ['a client fault, at once', refused, 1, { kind: 'dead', reason: 'ITEM_UNKNOWN' }],
    ['a bug, while it may pass', new TypeError('x'), 4, { kind: 'retry', unavailable: false }],
    ['a bug that stays', new TypeError('x'), 5, { kind: 'dead', reason: 'attempts-exhausted', error: 'TypeError: x' }],
    ['a dependency that is away, however long', away, 19, { kind: 'retry', unavailable: true }],
  ])('decides on %s', (_what, error, attempt, verdict) => {
    expect(judgeError(error, attempt, MAX_ATTEMPTS)).toMatchObject(verdict);
  });
});

describe('judgeInvalid', () => {
  it.each([
    ['unknown-type', { kind: 'dead', reason: 'unknown-type' }],
    ['unknown-version', { kind: 'retry', unavailable: false, reason: 'unknown-type' }],
    ['claim-missing', { kind: 'dead', reason: 'claim-missing' }],
  ] as const)('decides on %s', (reason, verdict) => {
    expect(judgeInvalid({ reason, error: 'x' })).toMatchObject(verdict);
  });
});
