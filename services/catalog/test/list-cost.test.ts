import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { connectDatabase, createLogger, type Database, runMigrations } from '@torii/chassis';
import { userId } from '@torii/contracts';
import { createTestSchema, type TestSchema } from '@torii/testing';
import { decideScopes } from '../src/domain/listing.ts';
import type { Sequelize } from 'sequelize';
import { findPage, newestFirst, type PageRequest } from '../src/store/page-items.ts';
import { searchItems } from '../src/store/search-items.ts';

const OWNER = userId.parse('00000000-0000-4000-8000-000000000001');
const ITEMS = 3000;
const LIMIT = 20;
/** At most three scopes: each row is read from its index and once more when they are merged. */
const READS_OF_A_PAGE = 8 * LIMIT;
let schema: TestSchema;
let database: Database;

beforeAll(async () => {
  schema = await createTestSchema('catalog');
  database = await connectDatabase(schema.databaseOptions);
  await runMigrations(database, new URL('../migrations/', import.meta.url), createLogger({ serviceName: 'catalog', level: 'silent' }));
  await schema.query(
    `INSERT INTO items SELECT LPAD(seq, 36, '0'), ?, CONCAT('sku-', seq), CONCAT('Item ', seq), NULL, IF(seq % 2, 'odd', 'even'), 100, 'EUR',
       ELT(1 + seq % 3, 'listed', 'draft', 'retired'), '{}', 1, '2026-01-01' + INTERVAL FLOOR(seq / 7) SECOND, '2026-01-01'
     FROM seq_1_to_${ITEMS}`,
    [OWNER],
  );
});
afterAll(async () => {
  await database.close();
  await schema.close();
});

/** Index and table rows the server read for the ids of a page. */
async function countReads(request: PageRequest): Promise<number> {
  const { sql, values } = newestFirst(request);
  await schema.query('FLUSH STATUS');
  await schema.query(sql, values);
  const rows = await schema.query<{ Value: string }>("SHOW SESSION STATUS LIKE 'Handler_read%'");
  return rows.reduce((sum, { Value }) => sum + Number(Value), 0);
}

describe('a page of items', () => {
  it.each([
    ['all the owner sees', {}],
    ['their own', { owner: 'me' as const }],
    ['one category', { category: 'odd' }],
    ['drafts', { status: 'draft' as const }],
    ['their listed items of a category', { owner: 'me' as const, status: 'listed' as const, category: 'even' }],
  ])('of %s reads as few rows at the end as at the beginning', async (_what, query) => {
    const scopes = decideScopes(query, OWNER);
    const everything = await findPage(database.read, { scopes, after: undefined, limit: ITEMS });
    const last = everything.at(-LIMIT - 1);
    const after = last === undefined ? undefined : { createdAt: last.createdAt, id: last.id };
    expect(await countReads({ scopes, after: undefined, limit: LIMIT })).toBeLessThan(READS_OF_A_PAGE);
    expect(await countReads({ scopes, after, limit: LIMIT })).toBeLessThan(READS_OF_A_PAGE);
    expect(await findPage(database.read, { scopes, after, limit: LIMIT })).toEqual(everything.slice(-LIMIT));
  });
});

describe('a search among few items', () => {
  it('does not ask the index, which holds those of everybody', async () => {
    await schema.query("INSERT INTO item_search SELECT id, LOWER(name), 'x' FROM items");
    const statements: string[] = [];
    const query = (sql: string, options: object) => {
      statements.push(sql);
      return database.read.query(sql, options);
    };
    const scopes = decideScopes({ status: 'draft', category: 'even' }, OWNER);
    const found = await searchItems(parseSequelize({ query }), 'item 3000', { scopes, after: undefined, limit: LIMIT });
    expect(found).toHaveLength(0);
    expect(statements.join()).not.toContain('MATCH');
    expect(await searchItems(database.read, 'item 2998', { scopes, after: undefined, limit: LIMIT })).toHaveLength(1);
  });
});

const parseSequelize = (value: object) => value as Sequelize;
