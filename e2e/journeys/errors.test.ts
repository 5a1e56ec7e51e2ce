import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { openPlatform, signUpPerson, type Person } from '../src/journey.ts';

interface Problem {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly code?: string;
  readonly detail?: string;
}

describe('bad input', () => {
  let person: Person;
  let token = '';

  beforeAll(async () => {
    person = await signUpPerson(openPlatform());
    token = person.tokens.accessToken;
  });
  afterAll(() => person.client.close());

  it.each([
    ['bad JSON', 'POST', '/catalog/items', '{"sku":', 400],
    ['no JSON object', 'POST', '/catalog/items', '[]', 400],
    ['missing fields', 'POST', '/catalog/items', {}, 400],
    ['an unknown field', 'POST', '/catalog/items', { sku: 'a', name: 'b', colour: 'red' }, 400],
    ['a body over the limit', 'POST', '/catalog/items', { sku: 'a', name: 'b', description: 'x'.repeat(2_000_000) }, 413],
    ['a body over what API Gateway takes', 'POST', '/catalog/items', 'x'.repeat(11_000_000), 413],
    ['a price in euros and cents', 'POST', '/catalog/items', { sku: 'a', name: 'b', price: { amountMinor: 1.5, currency: 'EUR' } }, 400],
    ['an id that is none', 'GET', '/catalog/items/42', undefined, 400],
    ['an item nobody has', 'GET', '/catalog/items/00000000-0000-4000-8000-000000000000', undefined, 404],
    ['a cursor that is none', 'GET', '/catalog/items?cursor=!!', undefined, 400],
    ['a limit beyond the highest', 'GET', '/catalog/items?limit=1000', undefined, 400],
    ['a path nobody serves', 'GET', '/catalog/nothing', undefined, 404],
    ['a method nobody serves', 'PUT', '/catalog/items', {}, 405],
    [
      'a job without an idempotency key',
      'POST',
      '/jobs',
      { type: 'catalog-import', input: { uploadKey: 'x', mapping: { sku: 'a', name: 'b' } } },
      400,
    ],
    ['a job of no type', 'POST', '/jobs', { type: 'make-coffee' }, 400],
  ])('%s is answered as problem+json', async (_name, method, path, body, expected) => {
    const {
      status,
      headers,
      body: problem,
    } = await person.client.call<Problem>(method, path, { token, ...(body !== undefined && { body }) });
    expect({ status, contentType: headers.get('content-type')?.split(';')[0] }).toEqual({
      status: expected,
      contentType: 'application/problem+json',
    });
    expect(problem).toMatchObject({ status: expected, title: expect.any(String) });
  });

  it('a content type that is not JSON is answered 415', async () => {
    const { status } = await person.client.call('POST', '/catalog/items', {
      token,
      body: 'a=b',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
    });
    expect(status).toBe(415);
  });

  it('a path outside the API is answered as problem+json too', async () => {
    const { status, headers } = await person.client.call<Problem>('GET', '/nothing', { token });
    expect(status).toBeGreaterThanOrEqual(403);
    expect(headers.get('content-type')).toContain('application/problem+json');
  });
});

describe('an item', () => {
  let person: Person;
  beforeAll(async () => {
    person = await signUpPerson(openPlatform());
  });
  afterAll(() => person.client.close());

  it('is created, read, changed with If-Match and deleted through API Gateway', async () => {
    const token = person.tokens.accessToken;
    const draft = { sku: 'tower', name: '東京タワーの歴史と建築', price: { amountMinor: 1200, currency: 'JPY' } };
    const created = await person.client.call<{ id: string; version: number; status: string }>('POST', '/catalog/items', {
      token,
      body: draft,
    });
    expect({ status: created.status, item: created.body }).toMatchObject({ status: 201, item: { version: 1, status: 'draft' } });
    const location = new URL(created.headers.get('location') ?? '', `${openPlatform().api}/catalog/items`);
    expect(location.pathname).toBe(`/v1/catalog/items/${created.body.id}`);
    const etag = created.headers.get('etag') ?? '';
    const path = `/catalog/items/${created.body.id}`;
    const patch = { status: 'listed' };
    expect((await person.client.call('PATCH', path, { token, body: patch })).status).toBe(428);
    expect((await person.client.call('PATCH', path, { token, body: patch, headers: { 'if-match': etag } })).status).toBe(200);
    expect((await person.client.call('PATCH', path, { token, body: patch, headers: { 'if-match': etag } })).status).toBe(412);
    expect((await person.client.call('DELETE', path, { token })).status).toBe(204);
    expect((await person.client.call('GET', path, { token })).status).toBe(404);
  });
});
