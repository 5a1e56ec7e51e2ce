import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { startTestCatalog, type TestCatalog, type TestUser } from './start-test-catalog.ts';

// Requests of the same moment share a transaction. What each is answered is as if it were alone.

let catalog: TestCatalog;
let owner: TestUser;

beforeAll(async () => {
  catalog = await startTestCatalog();
  owner = await catalog.signUp();
});
afterAll(() => catalog.stop());

const range = (count: number) => Array.from({ length: count }, (_unused, index) => index);
const idOf = ({ body }: { readonly body: unknown }): string => (body as { id: string }).id;
const outcomeOf = (answer: { readonly status: number; readonly problem: { readonly code: string } }) =>
  answer.status === 201 ? 201 : answer.problem.code;
const sorted = (values: readonly unknown[]) =>
  values.map((value) => JSON.stringify(value)).sort((left, right) => left.localeCompare(right));
const withHeader = (name: string, value: string) => ({ headers: { [name]: value } });

describe('POST /catalog/items, many at a time', () => {
  it('creates each with its text and an event of its own', async () => {
    const prefix = randomUUID();
    const answers = await Promise.all(
      range(30).map((n) => {
        const draft = { sku: `${prefix}-${n}`, name: `Piece ${prefix} number ${n}` };
        return owner.post('/catalog/items', draft, withHeader('x-correlation-id', `${prefix}-${n}`));
      }),
    );
    expect(answers.map(({ status }) => status)).toEqual(range(30).map(() => 201));
    const events = await catalog.takeEvents(30);
    const told = events.map(({ subject, correlationid, aggregateversion }) => [subject, correlationid, aggregateversion]);
    expect(sorted(told)).toEqual(sorted(answers.map((answer, n) => [idOf(answer), `${prefix}-${n}`, 1])));
    const { body } = await owner.get(`/catalog/items?q=${prefix} number 1&limit=100`);
    expect((body as { items: unknown[] }).items).toHaveLength(11);
  });

  it('lets one win of those with the same sku, and each that nobody contests', async () => {
    const sku = randomUUID();
    const drafts = [...range(10).map(() => ({ sku, name: 'Same' })), ...range(5).map((n) => ({ sku: `${sku}-${n}`, name: 'Own' }))];
    const answers = await Promise.all(drafts.map((draft) => owner.post('/catalog/items', draft)));
    expect(sorted(answers.map(outcomeOf))).toEqual(sorted([...range(6).map(() => 201), ...range(9).map(() => 'SKU_TAKEN')]));
    const created = answers.filter(({ status }) => status === 201).map(idOf);
    expect(sorted((await catalog.takeEvents(6)).map(({ subject }) => subject))).toEqual(sorted(created));
  });

  it('answers repetitions of a key alike, and creates one item', async () => {
    const draft = { sku: randomUUID(), name: 'Once' };
    const key = withHeader('idempotency-key', randomUUID());
    const answers = await Promise.all([
      ...range(8).map(() => owner.post('/catalog/items', draft, key)),
      owner.post('/catalog/items', { sku: randomUUID(), name: 'Other' }),
    ]);
    const repeated = answers.slice(0, 8);
    expect(repeated.map(({ status, headers }) => [status, headers.get('etag')])).toEqual(range(8).map(() => [201, '"1"']));
    expect(new Set(repeated.map(idOf)).size).toBe(1);
    expect(new Set(repeated.map(({ headers }) => headers.get('location')))).toEqual(
      new Set([`/v1/catalog/items/${idOf(repeated[0] ?? { body: {} })}`]),
    );
    expect(await catalog.takeEvents(2)).toHaveLength(2);
  });

  it('refuses somebody who has been deleted, and nobody beside', async () => {
    const gone = await catalog.signUp();
    await catalog.schema.query('INSERT INTO forgotten_owners VALUES (?, NOW(3))', [gone.id]);
    const answers = await Promise.all(
      range(12).map((n) => (n % 4 === 1 ? gone : owner).post('/catalog/items', { sku: randomUUID(), name: `Piece ${n}` })),
    );
    expect(answers.map(outcomeOf)).toEqual(range(12).map((n) => (n % 4 === 1 ? 'OWNER_DELETED' : 201)));
    expect(await catalog.schema.query('SELECT id FROM items WHERE owner_id = ?', [gone.id])).toEqual([]);
    expect(await catalog.takeEvents(9)).toHaveLength(9);
  });

  it('takes the largest items there can be', async () => {
    const text = '東'.repeat(10_000);
    const attributes = { note: '"'.repeat(8_000) };
    const answers = await Promise.all(
      range(12).map((n) => owner.post('/catalog/items', { sku: randomUUID(), name: `Large ${n}`, description: text, attributes })),
    );
    expect(answers.map(({ status }) => status)).toEqual(range(12).map(() => 201));
    expect(await catalog.takeEvents(12)).toHaveLength(12);
  });
});
