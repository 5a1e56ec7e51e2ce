import { describe, expect, it } from '@jest/globals';
import { isUploadOf, uploadKeyOf } from './upload-key.ts';

describe('uploadKeyOf', () => {
  it.each([
    ['books.csv', 'books.csv'],
    ['../../etc/passwd', '_.._etc_passwd'],
    ['my file (1)?.csv', 'my_file_1_.csv'],
    ['本の一覧.csv', '本の一覧.csv'],
    ['...', 'file'],
  ])('makes a safe name of %s', (fileName, expected) => {
    expect(uploadKeyOf('owner', 'id', fileName)).toBe(`uploads/owner/id/${expected}`);
  });

  it('keeps the end of a long name, and stays within the contract', () => {
    const key = uploadKeyOf('o'.repeat(36), 'i'.repeat(36), `${'𠮷'.repeat(199)}.csv`);
    expect(key.endsWith('.csv')).toBe(true);
    expect(key.length).toBeLessThanOrEqual(500);
  });
});

describe('isUploadOf', () => {
  it("tells one's own upload from another's", () => {
    expect(isUploadOf('a', 'uploads/a/1/x')).toBe(true);
    expect(isUploadOf('a', 'uploads/ab/1/x')).toBe(false);
    expect(isUploadOf('a', 'rejects/a')).toBe(false);
  });
});
