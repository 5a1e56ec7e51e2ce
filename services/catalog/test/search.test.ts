import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { CategoryFacets, ItemPage } from '@torii/contracts';
import { startTestCatalog, type TestCatalog, type TestUser } from './start-test-catalog.ts';

const PRICE = { amountMinor: 1290, currency: 'EUR' };
const LISTED = { status: 'listed', price: PRICE } as const;
let catalog: TestCatalog;
let owner: TestUser;
let reader: TestUser;

beforeAll(async () => {
  catalog = await startTestCatalog();
  [owner, reader] = [await catalog.signUp(), await catalog.signUp()];
});
afterAll(() => catalog.stop());

async function list(user: TestUser, parameters: Readonly<Record<string, string>> = {}): Promise<ItemPage> {
  const { status, body } = await user.get(`/catalog/items?${new URLSearchParams(parameters).toString()}`);
  if (status !== 200) throw new Error(`The list cannot be read: ${JSON.stringify(body)}`);
  return body as ItemPage;
}

async function namesOf(user: TestUser, parameters: Readonly<Record<string, string>>): Promise<readonly string[]> {
  return (await list(user, parameters)).items.map(({ name }) => name);
}

describe('GET /catalog/items?q=', () => {
  const NAMES = [
    '東京タワーの歴史と建築',
    'Harry POTTER and the "Goblet" of Fire',
    'How to be the who',
    'ﾊﾘｰ・ﾎﾟｯﾀｰ',
    '𠮷野家のすべて',
    '100% wool -- (new) + *warm* ~ <soft> @home',
    "It's a Röck",
  ];
  beforeAll(async () => {
    for (const [index, name] of NAMES.entries()) await owner.createItem({ sku: `S-${index}`, name, ...LISTED });
    await owner.createItem({ sku: 'HIDDEN-1', name: 'Secret potter', status: 'draft' });
    await owner.createItem({
      sku: 'BOOK-9',
      name: 'Coraline',
      description: 'Behind a\n small door',
      category: 'Ghosts',
      attributes: { author: 'Neil Gaiman', cover: 'https://example.org/gaiman-cover.jpg' },
      ...LISTED,
    });
  });

  it.each([
    ['東京', '東京タワーの歴史と建築'],
    ['京タ', '東京タワーの歴史と建築'],
    ['築', '東京タワーの歴史と建築'],
    ['東', '東京タワーの歴史と建築'],
    ['potter', 'Harry POTTER and the "Goblet" of Fire'],
    ['POTTER', 'Harry POTTER and the "Goblet" of Fire'],
    ['oTTe', 'Harry POTTER and the "Goblet" of Fire'],
    ['ｐｏｔｔｅｒ', 'Harry POTTER and the "Goblet" of Fire'],
    ['"goblet"', 'Harry POTTER and the "Goblet" of Fire'],
    ['harry  potter', 'Harry POTTER and the "Goblet" of Fire'],
    ['the who', 'How to be the who'],
    ['how', 'How to be the who'],
    ['ハリー', 'ﾊﾘｰ・ﾎﾟｯﾀｰ'],
    ['𠮷', '𠮷野家のすべて'],
    ['100%', '100% wool -- (new) + *warm* ~ <soft> @home'],
    ['-- (new) + *', '100% wool -- (new) + *warm* ~ <soft> @home'],
    ['@home', '100% wool -- (new) + *warm* ~ <soft> @home'],
    ['%', '100% wool -- (new) + *warm* ~ <soft> @home'],
    ['~', '100% wool -- (new) + *warm* ~ <soft> @home'],
    ["it's", "It's a Röck"],
    ['RÖCK', "It's a Röck"],
    ['a small', 'Coraline'],
    ['book-9', 'Coraline'],
    ['ghost', 'Coraline'],
    ['gaiman', 'Coraline'],
  ])('finds %j', async (q, name) => {
    expect(await namesOf(reader, { q })).toEqual([name]);
  });

  it.each(['東タ', 'pottre', 'rock', 'fire how', '_', 'gaiman-cover', '+potter -fire', 'harry*', '%%', '\\'])(
    'does not find %j',
    async (q) => {
      expect(await namesOf(reader, { q })).toEqual([]);
    },
  );

  it('finds drafts for their owner only', async () => {
    expect(await namesOf(owner, { q: 'secret' })).toEqual(['Secret potter']);
    expect(await namesOf(reader, { q: 'secret' })).toEqual([]);
    expect(await namesOf(owner, { q: 'potter', status: 'listed' })).toEqual(['Harry POTTER and the "Goblet" of Fire']);
  });

  it('finds the text an item has now', async () => {
    const item = await owner.createItem({ sku: 'T-1', name: 'Zanzibar', ...LISTED });
    await owner.patch(`/catalog/items/${item.id}`, { name: 'Xylophone' }, { headers: { 'if-match': '*' } });
    expect(await namesOf(reader, { q: 'zanzibar' })).toEqual([]);
    expect(await namesOf(reader, { q: 'xylophone' })).toEqual(['Xylophone']);
    await owner.delete(`/catalog/items/${item.id}`);
    expect(await namesOf(reader, { q: 'xylophone' })).toEqual([]);
  });

  it('takes a blank query for none, and refuses one that is too long', async () => {
    expect((await list(reader, { q: '  ' })).items.length).toBeGreaterThan(1);
    expect((await reader.get(`/catalog/items?q=${'x'.repeat(201)}`)).status).toBe(400);
  });
});

describe('GET /catalog/items', () => {
  let shop: TestUser;
  beforeAll(async () => {
    shop = await catalog.signUp();
    for (let number = 0; number < 12; number += 1)
      await shop.createItem({
        sku: `P-${number}`,
        name: `Part ${number}`,
        category: number % 2 === 0 ? 'Even' : 'Odd',
        ...(number % 3 === 0 ? { status: 'draft' } : LISTED),
      });
  });

  async function walk(
    user: TestUser,
    parameters: Readonly<Record<string, string>>,
    between?: () => Promise<unknown>,
  ): Promise<readonly string[]> {
    const names: string[] = [];
    for (let cursor: string | null = ''; cursor !== null;) {
      const page = await list(user, cursor === '' ? parameters : { ...parameters, cursor });
      names.push(...page.items.map(({ name }) => name));
      cursor = page.nextCursor;
      if (cursor !== null) await between?.();
    }
    return names;
  }
  const ALL = Array.from({ length: 12 }, (_unused, index) => `Part ${11 - index}`);
  const numberOf = (name: string) => Number(name.slice(5));

  it('goes through everything newest first, own drafts among listed items', async () => {
    expect(await walk(shop, { owner: 'me', limit: '5' })).toEqual(ALL);
    expect((await walk(shop, { limit: '3' })).filter((name) => name.startsWith('Part'))).toEqual(ALL);
    const visible = ALL.filter((name) => numberOf(name) % 3 !== 0);
    expect((await walk(reader, { limit: '3' })).filter((name) => name.startsWith('Part'))).toEqual(visible);
  });

  it('filters by category, status and owner', async () => {
    expect(await namesOf(shop, { category: 'Odd', status: 'draft' })).toEqual(['Part 9', 'Part 3']);
    expect(await namesOf(reader, { category: 'Odd', status: 'draft' })).toEqual([]);
    expect(await namesOf(reader, { category: 'Odd' })).toEqual(['Part 11', 'Part 7', 'Part 5', 'Part 1']);
    expect(await namesOf(reader, { owner: 'me' })).toEqual([]);
    expect(await namesOf(shop, { category: 'odd' })).toEqual([]);
  });

  it('pages through a search', async () => {
    expect(await walk(shop, { q: 'part 1', limit: '1' })).toEqual(['Part 11', 'Part 10', 'Part 1']);
  });

  it('neither repeats nor skips when items come and go between pages', async () => {
    let made = 0;
    const names = await walk(shop, { owner: 'me', limit: '4' }, async () => {
      made += 1;
      const { id } = await shop.createItem({ sku: `N-${made}`, name: `New ${made}` });
      if (made > 1) await shop.delete(`/catalog/items/${id}`);
    });
    expect(names).toEqual(ALL);
  });

  it('ends without a cursor, also when the last page is full', async () => {
    const { items, nextCursor } = await list(shop, { category: 'Odd', status: 'draft', limit: '2' });
    expect([items.length, nextCursor]).toEqual([2, null]);
  });

  it.each(['x', 'e30', encodeURIComponent('{"a":1}'), Buffer.from('["2026-01-01","x"]').toString('base64url')])(
    'refuses the cursor %s',
    async (cursor) => {
      const { status, problem } = await shop.get(`/catalog/items?cursor=${cursor}`);
      expect([status, problem.code]).toEqual([400, 'CURSOR_INVALID']);
    },
  );

  it.each(['limit=0', 'limit=101', 'limit=x', 'status=gone', 'owner=you', 'page=2'])('refuses %s', async (query) => {
    expect((await shop.get(`/catalog/items?${query}`)).status).toBe(400);
  });
});

describe('GET /catalog/categories', () => {
  const categories = async (user: TestUser) => ((await user.get('/catalog/categories')).body as CategoryFacets).categories;

  it('counts what the caller can see, and follows changes', async () => {
    const [seller, buyer] = [await catalog.signUp(), await catalog.signUp()];
    await seller.createItem({ sku: 'C-1', name: 'A', category: 'Chairs', ...LISTED });
    const draft = await seller.createItem({ sku: 'C-2', name: 'B', category: 'Chairs', price: PRICE });
    expect(await categories(seller)).toContainEqual({ name: 'Chairs', count: 2 });
    expect(await categories(buyer)).toContainEqual({ name: 'Chairs', count: 1 });
    await seller.patch(`/catalog/items/${draft.id}`, { status: 'listed', category: 'Sofas' }, { headers: { 'if-match': '*' } });
    expect(await categories(buyer)).toEqual(
      expect.arrayContaining([
        { name: 'Chairs', count: 1 },
        { name: 'Sofas', count: 1 },
      ]),
    );
    await seller.delete(`/catalog/items/${draft.id}`);
    expect((await categories(buyer)).map(({ name }) => name)).not.toContain('Sofas');
  });

  it('puts the fullest category first', async () => {
    const counts = (await categories(owner)).map(({ count }) => count);
    expect(counts).toEqual([...counts].sort((left, right) => right - left));
  });
});
