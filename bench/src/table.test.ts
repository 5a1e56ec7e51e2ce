import { describe, expect, it } from '@jest/globals';
import { type Finding, judge } from './finding.ts';
import { formatTable } from './table.ts';

const finding = (ratios: readonly number[], target?: Finding['target']): Finding => ({
  path: 'read',
  reference: 'naive stack',
  ratios,
  ...(target === undefined ? {} : { target }),
  note: '900 req/s',
});

describe('judge', () => {
  it.each([
    [[12.5, 11, 12], { atLeast: 12 }, 'met'],
    [[11.9, 11.9, 99], { atLeast: 12 }, 'missed'],
    [[1.3], { atMost: 1.3 }, 'met'],
    [[1.31], { atMost: 1.3 }, 'missed'],
    [[1], undefined, 'unjudged'],
  ])('takes the median of %j against %j: %s', (ratios, target, verdict) => {
    expect(judge(finding(ratios, target))).toBe(verdict);
  });
});

describe('formatTable', () => {
  it('says what was missed', () => {
    const [, , met, missed, unjudged] = formatTable([
      finding([13.04, 12.96, 14], { atLeast: 12 }),
      finding([3.111], { atMost: 2.8 }),
      finding([1]),
    ]);
    expect(met).toBe('| read | naive stack | 13.0  | 13.0–14.0 of 3 | ≥ 12   | yes    | 900 req/s |');
    expect(missed).toBe('| read | naive stack | 3.11  | 3.11–3.11 of 1 | ≤ 2.8  | MISSED | 900 req/s |');
    expect(unjudged).toBe('| read | naive stack | 1.00  | 1.00–1.00 of 1 | –      | –      | 900 req/s |');
  });

  it('shows enough digits of a small ratio', () => {
    expect(formatTable([finding([0.0312, 0.5], { atMost: 0.083 })])[2]).toContain('| 0.27  | 0.031–0.50 of 2 | ≤ 0.083 |');
  });

  it('gives every line the same columns', () => {
    const lines = formatTable([finding([1], { atLeast: 1 }), { ...finding([200]), path: 'a longer path' }]);
    expect(lines).toHaveLength(4);
    expect(new Set(lines.map((line) => line.split('|').length)).size).toBe(1);
    expect(lines[1]).toMatch(/^\| -+( \| -+){6} \|$/);
  });
});
