import { describe, expect, it } from '@jest/globals';
import iconv from 'iconv-lite';
import { type CsvRecord, readCsvRecords } from './csv-records.ts';

async function toList<T>(items: AsyncIterable<T>): Promise<readonly T[]> {
  const list: T[] = [];
  for await (const item of items) list.push(item);
  return list;
}

async function* inPieces(bytes: Uint8Array, size: number) {
  for (let start = 0; start < bytes.length; start += size) yield bytes.subarray(start, start + size);
}

function read(bytes: Uint8Array, { encoding = 'utf-8', size = 7 } = {}): Promise<readonly CsvRecord[]> {
  return toList(readCsvRecords(inPieces(bytes, size), { encoding, delimiter: ',' }, 0));
}

describe('readCsvRecords', () => {
  it('reads quotes, doubled quotes, line ends inside quotes, mixed line ends and no last line end', async () => {
    const records = await read(Buffer.from('a,b\r\n"1,1","x ""y"""\n\n2,"line\r\nline"\r3,'));
    expect(records.map(({ cells }) => cells)).toEqual([
      ['a', 'b'],
      ['1,1', 'x "y"'],
      ['2', 'line\r\nline'],
      ['3', ''],
    ]);
  });

  it.each(['utf-8', 'utf-16le', 'utf-16be', 'shift_jis', 'euc-jp', 'gb18030', 'big5'])(
    'tells the byte behind each record of %s, whatever the pieces, so that reading can go on there',
    async (encoding) => {
      const text = 'sku,name\n1,東京\r\n\n2,"a\n""b"\n3,日本 ok\n4,';
      const bytes = iconv.encode(text, encoding, { addBOM: encoding.startsWith('utf') });
      for (const size of [1, 2, 3, 5, 100]) {
        const records = await read(bytes, { encoding, size });
        const ends = records.map((record) => record.endByte);
        expect(ends.at(-1)).toBe(bytes.length);
        for (const [index, end] of ends.entries()) {
          const rest = await read(bytes.subarray(end), { encoding, size });
          expect(rest.map(({ cells }) => cells)).toEqual(records.slice(index + 1).map(({ cells }) => cells));
        }
      }
    },
  );

  // EUC-JP's usual ～ and №, users' own characters of Shift_JIS, the one-byte € of GB18030: none is encoded again as it was.
  it.each([
    ['euc-jp', [0xa1, 0xc1, 0xad, 0xe2]],
    ['shift_jis', [0xf0, 0x40]],
    ['gb18030', [0x80]],
  ])('tells the byte behind each record of %s although its characters have two forms', async (encoding, bytes) => {
    const lines = Array.from({ length: 5 }, (_, index) => Buffer.concat([Buffer.from(`${index},`), Buffer.from(bytes), Buffer.from('\n')]));
    const file = Buffer.concat(lines);
    for (const size of [1, 3, 100]) {
      const records = await read(file, { encoding, size });
      expect(records.map((record) => record.endByte)).toEqual([1, 2, 3, 4, 5].map((count) => (count * file.length) / 5));
    }
  });

  it('reads other encodings, their characters cut anywhere', async () => {
    const records = await read(iconv.encode('品番,商品名\n1,東京タワー\n', 'shift_jis'), { encoding: 'shift_jis', size: 3 });
    expect(records.map(({ cells }) => cells)).toEqual([
      ['品番', '商品名'],
      ['1', '東京タワー'],
    ]);
  });

  it.each([
    ['bytes that are not UTF-8', Buffer.from([0x61, 0x2c, 0xff, 0x0a]), 'ENCODING_WRONG'],
    ['a character cut by the end of the file', Buffer.from([0x61, 0x2c, 0xe6]), 'ENCODING_WRONG'],
    ['an unclosed quote', Buffer.from('a,b\n1,"2\n'), 'QUOTE_NOT_CLOSED'],
    ['an unclosed quote in a long file', Buffer.from(`a,b\n1,"${'2\n'.repeat(200_000)}`), 'ROW_TOO_LONG'],
    ['a line of 1 MB', Buffer.from(`a,b\n1,${'x'.repeat(1_000_000)}\n`), 'ROW_TOO_LONG'],
    ['a misplaced quote', Buffer.from('a,b\n1,x"y\n'), 'QUOTE_MISPLACED'],
  ])('refuses %s', async (_name, bytes, code) => {
    await expect(read(bytes, { size: 65_536 })).rejects.toMatchObject({ code });
  });

  it('ends the source when the reader stops early', async () => {
    let ended = false;
    async function* source() {
      try {
        for (;;) yield Buffer.from('1,2\n'.repeat(1000));
      } finally {
        ended = true;
      }
    }
    for await (const record of readCsvRecords(source(), { encoding: 'utf-8', delimiter: ',' }, 0)) if (record.endByte > 10) break;
    await new Promise(setImmediate);
    expect(ended).toBe(true);
  });

  it('passes on a failure of the source', async () => {
    async function* source() {
      yield Buffer.from('1,2\n');
      throw new Error('connection lost');
    }
    await expect(toList(readCsvRecords(source(), { encoding: 'utf-8', delimiter: ',' }, 0))).rejects.toThrow('connection lost');
  });
});
