import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { inventBooks } from '../src/csv.ts';
import { followJob, previewImport, startImport, uploadFile, type Job } from '../src/import.ts';
import { openPlatform, signUpPerson, type Person } from '../src/journey.ts';
import { killTaskOf, waitUntilServed } from '../src/operations.ts';
import type { PlatformFile } from '../src/platform.ts';

const BOOK_MAPPING = { sku: 'isbn', name: 'title', 'attributes.authors': 'authors', category: 'genre' };
const ROWS = 3_000;

interface ItemPage {
  readonly items: readonly { readonly id: string; readonly name: string; readonly sku: string }[];
  readonly nextCursor: string | null;
}

describe('the import by API', () => {
  let platform: PlatformFile;
  let person: Person;
  let token = '';

  beforeAll(async () => {
    platform = openPlatform();
    person = await signUpPerson(platform);
    token = person.tokens.accessToken;
  });
  afterAll(() => person.client.close());

  async function importFile(bytes: Uint8Array, mapping: Readonly<Record<string, string>> = BOOK_MAPPING): Promise<Job> {
    const uploadKey = await uploadFile(person.client, token, bytes);
    const job = await startImport(person.client, token, { uploadKey, mapping });
    return followJob(person.client, token, job.id);
  }

  it('guesses the mapping from the header and shows a sample', async () => {
    const preview = await previewImport(person.client, token, await uploadFile(person.client, token, inventBooks(20)));
    expect(preview.columns).toEqual(['isbn', 'title', 'authors', 'genre']);
    expect(preview.mapping).toMatchObject({ sku: 'isbn', name: 'title' });
    expect(preview.sample[0]).toMatchObject({ isbn: 'book-0' });
  });

  it(`creates ${ROWS} items, and the same file again changes nothing`, async () => {
    const file = inventBooks(ROWS);
    expect((await importFile(file)).result).toMatchObject({ created: ROWS, updated: 0, unchanged: 0, rejected: 0 });
    expect((await importFile(file)).result).toMatchObject({ created: 0, updated: 0, unchanged: ROWS, rejected: 0 });
  });

  it('finds 東京 inside a longer name, and words in any case', async () => {
    const tokyo = await person.client.call<ItemPage>('GET', `/catalog/items?q=${encodeURIComponent('東京')}&owner=me`, { token });
    expect(tokyo.body.items.length).toBeGreaterThan(0);
    expect(tokyo.body.items.every((item) => item.name.includes('東京タワー'))).toBe(true);
    const volume = await person.client.call<ItemPage>('GET', '/catalog/items?q=VOLUME%202999&owner=me', { token });
    expect(volume.body.items.map((item) => item.sku)).toEqual(['book-2999']);
  });

  it('explains every rejected row in a file', async () => {
    const job = await importFile(Buffer.from('isbn,title,authors,genre\n,No sku,A,x\nr-1,Fine,A,x\nr-1,Twice,A,x\nr-2,,A,x\n'));
    expect(job.result).toMatchObject({ created: 1, rejected: 3 });
    const rejects = await (await fetch(job.result?.rejectsUrl ?? '')).text();
    expect(rejects.trim().split('\n')).toHaveLength(4);
  });

  it.each(['catalog', 'jobs', 'identity', 'frontend'])(
    'completes with the same totals when %s is killed in the middle',
    async (service) => {
      const uploadKey = await uploadFile(person.client, token, inventBooks(ROWS, `killed-${service}`));
      const job = await startImport(person.client, token, { uploadKey, mapping: BOOK_MAPPING });
      await killTaskOf(service);
      const ended = await followJob(person.client, token, job.id);
      await waitUntilServed(person.client, token);
      expect(ended).toMatchObject({ status: 'completed', result: { created: ROWS, updated: 0, unchanged: 0, rejected: 0 } });
    },
  );

  it.each([
    ['an empty file', Buffer.from('')],
    ['a binary file', Buffer.from([0x89, 0x50, 0x4e, 0x47, 0, 0, 0, 1, 2, 3, 0, 255])],
    ['a duplicate header', Buffer.from('isbn,title,title\n1,a,b\n')],
    ['an unclosed quote', Buffer.from('isbn,title\n1,"never closed\n2,b\n')],
    ['a line of one megabyte', Buffer.from(`isbn,title\n1,${'x'.repeat(1_100_000)}\n`)],
    ['a header without the mapped column', Buffer.from('a,b\n1,2\n')],
  ])('ends with a reason for %s', async (_name, bytes) => {
    const uploadKey = await uploadFile(person.client, token, bytes);
    const job = await startImport(person.client, token, { uploadKey, mapping: { sku: 'isbn', name: 'title' } });
    const ended = await followJob(person.client, token, job.id);
    const isExplained = ended.status === 'failed' ? (ended.error?.message.length ?? 0) > 10 : (ended.result?.rejected ?? 0) > 0;
    expect({ status: ended.status, isExplained }).toEqual({ status: ended.status, isExplained: true });
  });
});
