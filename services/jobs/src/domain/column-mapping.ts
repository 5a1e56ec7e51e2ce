import type { ColumnMapping } from '@torii/contracts';
import { columnMissing } from './errors.ts';

/** Names of columns by target, best first, as `normalizeColumn` writes them. A column serves one target, targets choose in this order. */
const KNOWN_COLUMNS: readonly (readonly [target: string, names: readonly string[]])[] = [
  [
    'sku',
    'sku itemsku variantsku productsku itemcode productcode articlenumber partnumber 品番 商品コード 商品番号 型番 管理番号 isbn isbn13 isbn10 ean ean13 gtin jan janコード upc barcode asin id productid itemid bookid handle'.split(
      ' ',
    ),
  ],
  [
    'name',
    'name itemname productname title producttitle booktitle originaltitle label 商品名 製品名 品名 書名 タイトル 題名 名称 名前'.split(' '),
  ],
  [
    'description',
    'description itemdescription productdescription longdescription shortdescription body bodyhtml summary details 説明 商品説明 説明文 概要 詳細 内容'.split(
      ' ',
    ),
  ],
  [
    'category',
    'category categories categoryname productcategory producttype genre genres department カテゴリ カテゴリー 分類 ジャンル 種別'.split(
      ' ',
    ),
  ],
  ['status', 'status itemstatus state ステータス 状態 公開状態'.split(' ')],
  ['price.amountMinor', 'priceminor amountminor priceamountminor pricecents pricecent priceincents'.split(' ')],
  [
    'price.amount',
    'price amount priceamount unitprice variantprice listprice saleprice retailprice priceusd priceeur pricegbp pricejpy 価格 値段 単価 定価 販売価格 税込価格 価格円 金額'.split(
      ' ',
    ),
  ],
  ['price.currency', 'currency currencycode pricecurrency 通貨 通貨コード'.split(' ')],
  ['attributes', ['attributes']],
  ['attributes.authors', 'authors author writer writers 著者 著者名 作者'.split(' ')],
  ['attributes.originalTitle', 'originaltitle 原題'.split(' ')],
  ['attributes.publisher', 'publisher publishers 出版社'.split(' ')],
  ['attributes.brand', 'brand manufacturer vendor maker ブランド メーカー'.split(' ')],
  ['attributes.year', 'year publicationyear originalpublicationyear releaseyear 発行年 出版年'.split(' ')],
  ['attributes.language', 'language languagecode lang 言語'.split(' ')],
  ['attributes.color', 'color colour 色 カラー'.split(' ')],
  ['attributes.size', 'size サイズ'.split(' ')],
  ['attributes.tags', 'tags tag keywords タグ'.split(' ')],
  ['attributes.rating', 'rating averagerating 評価'.split(' ')],
  ['attributes.imageUrl', 'imageurl image imagesrc picture photo 画像 画像url'.split(' ')],
];

/** A mapping that fits the header as far as its names are known; targets without a fitting column are left out. */
export function guessMapping(columns: readonly string[]): Readonly<Record<string, string>> {
  const free = new Map(columns.map((column) => [normalizeColumn(column), column]));
  const mapping: Record<string, string> = {};
  for (const [target, names] of KNOWN_COLUMNS) {
    const name = names.find((candidate) => free.has(candidate));
    const column = name === undefined ? undefined : free.get(name);
    if (name === undefined || column === undefined) continue;
    if (target === 'price.amount' && 'price.amountMinor' in mapping) continue;
    mapping[target] = column;
    free.delete(name);
  }
  return mapping;
}

/** Target → place of its column in a row. */
export type MappedColumns = ReadonlyMap<string, number>;

/** @throws COLUMN_MISSING when the header lacks a mapped column. */
export function resolveMapping(columns: readonly string[], mapping: ColumnMapping): MappedColumns {
  return new Map(
    Object.entries(mapping).map(([target, column]) => {
      const index = columns.indexOf(column.trim());
      if (index === -1) throw columnMissing(column, target, columns);
      return [target, index];
    }),
  );
}

/** `Unit Price (USD)` → `unitpriceusd`; full-width letters become plain ones. */
function normalizeColumn(column: string): string {
  return column
    .normalize('NFKC')
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}]/gu, '');
}
