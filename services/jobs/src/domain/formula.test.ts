import { describe, expect, it } from '@jest/globals';
import { escapeFormula, unescapeFormula } from './formula.ts';

describe('escapeFormula', () => {
  it.each(['=SUM(A1)', '+cmd', '-cmd', '@cmd', "'=SUM(A1)", "''@x", '-1+cmd|x'])('makes text of %s', (cell) => {
    expect(escapeFormula(cell)).toBe(`'${cell}`);
  });

  it.each(['-12.50', '+1', '12', "'tis", "'", '', 'a=b', 'e@x.example'])('leaves %s as it is', (cell) => {
    expect(escapeFormula(cell)).toBe(cell);
  });
});

describe('unescapeFormula', () => {
  it.each(['=SUM(A1)', "'=SUM(A1)", "''=x", "'-5", '-5', "'tis", "''", '+1 a', '@', ''])('brings %s back', (cell) => {
    expect(unescapeFormula(escapeFormula(cell))).toBe(cell);
  });
});
