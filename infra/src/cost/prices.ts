import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** Where a figure comes from: AWS's own price list, its page, somebody's bill; or nobody has verified it yet. */
export type Basis = 'price-list' | 'page' | 'bill' | 'unverified';

export interface Price {
  readonly id: string;
  /** US dollars for one unit, on demand, without tax. */
  readonly usd: number;
  /** The unit: an hour, a GiB-month, a request. */
  readonly per: string;
  readonly basis: Basis;
  /** ISO 8601: the day or the month it was right. */
  readonly asOf: string;
  /** Where it can be looked up. */
  readonly source: string;
  readonly note?: string;
}

export interface PriceTable {
  readonly region: string;
  /** By id. */
  readonly prices: ReadonlyMap<string, Price>;
  /** @throws Error that names the missing price */
  get(id: string): Price;
}

const FOLDER = fileURLToPath(new URL('../../prices/', import.meta.url));
const BASES: ReadonlySet<string> = new Set<Basis>(['price-list', 'page', 'bill', 'unverified']);

/** @throws Error when there is no table for the region, or it has an entry that is no price */
export function readPrices(region: string): PriceTable {
  const file = `${FOLDER}${region}.json`;
  if (!existsSync(file)) {
    const known = readdirSync(FOLDER).map((name) => name.replace(/\.json$/, ''));
    throw new Error(`Prices of '${region}' cannot be read: infra/prices/ has ${known.toSorted().join(', ')}.`);
  }
  return createPriceTable(region, parsePrices(readFileSync(file, 'utf8'), region));
}

export function createPriceTable(region: string, list: readonly Price[]): PriceTable {
  const prices = new Map(list.map((price) => [price.id, price]));
  return {
    region,
    prices,
    get(id) {
      const price = prices.get(id);
      if (!price) throw new Error(`Price '${id}' cannot be found: infra/prices/${region}.json has none. Add it with its source and date.`);
      return price;
    },
  };
}

/** @throws Error that names the entry that is no price */
export function parsePrices(json: string, region: string): readonly Price[] {
  const table = JSON.parse(json) as { readonly prices: Readonly<Record<string, Omit<Price, 'id'>>> };
  const prices = Object.entries(table.prices).map(([id, price]) => ({ id, ...price }));
  for (const price of prices) {
    const fault = findFault(price);
    if (fault !== undefined) throw new Error(`Price '${price.id}' of ${region} cannot be used: ${fault}.`);
  }
  return prices;
}

function findFault({ usd, per, basis, asOf, source }: Price): string | undefined {
  if (typeof usd !== 'number' || !(usd > 0)) return 'usd is no amount';
  if (!per) return 'per is no unit';
  if (!BASES.has(basis)) return `basis is none of ${[...BASES].join(', ')}`;
  if (!/^\d{4}-\d{2}(-\d{2})?$/.test(asOf)) return 'asOf is no month or day';
  return source.startsWith('https://') ? undefined : 'source is no address';
}
