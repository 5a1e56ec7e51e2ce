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

const AWKWARD_NAMES = ['東京タワーの模型', 'Chair, "Model T"', '=1+1', "'=quoted", '-12 %', '  spaced out  '];

/** `count` rows of goods with every field of an item, every third of them listed; texts are such as files and spreadsheets spoil. */
export function inventGoods(count: number, category: string): Uint8Array {
  const rows = Array.from({ length: count }, (_, index) => ({
    sku: `${category}-${index}`,
    name: `${AWKWARD_NAMES[index % AWKWARD_NAMES.length]} ${index}`,
    description: index % 2 === 0 ? `First line\nsecond, "${index}"` : '',
    category,
    status: index % 3 === 0 ? 'listed' : 'draft',
    price: index % 3 === 1 ? '' : `${index + 1}.50`,
    currency: index % 3 === 1 ? '' : 'EUR',
    colour: ['red', '青', ''][index % 3],
  }));
  return Buffer.from(stringify(rows, { header: true }));
}
