import { describe, expect, it } from '@jest/globals';
import { quoteText, translateSql, translateType } from './translate-sql.ts';

describe("Athena's SQL for DuckDB", () => {
  it('has other functions, but the same texts and comments', () => {
    const sql = "SELECT approx_percentile(x, 0.99), 'approx_percentile(y)' -- approx_percentile(z)\nFROM logs /* approx_percentile( */";
    expect(translateSql(sql)).toBe(sql.replace('approx_percentile(x', 'quantile_cont(x'));
  });

  it.each([
    ['string', 'VARCHAR'],
    ['int', 'INTEGER'],
    ['struct<type:string,code:int>', 'STRUCT("type" VARCHAR, "code" INTEGER)'],
  ])('has for %s the type %s', (type, translated) => {
    expect(translateType(type)).toBe(translated);
  });

  it.each(['map<string,string>', 'struct<x:timestamp>', 'constructor'])('refuses %s by name', (type) => {
    expect(() => translateType(type)).toThrow('has no translation for DuckDB');
  });
});

describe('a text in SQL', () => {
  it('ends where it should', () => {
    expect(quoteText("x' OR '1'='1")).toBe("'x'' OR ''1''=''1'");
  });
});
