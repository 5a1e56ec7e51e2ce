import { describe, expect, it } from '@jest/globals';
import { withCorrelation } from '../telemetry/correlation.ts';
import { createLogger } from './create-logger.ts';

const lines: string[] = [];
const logger = createLogger({ serviceName: 'catalog', piiPaths: ['nickname'], destination: { write: (line) => lines.push(line) } });
const written = (log: () => void): Record<string, unknown> => {
  log();
  return JSON.parse(lines.at(-1) ?? '{}') as Record<string, unknown>;
};

describe('createLogger', () => {
  it('writes one flat line with service, level, ISO time and correlation id', () => {
    const line = withCorrelation({ correlationId: 'c-1' }, () => written(() => logger.info({ a: 1 }, 'hello')));
    expect(line).toEqual({
      level: 'info',
      time: expect.stringMatching(/^\d{4}-.*Z$/),
      service: 'catalog',
      correlationId: 'c-1',
      a: 1,
      msg: 'hello',
    });
  });

  it('masks what contracts mark as personal, what the service names, and what looks like it', () => {
    const line = written(() =>
      logger.info({ message: { data: { email: 'x', displayName: 'Ada' } }, nickname: 'A', note: 'ada@example.com' }, 'call +819012345678'),
    );
    expect(line).toMatchObject({
      message: { data: { email: '[masked]', displayName: '[masked]' } },
      nickname: '[masked]',
      note: '[masked e-mail]',
      msg: 'call [masked phone]',
    });
  });

  it('tells of an error no more than its message, code, details and stack', () => {
    const error = Object.assign(new Error('failed'), {
      code: 'ER_DUP',
      sql: "INSERT 'Ada'",
      parameters: ['Ada'],
      details: { displayName: 'Ada' },
    });
    const line = written(() => logger.error({ err: error }, 'failed'));
    expect(line['err']).toEqual({
      type: 'Error',
      message: 'failed',
      code: 'ER_DUP',
      stack: expect.any(String),
      details: { displayName: '[masked]' },
    });
  });

  it('masks errors and their causes', () => {
    const error = new Error('no user ada@example.com', { cause: new Error('Bearer abcdefghijkl') });
    expect(JSON.stringify(written(() => logger.error({ err: error }, 'failed')))).not.toMatch(/ada@|abcdefghijkl/);
  });

  it('writes what was logged without fields, with an error of any kind, or with numbers that JSON has no place for', () => {
    expect(written(() => logger.warn('careful'))).toMatchObject({ level: 'warn', msg: 'careful' });
    expect(written(() => logger.error({ err: 'text' }, 'failed'))).toMatchObject({ err: { type: 'string', message: 'text' } });
    expect(written(() => logger.info({ big: 1n, none: undefined }, 'odd'))).toMatchObject({ big: '1', msg: 'odd' });
  });

  it('stays JSON when a number looks like a card', () => {
    const line = written(() =>
      logger.info({ amount: 4111111111111111, at: 1795388806123, in: [{ big: 4111111111111111n, small: 12.5 }] }, 'paid'),
    );
    expect(line).toMatchObject({ amount: '[masked card]', at: 1795388806123, in: [{ big: '[masked card]', small: 12.5 }], msg: 'paid' });
  });

  it('puts the fields of a child on its lines', () => {
    const child = logger.child({ queue: 'q' });
    expect(written(() => child.info({ a: 1 }, 'hello'))).toMatchObject({ queue: 'q', a: 1, service: 'catalog' });
  });
});
