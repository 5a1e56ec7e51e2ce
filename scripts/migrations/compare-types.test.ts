import { describe, expect, it } from '@jest/globals';
import { isWider } from './compare-types.ts';

describe('a column', () => {
  it.each([
    ['varchar(10)', 'varchar(20)'],
    ['varbinary(10)', 'varbinary(10)'],
    ['smallint', 'bigint'],
    ['int unsigned', 'bigint unsigned'],
    ['text', 'longtext'],
    ['tinyblob', 'blob'],
    ['float', 'double'],
    ['datetime', 'datetime(3)'],
    ['decimal(8,2)', 'decimal(10,4)'],
    ["enum('a','b')", "enum('a','b','c')"],
    ["set('a')", "set('a','b')"],
  ])('of %s may become one of %s', (before, after) => {
    expect(isWider(before, after)).toBe(true);
  });

  it.each([
    ['varchar(20)', 'varchar(10)'],
    ['bigint', 'int'],
    ['int', 'int unsigned'],
    ['int unsigned', 'bigint'],
    ['mediumtext', 'text'],
    ['text', 'mediumblob'],
    ['varchar(10)', 'text'],
    ['char(10)', 'char(20)'],
    ['datetime(3)', 'datetime'],
    ['decimal(8,2)', 'decimal(8,4)'],
    ['decimal(8,2)', 'decimal(9,1)'],
    ["enum('a','b')", "enum('a')"],
    ["enum('a','b')", "enum('b','a','c')"],
    ["enum('a','b')", "enum('a','bc')"],
    ['int', 'varchar(20)'],
    ['date', 'datetime'],
  ])('of %s may not become one of %s', (before, after) => {
    expect(isWider(before, after)).toBe(false);
  });
});
