import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { startTestCatalog, type TestCatalog, type TestUser } from './start-test-catalog.ts';

const PRICE = { amountMinor: 1290, currency: 'EUR' };
let catalog: TestCatalog;
let owner: TestUser;
let stranger: TestUser;

beforeAll(async () => {
  catalog = await startTestCatalog();
  [owner, stranger] = [await catalog.signUp(), await catalog.signUp()];
});
afterAll(() => catalog.stop());

const newSku = () => `sku-${randomUUID()}`;
const LISTED = { name: 'Lamp', status: 'listed', price: PRICE } as const;

describe('POST /catalog/items', () => {
  it('creates an item and tells where it is and which version it has', async () => {
    const sku = newSku();
    const { status, headers, body } = await owner.post('/catalog/items', { sku, name: ' Lamp ', attributes: { watts: 5, tags: ['a'] } });
    expect(status).toBe(201);
    expect(headers.get('etag')).toBe('"1"');
    expect(body).toMatchObject({
      sku,
      name: 'Lamp',
      description: null,
      category: null,
      price: null,
      status: 'draft',
      version: 1,
      ownerId: owner.id,
    });
    const { id } = body as { id: string };
    expect(headers.get('location')).toBe(`/v1/catalog/items/${id}`);
    expect((await owner.get(`/catalog/items/${id}`)).body).toEqual(body);
  });

  it('refuses a second item with the same sku, and takes it from another owner', async () => {
    const { sku } = await owner.createItem({ sku: newSku(), name: 'Lamp' });
    const second = await owner.post('/catalog/items', { sku, name: 'Chair' });
    expect(second.status).toBe(409);
    expect(second.problem.code).toBe('SKU_TAKEN');
    expect((await stranger.post('/catalog/items', { sku, name: 'Chair' })).status).toBe(201);
  });

  it('does not list an item without price', async () => {
    const sku = newSku();
    const { status, problem } = await owner.post('/catalog/items', { sku, name: 'Lamp', status: 'listed' });
    expect(status).toBe(400);
    expect(problem).toMatchObject({ code: 'ITEM_WITHOUT_PRICE', detail: `Item ${sku} cannot be listed: it has no price.` });
  });

  it('names every field that is wrong', async () => {
    const { status, problem } = await owner.post('/catalog/items', {
      name: '',
      price: { amountMinor: 1.5, currency: 'eur' },
      colour: 'red',
    });
    expect(status).toBe(400);
    expect(problem.code).toBe('REQUEST_INVALID');
    expect(problem.errors?.map(({ path }) => path)).toEqual(
      expect.arrayContaining(['sku', 'name', 'price.amountMinor', 'price.currency', 'colour']),
    );
  });

  it.each([
    ['bad JSON', '{"sku": ', 400],
    ['a body that is no object', '[]', 400],
    ['an oversized body', JSON.stringify({ sku: 'A', name: 'x'.repeat(300 * 1024) }), 413],
  ])('refuses %s', async (_what, body, status) => {
    const response = await owner.request('POST', '/catalog/items', { body });
    expect(response.status).toBe(status);
    expect(response.headers.get('content-type')).toContain('application/problem+json');
  });

  it('refuses attributes of more than 16 KiB', async () => {
    const { status } = await owner.post('/catalog/items', { sku: newSku(), name: 'Lamp', attributes: { note: 'x'.repeat(17 * 1024) } });
    expect(status).toBe(400);
  });
});

describe('authentication', () => {
  it.each([
    ['no token', async () => null, 'TOKEN_MISSING'],
    ['an expired token', () => catalog.tokens.sign({ expiresInSeconds: -60 }), 'TOKEN_EXPIRED'],
    ['a tampered token', () => catalog.tokens.signTampered(), 'TOKEN_INVALID'],
    ['a forged token', () => catalog.tokens.signForged(), 'TOKEN_INVALID'],
    ['a token of another issuer', () => catalog.tokens.sign({ issuer: 'https://localhost/other' }), 'TOKEN_INVALID'],
    ['a token of another client', () => catalog.tokens.sign({ clientId: 'other' }), 'TOKEN_INVALID'],
    ['an id token', () => catalog.tokens.sign({ tokenUse: 'id' }), 'TOKEN_INVALID'],
    ['no token at all but text', async () => 'hello', 'TOKEN_INVALID'],
  ])('refuses %s', async (_what, sign, code) => {
    for (const [method, path] of [
      ['GET', '/catalog/items'],
      ['POST', '/catalog/items'],
      ['GET', '/catalog/categories'],
      ['DELETE', `/catalog/items/${randomUUID()}`],
    ] as const) {
      const response = await owner.request(method, path, { token: await sign() });
      expect(response.status).toBe(401);
      expect(response.problem.code).toBe(code);
    }
  });
});

describe('GET /catalog/items/:id', () => {
  it('shows listed items to everybody, and drafts and retired ones to their owner alone', async () => {
    const listed = await owner.createItem({ sku: newSku(), ...LISTED });
    const draft = await owner.createItem({ sku: newSku(), name: 'Draft' });
    const retired = await owner.createItem({ sku: newSku(), name: 'Retired', status: 'retired' });
    expect((await stranger.get(`/catalog/items/${listed.id}`)).status).toBe(200);
    for (const { id } of [draft, retired]) {
      expect((await owner.get(`/catalog/items/${id}`)).status).toBe(200);
      // Again after it is in the cache.
      const hidden = await stranger.get(`/catalog/items/${id}`);
      expect(hidden.status).toBe(404);
      expect(hidden.problem.code).toBe('ITEM_NOT_FOUND');
    }
  });

  it('answers 304 to a client that has this version', async () => {
    const { id } = await owner.createItem({ sku: newSku(), ...LISTED });
    const known = await owner.get(`/catalog/items/${id}`, { headers: { 'if-none-match': '"1"' } });
    expect([known.status, known.body, known.headers.get('etag')]).toEqual([304, undefined, '"1"']);
    expect((await owner.get(`/catalog/items/${id}`, { headers: { 'if-none-match': '"2"' } })).status).toBe(200);
  });

  it('does not find what does not exist, and refuses what is no id', async () => {
    expect((await owner.get(`/catalog/items/${randomUUID()}`)).problem.code).toBe('ITEM_NOT_FOUND');
    expect((await owner.get('/catalog/items/42')).status).toBe(400);
  });
});

describe('PATCH /catalog/items/:id', () => {
  const change = (user: TestUser, id: string, ifMatch: string, patch: object) =>
    user.patch(`/catalog/items/${id}`, patch, { headers: { 'if-match': ifMatch } });

  it('changes the fields it names and shows them at the next read', async () => {
    const item = await owner.createItem({ sku: newSku(), ...LISTED, description: 'Bright' });
    await owner.get(`/catalog/items/${item.id}`);
    const { status, headers, body } = await change(owner, item.id, '"1"', { name: 'Desk lamp', description: null });
    expect([status, headers.get('etag')]).toEqual([200, '"2"']);
    expect(body).toMatchObject({ name: 'Desk lamp', description: null, price: PRICE, version: 2, createdAt: item.createdAt });
    expect((await owner.get(`/catalog/items/${item.id}`)).body).toEqual(body);
  });

  it('keeps the version when nothing changes', async () => {
    const item = await owner.createItem({ sku: newSku(), ...LISTED });
    const { status, headers, body } = await change(owner, item.id, '"1"', { name: 'Lamp' });
    expect([status, headers.get('etag'), body]).toEqual([200, '"1"', item]);
  });

  it('refuses a change based on an older version, and one that does not say on which', async () => {
    const { id } = await owner.createItem({ sku: newSku(), ...LISTED });
    expect((await change(owner, id, '"1"', { name: 'B' })).status).toBe(200);
    const stale = await change(owner, id, '"1"', { name: 'C' });
    expect([stale.status, stale.problem.code]).toEqual([412, 'ITEM_VERSION_STALE']);
    const blind = await owner.patch(`/catalog/items/${id}`, { name: 'C' });
    expect([blind.status, blind.problem.code]).toEqual([428, 'IF_MATCH_REQUIRED']);
    expect((await change(owner, id, '1', { name: 'C' })).problem.code).toBe('IF_MATCH_MALFORMED');
    expect((await change(owner, id, '*', { name: 'C' })).status).toBe(200);
  });

  it('lets one of many concurrent changes of a version win', async () => {
    const { id } = await owner.createItem({ sku: newSku(), ...LISTED });
    const responses = await Promise.all(Array.from({ length: 8 }, (_unused, index) => change(owner, id, '"1"', { name: `Name ${index}` })));
    expect(responses.filter(({ status }) => status === 412)).toHaveLength(7);
    const winner = responses.find(({ status }) => status === 200);
    expect((await owner.get(`/catalog/items/${id}`)).body).toEqual(winner?.body);
  });

  it('lets nobody but the owner change an item', async () => {
    const listed = await owner.createItem({ sku: newSku(), ...LISTED });
    const draft = await owner.createItem({ sku: newSku(), name: 'Draft' });
    const forbidden = await change(stranger, listed.id, '*', { name: 'Mine' });
    expect([forbidden.status, forbidden.problem.code]).toEqual([403, 'ITEM_NOT_OWNED']);
    expect((await change(stranger, draft.id, '*', { name: 'Mine' })).status).toBe(404);
  });

  it('does not list without price, nor take a sku that another item has', async () => {
    const first = await owner.createItem({ sku: newSku(), name: 'First' });
    const second = await owner.createItem({ sku: newSku(), name: 'Second' });
    expect((await change(owner, first.id, '*', { status: 'listed' })).problem.code).toBe('ITEM_WITHOUT_PRICE');
    const taken = await change(owner, first.id, '*', { sku: second.sku });
    expect([taken.status, taken.problem.code]).toEqual([409, 'SKU_TAKEN']);
  });

  it('refuses an empty patch and unknown fields', async () => {
    const { id } = await owner.createItem({ sku: newSku(), name: 'Lamp' });
    for (const patch of [{}, { version: 7 }, { ownerId: stranger.id }]) expect((await change(owner, id, '*', patch)).status).toBe(400);
  });
});

describe('DELETE /catalog/items/:id', () => {
  it('deletes an item for its owner', async () => {
    const { id, sku } = await owner.createItem({ sku: newSku(), ...LISTED });
    await owner.get(`/catalog/items/${id}`);
    expect((await stranger.delete(`/catalog/items/${id}`)).status).toBe(403);
    expect((await owner.delete(`/catalog/items/${id}`, { headers: { 'if-match': '"7"' } })).status).toBe(412);
    expect((await owner.delete(`/catalog/items/${id}`, { headers: { 'if-match': '"1"' } })).status).toBe(204);
    expect((await owner.get(`/catalog/items/${id}`)).status).toBe(404);
    expect((await owner.delete(`/catalog/items/${id}`)).status).toBe(404);
    expect((await owner.post('/catalog/items', { sku, name: 'Again' })).status).toBe(201);
  });
});

describe('Idempotency-Key', () => {
  const withKey = () => ({ headers: { 'idempotency-key': randomUUID() } });

  it('answers a repeated creation, change and deletion as it answered the first', async () => {
    const [creation, deletion] = [withKey(), withKey()];
    const draft = { sku: newSku(), name: 'Lamp' };
    const first = await owner.post('/catalog/items', draft, creation);
    const again = await owner.post('/catalog/items', draft, creation);
    expect([again.status, again.headers.get('location'), again.body]).toEqual([201, first.headers.get('location'), first.body]);

    const item = `/catalog/items/${(first.body as { id: string }).id}`;
    const change = { headers: { 'if-match': '"1"', ...withKey().headers } };
    const changed = await owner.patch(item, { name: 'Lantern' }, change);
    const changedAgain = await owner.patch(item, { name: 'Lantern' }, change);
    expect([changedAgain.status, changedAgain.headers.get('etag'), changedAgain.body]).toEqual([200, '"2"', changed.body]);

    expect((await owner.delete(item, deletion)).status).toBe(204);
    expect((await owner.delete(item, deletion)).status).toBe(204);
    expect((await owner.delete(item)).status).toBe(404);
  });

  it('refuses the key with another request, and forgets the key of a refused one', async () => {
    const key = withKey();
    expect((await owner.post('/catalog/items', { sku: newSku(), name: 'Lamp', status: 'listed' }, key)).status).toBe(400);
    const draft = { sku: newSku(), name: 'Lamp' };
    expect((await owner.post('/catalog/items', draft, key)).status).toBe(201);
    const other = await owner.post('/catalog/items', { ...draft, name: 'Chair' }, key);
    expect([other.status, other.problem.code]).toEqual([409, 'IDEMPOTENCY_KEY_REUSED']);
    expect((await stranger.post('/catalog/items', draft, key)).status).toBe(201);
  });
});

describe('other addresses', () => {
  it('answers problem+json for what does not exist and for methods it does not take', async () => {
    expect((await owner.get('/catalog/nothing')).problem.code).toBe('ROUTE_NOT_FOUND');
    expect((await owner.request('PUT', '/catalog/items')).status).toBe(405);
  });

  it('is alive and ready', async () => {
    expect((await owner.get('/healthz', { token: null })).status).toBe(200);
    expect((await owner.get('/readyz', { token: null })).status).toBe(200);
  });
});
