import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { inventBooks } from '../src/csv.ts';
import { followJob, startImport, uploadFile } from '../src/import.ts';
import { openPlatform, type Person, signUpPerson } from '../src/journey.ts';
import { runCommand, runForJson } from '../src/operator-command.ts';
import { openServiceDatabase, type ServiceDatabase } from '../src/service-database.ts';
import { until } from '../src/until.ts';

interface Item {
  readonly id: string;
  readonly version: number;
}

const IMPORTED = 500;
/** Another one at each run: a platform may be used again. */
const SEED = `replayed-${randomBytes(4).toString('hex')}`;
const QUEUE = 'jobs-projection-events';

describe('a projection', () => {
  let person: Person;
  let jobs: ServiceDatabase;
  let token = '';
  const startedAt = new Date().toISOString();

  const call = async <Body>(method: string, path: string, body?: unknown, version?: number): Promise<Body> => {
    const headers: Record<string, string> = version === undefined ? {} : { 'if-match': `"${version}"` };
    const answer = await person.client.call<Body>(method, path, { token, headers, ...(body !== undefined && { body }) });
    if (answer.status >= 300) throw new Error(`${method} ${path}: ${answer.status} ${JSON.stringify(answer.body)}`);
    return answer.body;
  };
  /** Every row, every column, as text. */
  const dump = async (): Promise<string> =>
    (await jobs.query('SELECT * FROM item_copies ORDER BY id')).map((row) => JSON.stringify(row)).join('\n');
  const countCopies = async (where: string): Promise<number> =>
    Number((await jobs.query(`SELECT COUNT(*) AS count FROM item_copies WHERE ${where}`))[0]?.['count']);

  beforeAll(async () => {
    const platform = openPlatform();
    person = await signUpPerson(platform);
    token = person.tokens.accessToken;
    jobs = await openServiceDatabase(platform, 'jobs');
  });
  afterAll(async () => {
    person.client.close();
    await jobs.close();
  });

  it('follows what is created, changed and deleted', async () => {
    const ids: string[] = [];
    for (let number = 0; number < 12; number += 1) {
      const draft = { sku: `replay-${number}`, name: `東京タワー ${number} \u2028 "quoted"`, attributes: { number, nested: { ok: true } } };
      const { id, version } = await call<Item>('POST', '/catalog/items', draft);
      ids.push(id);
      if (number % 3 === 0)
        await call<Item>('PATCH', `/catalog/items/${id}`, { status: 'listed', price: { amountMinor: 1250, currency: 'EUR' } }, version);
      if (number % 4 === 0) await call('DELETE', `/catalog/items/${id}`);
    }
    const uploadKey = await uploadFile(person.client, token, inventBooks(IMPORTED, SEED));
    const mapping = { sku: 'isbn', name: 'title', 'attributes.authors': 'authors', category: 'genre' };
    const job = await startImport(person.client, token, { uploadKey, mapping });
    expect((await followJob(person.client, token, job.id)).status).toBe('completed');
    const quoted = ids.map((id) => `'${id}'`).join(', ');
    await until('the tombstones', async () => (await countCopies(`id IN (${quoted}) AND status IS NULL`)) === 3);
    await until('the copies', async () => (await countCopies(`sku LIKE '${SEED}-%'`)) >= IMPORTED);
    await until('the copies by hand', async () => (await countCopies(`id IN (${quoted}) AND status = 'listed'`)) === 3);
  }, 180_000);

  it('is built again from nothing, byte for byte', async () => {
    // 12 created, 4 changed, 3 deleted, and the imported ones.
    await until('the archive', async () => {
      const { code, stdout } = await runCommand('replay', '--to-queue', QUEUE, '--from', startedAt, '--dry-run', '--json');
      return code === 0 && (JSON.parse(stdout) as { matched: number }).matched >= 12 + 4 + 3 + IMPORTED;
    });
    const before = await dump();
    // What a projection must not be able to hide: a row that is wrong, one that is gone, one that never was.
    await jobs.query(`UPDATE item_copies SET name = 'damaged' WHERE sku = '${SEED}-7'`);
    await jobs.query(`DELETE FROM item_copies WHERE sku = '${SEED}-8'`);
    await jobs.query(`INSERT INTO item_copies (id, version) VALUES ('00000000-0000-4000-8000-000000000000', 1)`);
    const { sent } = await runForJson<{ sent: number }>('replay', '--to-queue', QUEUE, '--from-nothing', '--yes', '--wait');
    expect(sent).toBeGreaterThanOrEqual(12 + 4 + 3 + IMPORTED);
    expect(await dump()).toBe(before);
  }, 300_000);

  it('is the same after history has come once more, and after a part of it again under the same id', async () => {
    const before = await dump();
    const words = ['--to-queue', QUEUE, '--from', startedAt, '--replay-id', 'journey00001', '--wait'];
    await runForJson('replay', ...words);
    await runForJson('replay', ...words, '--type', 'catalog.item.created.v2');
    expect(await dump()).toBe(before);
  }, 180_000);
});
