import { describe, expect, it } from '@jest/globals';
import { listParameters } from './named-query.ts';

describe('the values of a query', () => {
  it('are named by the comments before them, in order, as often as they are there', () => {
    const sql = "-- What? Who?\nSELECT '?' FROM logs WHERE a = /* from */ ? AND b = /*to*/? AND c = /* from */\n  ?";
    expect(listParameters('q', sql)).toEqual(['from', 'to', 'from']);
  });

  it('are refused without a name', () => {
    expect(() => listParameters('q', 'SELECT 1 WHERE a = /* from */ ? AND b = ?')).toThrow('The query q cannot be run: 1 of its 2 values');
  });
});
