import { describe, expect, it } from '@jest/globals';
import { JOINS_BEGIN, JOINS_NEXT, createJoiner, describeStatements, joinStatements, together } from './join-statements.ts';

const [BEGIN, COMMIT, ROLLBACK] = ['START TRANSACTION;', 'COMMIT;', 'ROLLBACK;'];
const [SELECT, FIRST, LAST] = ['SELECT 1', `${JOINS_BEGIN}INSERT 1`, `${JOINS_NEXT}INSERT 2`];

/** What is sent, packet by packet, for statements in text form; `-` for none. */
function packetsOf(...statements: readonly string[]): readonly string[] {
  const decide = createJoiner();
  return statements.map((sql) => {
    const step = decide(sql, true);
    if (step.kind === 'answer') return '-';
    return step.kind === 'send' ? joinStatements(step.statements) : `${joinStatements(step.earlier)} | ${sql}`;
  });
}

describe('statements of a connection', () => {
  it('are one packet when none needs an answer before the commit', () => {
    expect(packetsOf(BEGIN, LAST, LAST, COMMIT)).toEqual([
      '-',
      '-',
      '-',
      `BEGIN NOT ATOMIC START TRANSACTION; ${LAST}; ${LAST}; COMMIT; END`,
    ]);
  });

  it('begin with the first that may join, and end with the last', () => {
    expect(packetsOf(BEGIN, FIRST, SELECT, LAST, COMMIT)).toEqual([
      '-',
      `BEGIN NOT ATOMIC START TRANSACTION; ${FIRST}; END`,
      SELECT,
      '-',
      `BEGIN NOT ATOMIC ${LAST}; COMMIT; END`,
    ]);
  });

  it('come after what was held back when they cannot join it', () => {
    expect(packetsOf(BEGIN, SELECT, FIRST, LAST, SELECT, COMMIT)).toEqual([
      '-',
      `${BEGIN} | ${SELECT}`,
      FIRST,
      '-',
      `${LAST} | ${SELECT}`,
      COMMIT,
    ]);
    const decide = createJoiner();
    decide(BEGIN, true);
    expect(decide(LAST, false)).toEqual({ kind: 'send-after', earlier: [BEGIN] });
    expect(decide(FIRST, false)).toEqual({ kind: 'send', statements: [FIRST] });
  });

  it('are not sent when nothing is to be kept', () => {
    expect(packetsOf(BEGIN, COMMIT)).toEqual(['-', '-']);
    expect(packetsOf(BEGIN, ROLLBACK)).toEqual(['-', '-']);
    expect(packetsOf(BEGIN, LAST, ROLLBACK, SELECT)).toEqual(['-', '-', '-', SELECT]);
    expect(packetsOf(BEGIN, FIRST, LAST, ROLLBACK, SELECT).slice(2)).toEqual(['-', ROLLBACK, SELECT]);
  });

  it('wait for nothing outside a transaction', () => {
    expect(packetsOf(LAST, FIRST)).toEqual([LAST, FIRST]);
    expect(packetsOf(BEGIN, FIRST, COMMIT, LAST).at(-1)).toBe(LAST);
  });

  it('are one where several are made together, with the start of their transaction when that is due', () => {
    const both = together(FIRST, SELECT);
    expect(packetsOf(BEGIN, both, both)).toEqual([
      '-',
      `BEGIN NOT ATOMIC START TRANSACTION; ${both}; END`,
      `BEGIN NOT ATOMIC ${both}; END`,
    ]);
    expect(both).toContain(`${FIRST}; ${SELECT}`);
    expect(describeStatements([BEGIN, both])).toBe('INSERT');
  });

  it('do not become a packet that is too large', () => {
    const large = `${JOINS_NEXT}INSERT '${'x'.repeat(600_000)}'`;
    expect(packetsOf(BEGIN, FIRST, large, large, COMMIT).slice(2)).toEqual(['-', `${large} | ${large}`, COMMIT]);
  });
});

describe('describeStatements', () => {
  it('names operations and nothing else', () => {
    expect(describeStatements([SELECT])).toBe('SELECT');
    expect(describeStatements([BEGIN])).toBe('START');
    expect(describeStatements([BEGIN, `${JOINS_BEGIN}SET STATEMENT innodb_lock_wait_timeout = 0 FOR INSERT IGNORE`])).toBe('INSERT');
    expect(describeStatements([BEGIN, LAST, LAST, COMMIT])).toBe('INSERT COMMIT');
    expect(describeStatements(['(SELECT 1)'])).toBe('STATEMENT');
  });
});
