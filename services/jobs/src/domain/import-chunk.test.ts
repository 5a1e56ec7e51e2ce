import { describe, expect, it } from '@jest/globals';
import { batchMessageId, chunkRows, type ImportChunk } from './import-chunk.ts';
import { createRowValidator } from './import-row.ts';

const validate = createRowValidator(['sku', 'name'], { sku: 'sku', name: 'name' });

async function toList<T>(items: AsyncIterable<T>): Promise<readonly T[]> {
  const list: T[] = [];
  for await (const item of items) list.push(item);
  return list;
}

async function* records(names: readonly string[]) {
  for (const [index, name] of names.entries()) yield { cells: [String(index), name], endByte: (index + 1) * 10 };
}

async function collect(names: readonly string[], rowsBefore = 0): Promise<readonly ImportChunk[]> {
  return toList(chunkRows(records(names), validate, rowsBefore));
}

describe('chunkRows', () => {
  it('cuts after 500 rows', async () => {
    const chunks = await collect(Array.from({ length: 1200 }, () => 'n'));
    expect(chunks.map(({ rows, lastRow, endByte }) => [rows.length, lastRow, endByte])).toEqual([
      [500, 500, 5000],
      [500, 1000, 10_000],
      [200, 1200, 12_000],
    ]);
  });

  it('cuts before 200 KiB of JSON, whether rows are accepted or rejected', async () => {
    for (const length of [300, 1000]) {
      const chunks = await collect(Array.from({ length: 499 }, () => 'é'.repeat(length)));
      const bytes = chunks.map(({ rows }) => Buffer.byteLength(JSON.stringify(rows.map((row) => (row.accepted ? row.row : row.cells)))));
      expect(Math.max(...bytes)).toBeLessThanOrEqual(200 * 1024);
      expect(chunks.at(-1)?.lastRow).toBe(499);
    }
  });

  it('goes on from a checkpoint with the chunks it would have made without the stop', async () => {
    const names = Array.from({ length: 1700 }, (_, index) => 'n'.repeat(index % 290));
    const whole = await collect(names);
    const first = whole[0];
    const rest = await toList(chunkRows(records(names.slice(first?.lastRow)), validate, first?.lastRow ?? 0));
    expect(rest.map(({ lastRow, rows }) => [lastRow, rows.length])).toEqual(
      whole.slice(1).map(({ lastRow, rows }) => [lastRow, rows.length]),
    );
  });

  it('makes nothing of nothing', async () => {
    expect(await collect([])).toEqual([]);
  });
});

describe('batchMessageId', () => {
  it('is the same for the same batch, and different for the next one and the next attempt', () => {
    const id = '0199a1b2-0000-7000-8000-000000000001';
    expect(batchMessageId(id, 1, 0)).toBe(batchMessageId(id, 1, 0));
    expect(new Set([batchMessageId(id, 1, 0), batchMessageId(id, 1, 1), batchMessageId(id, 2, 0)]).size).toBe(3);
  });
});
