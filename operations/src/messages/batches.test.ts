import { describe, expect, it } from '@jest/globals';
import { toBatches } from './batches.ts';

const message = (body: string) => ({ body, attributes: {} });
const sizes = (bodies: readonly string[], size = 10) => toBatches(bodies.map(message), size).map((batch) => batch.length);

describe('toBatches', () => {
  it('makes batches of at most the given size, in order', () => {
    const batches = toBatches(['a', 'b', 'c'].map(message), 2);
    expect(batches.map((batch) => batch.map(({ body }) => body))).toEqual([['a', 'b'], ['c']]);
    expect(sizes(Array.from({ length: 23 }, String))).toEqual([10, 10, 3]);
    expect(sizes([])).toEqual([]);
  });

  it('keeps a batch below 256 KiB, counting bytes rather than characters', () => {
    const text = 'é'.repeat(64 * 1024);
    expect(sizes([text, text, text])).toEqual([2, 1]);
  });

  it('counts attributes', () => {
    const attributes = { failure: { DataType: 'String', StringValue: 'x'.repeat(200 * 1024) } };
    expect(toBatches([{ body: '', attributes }, message('x'.repeat(100 * 1024))], 10)).toHaveLength(2);
  });

  it('sends what is too large alone', () => {
    expect(sizes(['a', 'x'.repeat(300 * 1024), 'b'])).toEqual([1, 1, 1]);
  });
});
