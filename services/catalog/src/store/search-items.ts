import { QueryTypes, type Sequelize } from 'sequelize';
import type { CatalogItem } from '../domain/item.ts';
import { encodeCharacterQuery, encodePairsQuery, listQueryPairs } from '../domain/search-text.ts';
import { type ItemRow, parseItemRow, selectColumns } from './item-row.ts';
import { type Fragment, matchScope, newestFirst, type PageRequest } from './page-items.ts';

// Two ways, each good where the other is bad. The newest items are compared with the text one by one: a text that one item
// in fifty has fills its page there, in milliseconds, where the index would first collect every match there is. What is
// rarer leaves the index little to collect. The index proposes, the text decides.

/** Newest items that are compared before the index is asked. */
const WALKED_ITEMS = 1000;

/** Pairs the index is asked for. Its work is the sum of their items, and a third rare pair excludes hardly more than two. */
const ASKED_PAIRS = 2;

/** The newest `limit` items of the scopes whose text contains `text`, which is normalised and not empty. */
export async function searchItems(sequelize: Sequelize, text: string, request: PageRequest): Promise<readonly CatalogItem[]> {
  const recent = await findItems(sequelize, amongNewest(text, request));
  if (recent.length === request.limit || (await countWalked(sequelize, request)) < WALKED_ITEMS) return recent;
  const pairs = await pickRarePairs(sequelize, listQueryPairs(text), request);
  const expression = pairs.length === 0 ? encodeCharacterQuery(text) : encodePairsQuery(pairs);
  return findItems(sequelize, byIndex(text, expression, request));
}

function amongNewest(text: string, request: PageRequest): Fragment {
  const newest = newestFirst({ ...request, limit: WALKED_ITEMS });
  return {
    sql: `SELECT ${selectColumns('i')} FROM (${newest.sql}) page
      JOIN item_search s ON s.item_id = page.id JOIN items i ON i.id = page.id
      WHERE LOCATE(?, s.text) > 0 ORDER BY page.created_at DESC, page.id DESC LIMIT ?`,
    values: [...newest.values, text, request.limit],
  };
}

/** Fewer than asked for are all there are: what the index proposed beyond them would be other people's. */
async function countWalked(sequelize: Sequelize, request: PageRequest): Promise<number> {
  const newest = newestFirst({ ...request, limit: WALKED_ITEMS });
  const [row] = await sequelize.query<{ count: unknown }>(`SELECT COUNT(*) AS count FROM (${newest.sql}) page`, {
    replacements: [...newest.values],
    type: QueryTypes.SELECT,
  });
  return Number(row?.count);
}

/** The pairs that fewest of the newest items have. The index cannot say how common a pair is; they can, in any language. */
async function pickRarePairs(sequelize: Sequelize, pairs: readonly string[], request: PageRequest): Promise<readonly string[]> {
  if (pairs.length <= ASKED_PAIRS) return pairs;
  const newest = newestFirst({ ...request, after: undefined, limit: WALKED_ITEMS });
  const counts = pairs.map((_pair, index) => `SUM(LOCATE(?, s.text) > 0) AS c${index}`);
  const [row = {}] = await sequelize.query<Readonly<Record<string, unknown>>>(
    `SELECT ${counts.join(', ')} FROM (${newest.sql}) page JOIN item_search s ON s.item_id = page.id`,
    { replacements: [...pairs, ...newest.values], type: QueryTypes.SELECT },
  );
  return pairs
    .map((pair, index) => ({ pair, count: Number(row[`c${index}`] ?? 0) }))
    .toSorted((left, right) => left.count - right.count)
    .slice(0, ASKED_PAIRS)
    .map(({ pair }) => pair);
}

function byIndex(text: string, expression: string, { scopes, after, limit }: PageRequest): Fragment {
  const wanted = scopes.map((scope) => matchScope(scope, after));
  return {
    sql: `SELECT ${selectColumns('items')} FROM item_search s JOIN items ON items.id = s.item_id
      WHERE MATCH(s.tokens) AGAINST (? IN BOOLEAN MODE) AND LOCATE(?, s.text) > 0
        AND (${wanted.map((scope) => `(${scope.sql})`).join(' OR ')})
      ORDER BY items.created_at DESC, items.id DESC LIMIT ?`,
    values: [expression, text, ...wanted.flatMap((scope) => scope.values), limit],
  };
}

async function findItems(sequelize: Sequelize, { sql, values }: Fragment): Promise<readonly CatalogItem[]> {
  const rows = await sequelize.query<ItemRow>(sql, { replacements: [...values], type: QueryTypes.SELECT });
  return rows.map(parseItemRow);
}
