import { stringify } from 'csv-stringify/sync';

/** `count` rows of books with skus of their own; the same `seed` gives the same file. */
export function inventBooks(count: number, seed = 'book'): Uint8Array {
  const rows = Array.from({ length: count }, (_, index) => ({
    isbn: `${seed}-${index}`,
    title: index % 100 === 0 ? `東京タワーの歴史と建築 ${index}` : `The "Book" of ${seed}, volume ${index}`,
    authors: `Author ${index % 50}`,
    genre: ['fiction', 'history', 'science'][index % 3],
  }));
  return Buffer.from(stringify(rows, { header: true }));
}
