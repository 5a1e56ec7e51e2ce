import { describe, expect, it } from '@jest/globals';
import { isUploadOf, uploadKeyOf } from './upload-key.ts';

const ID = '01a203ce-4f9a-75fe-b488-03cd2ecc23a6';

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
    expect(isUploadOf('a', `uploads/a/${ID}/x.csv`)).toBe(true);
    expect(isUploadOf('a', `uploads/ab/${ID}/x.csv`)).toBe(false);
    expect(isUploadOf('a', `rejects/${ID}-1.csv`)).toBe(false);
  });

  it.each(['books.csv', '../x', '本の一覧.csv', '...', `x${'.'.repeat(200)}`, '\0'])('knows the key it made of %j', (fileName) => {
    expect(isUploadOf('a', uploadKeyOf('a', ID, fileName))).toBe(true);
  });

  it.each(['', '/', `../b/${ID}/x`, `../../rejects/${ID}-1.csv`, `${ID}/`, `${ID}/..`, `${ID}/x/y`, `${ID}/x\0`, `${ID}/%2e%2e`])(
    'knows no key that ends in %j',
    (rest) => {
      expect(isUploadOf('a', `uploads/a/${rest}`)).toBe(false);
    },
  );
});
