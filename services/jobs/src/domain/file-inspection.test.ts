import { describe, expect, it } from '@jest/globals';
import iconv from 'iconv-lite';
import { inspectFile } from './file-inspection.ts';

const inspect = (text: string, encoding = 'utf-8') => inspectFile(iconv.encode(text, encoding), true);

describe('inspectFile: delimiter', () => {
  it.each([
    ['comma', 'a,b,c\n1,"x;y;z",3\n', ','],
    ['semicolon', 'a;b;c\n1;2,5;3\n4;5,5;6\n', ';'],
    ['tab', 'a\tb\n1, 2\t3\n', '\t'],
    ['pipe', 'a|b\n1|2\n', '|'],
    ['comma of a header alone', 'sku,name', ','],
    ['comma of a single column', 'sku\n1\n', ','],
  ])('finds %s', (_name, text, delimiter) => {
    expect(inspect(text).delimiter).toBe(delimiter);
  });
});

describe('inspectFile: encoding', () => {
  const japanese = `商品コード,商品名,価格\n${'1,東京タワーの歴史と建築,1200\n2,カタカナの本,800\n'.repeat(5)}`;
  const german = `sku,name\n${'1,Größenänderung für Übermütige\n2,Straße nach Süden\n'.repeat(5)}`;

  it.each([
    ['utf-8', japanese, 'utf-8'],
    ['shift_jis', japanese, 'shift_jis'],
    ['euc-jp', japanese, 'euc-jp'],
    ['windows-1252', german, 'windows-1252'],
    ['utf-16le', german, 'utf-16le'],
    ['utf-16be', german, 'utf-16be'],
  ])('finds %s without a byte order mark', (encoding, text, expected) => {
    const shape = inspect(text, encoding);
    expect(shape.encoding).toBe(expected);
    expect(shape.columns[1]).toBe(text === japanese ? '商品名' : 'name');
  });

  it.each(['utf-8', 'utf-16le', 'utf-16be'])('believes the byte order mark of %s, and keeps it out of the header', (encoding) => {
    const shape = inspectFile(iconv.encode(japanese, encoding, { addBOM: true }), true);
    expect(shape.encoding).toBe(encoding);
    expect(shape.columns).toEqual(['商品コード', '商品名', '価格']);
  });

  it('does not take a cut character at the end of the head for damage', () => {
    const bytes = iconv.encode(japanese, 'utf-8');
    const cut = Array.from({ length: 3 }, (_, less) => inspectFile(bytes.subarray(0, bytes.length - 12 - less), false).encoding);
    expect(cut).toEqual(['utf-8', 'utf-8', 'utf-8']);
  });
});

describe('inspectFile: bad files', () => {
  it.each([
    ['an empty file', Buffer.alloc(0), 'FILE_EMPTY'],
    ['blank lines', Buffer.from('\n\r\n  \n'), 'FILE_EMPTY'],
    ['a byte order mark alone', Buffer.from([0xef, 0xbb, 0xbf]), 'FILE_EMPTY'],
    ['random bytes', Buffer.from([0, 1, 2, 3, 255, 254, 0, 9, 200, 0, 0, 7]), 'FILE_BINARY'],
    ['a PNG', Buffer.concat([Buffer.from('89504e470d0a1a0a0000000d49484452', 'hex'), Buffer.alloc(64)]), 'FILE_BINARY'],
    ['an Excel workbook', Buffer.concat([Buffer.from([0x50, 0x4b, 3, 4]), Buffer.alloc(64)]), 'FILE_BINARY'],
    ['a PDF', Buffer.from('%PDF-1.7\nsome'), 'FILE_BINARY'],
    ['damaged UTF-8', Buffer.concat([Buffer.from('sku,name\n1,東京タワー'), Buffer.from([0xff, 0xc3, 0x0a])]), 'ENCODING_WRONG'],
    ['a repeated column', Buffer.from('sku,name,sku\n1,2,3\n'), 'COLUMN_REPEATED'],
    ['columns that differ by blanks', Buffer.from('sku,name, name\n1,2,3\n'), 'COLUMN_REPEATED'],
    ['an unclosed quote', Buffer.from('sku,name\n1,"abc\n2,def\n'), 'QUOTE_NOT_CLOSED'],
    ['an unclosed quote in the header', Buffer.from('sku,"name\n1,abc\n'), 'QUOTE_NOT_CLOSED'],
    ['a quote inside a field', Buffer.from('sku,name\n1,5" disk\n'), 'QUOTE_MISPLACED'],
    ['text behind a closing quote', Buffer.from('sku,name\n1,"abc"d\n'), 'QUOTE_MISPLACED'],
    ['a line of 1 MB', Buffer.from(`sku,name\n1,${'x'.repeat(1_000_000)}\n`), 'ROW_TOO_LONG'],
    ['too many columns', Buffer.from(Array.from({ length: 501 }, (_, index) => `c${index}`).join(',')), 'COLUMNS_TOO_MANY'],
    ['a long column name', Buffer.from(`sku,${'n'.repeat(301)}\n`), 'COLUMN_NAME_TOO_LONG'],
  ])('refuses %s', (_name, bytes, code) => {
    expect(() => inspectFile(bytes, true)).toThrow(expect.objectContaining({ code, kind: 'invalid' }));
  });

  it('names the row of an unclosed quote', () => {
    expect(() => inspect('sku,name\n1,a\n2,"b\n3,c\n')).toThrow(/from row 2 on/);
  });
});

describe('inspectFile: columns and sample', () => {
  it('calls a column without a name by its place, and shows the first five rows', () => {
    const shape = inspect(`,name\n${'1,a\n'.repeat(8)}`);
    expect(shape.columns).toEqual(['column 1', 'name']);
    expect(shape.sample).toHaveLength(5);
    expect(shape.sample[0]).toEqual({ 'column 1': '1', name: 'a' });
  });

  it('shows short rows with blanks', () => {
    expect(inspect('a,b\n1\n').sample).toEqual([{ a: '1', b: '' }]);
  });
});
