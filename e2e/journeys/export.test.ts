import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { readFile } from 'node:fs/promises';
import { randomBytes } from 'node:crypto';
import type { Browser, Page } from 'playwright-core';
import { launchChromium } from '../src/chromium.ts';
import { inventGoods } from '../src/csv.ts';
import { download, exportAll } from '../src/export.ts';
import { followJob, type Job, previewImport, startImport, uploadFile } from '../src/import.ts';
import { openPlatform, signUpPerson, type Person } from '../src/journey.ts';
import type { PlatformFile } from '../src/platform.ts';

/** Installing Chromium, where it is missing, takes most of it. */
const LAUNCH_TIMEOUT_MS = 240_000;
const JOURNEY_TIMEOUT_MS = 90_000;
/** Two pages of cards. */
const ROWS = 36;
const LISTED_ROWS = 12;

interface Item {
  readonly sku: string;
  readonly status: string;
}

describe('an export', () => {
  const category = `goods-${randomBytes(4).toString('hex')}`;
  let platform: PlatformFile;
  let person: Person;
  let token = '';

  beforeAll(async () => {
    platform = openPlatform();
    person = await signUpPerson(platform);
    token = person.tokens.accessToken;
    const { result } = await importFile(inventGoods(ROWS, category), { 'attributes.colour': 'colour' });
    expect(result).toMatchObject({ created: ROWS, rejected: 0 });
  }, JOURNEY_TIMEOUT_MS);
  afterAll(() => person.client.close());

  /** With the mapping that the header suggests. */
  async function importFile(bytes: Uint8Array, more: Readonly<Record<string, string>> = {}): Promise<Job> {
    const uploadKey = await uploadFile(person.client, token, bytes);
    const { mapping } = await previewImport(person.client, token, uploadKey);
    const job = await startImport(person.client, token, { uploadKey, mapping: { ...mapping, ...more } });
    return followJob(person.client, token, job.id);
  }

  it(
    'holds every item of its owner as the API shows it, one per line of NDJSON',
    async () => {
      const result = await exportAll(person.client, token, { format: 'ndjson', owner: 'me' }, ROWS);
      const lines = (await download(result)).trimEnd().split('\n');
      const exported = lines.map((line) => JSON.parse(line) as Item);
      const { body } = await person.client.call<{ items: Item[] }>('GET', '/catalog/items?owner=me&limit=100', { token });
      const bySku = (items: readonly Item[]) => items.toSorted((a, b) => (a.sku < b.sku ? -1 : 1));
      expect(bySku(exported)).toEqual(bySku(body.items));
    },
    JOURNEY_TIMEOUT_MS,
  );

  it(
    'holds nothing of other people but what they have listed',
    async () => {
      const other = await signUpPerson(platform);
      const result = await exportAll(other.client, other.tokens.accessToken, { format: 'ndjson', category }, LISTED_ROWS);
      const lines = (await download(result)).trimEnd().split('\n');
      other.client.close();
      expect(new Set(lines.map((line) => (JSON.parse(line) as Item).status))).toEqual(new Set(['listed']));
    },
    JOURNEY_TIMEOUT_MS,
  );

  it(
    'opens to nobody without the signature of its link',
    async () => {
      const { downloadUrl } = await exportAll(person.client, token, { format: 'csv', owner: 'me' }, ROWS);
      const bare = await fetch(downloadUrl.split('?')[0] ?? '');
      const forged = await fetch(downloadUrl.replace(/(?<=X-Amz-Signature=)./, (digit) => (digit === '0' ? '1' : '0')));
      await Promise.all([bare.body?.cancel(), forged.body?.cancel()]);
      expect([bare.status, forged.status]).toEqual([403, 403]);
    },
    JOURNEY_TIMEOUT_MS,
  );

  it(
    'of CSV is imported again without a change',
    async () => {
      const file = await download(await exportAll(person.client, token, { format: 'csv', owner: 'me' }, ROWS));
      expect((await importFile(Buffer.from(file))).result).toMatchObject({ created: 0, updated: 0, unchanged: ROWS, rejected: 0 });
    },
    JOURNEY_TIMEOUT_MS,
  );

  describe('from the catalogue page', () => {
    const faults: string[] = [];
    let browser: Browser;
    let page: Page;

    beforeAll(async () => {
      browser = await launchChromium();
      page = await browser.newPage({ baseURL: platform.web, locale: 'en-GB', viewport: { width: 1280, height: 900 } });
      page.setDefaultTimeout(20_000);
      page.on('pageerror', (error) => faults.push(error.message));
      page.on('console', (message) => /Content Security Policy/.test(message.text()) && faults.push(message.text()));
      await page.goto('/log-in?next=%2Fitems%3Fowner%3Dme');
      await page.getByLabel('E-mail address').fill(person.email);
      await page.locator('input[type=password]').fill(person.password);
      await page.getByRole('button', { name: 'Log in' }).click();
      await page.getByRole('heading', { name: 'Catalogue', exact: true }).waitFor();
    }, LAUNCH_TIMEOUT_MS);
    afterAll(() => browser.close());

    it(
      'gives a file with as many rows as the page shows',
      async () => {
        const cards = page.getByRole('main').getByRole('listitem');
        // The second page of cards comes by itself once the end of the first is in view.
        await cards.last().scrollIntoViewIfNeeded();
        await cards.nth(ROWS - 1).waitFor();
        const shown = await cards.count();
        await page.getByRole('button', { name: 'Export' }).click();
        await page.getByRole('dialog').getByText('Only mine').waitFor();
        await page.getByRole('button', { name: 'Start export' }).click();
        await page.getByText('The export is complete.').waitFor({ timeout: 60_000 });
        const [saved] = await Promise.all([page.waitForEvent('download'), page.getByRole('button', { name: 'Download' }).click()]);
        const text = await readFile(await saved.path(), 'utf8');
        const [header, ...rows] = text.trimEnd().split('\r\n');
        expect(header).toContain('sku,name,description,category,status,price,currency,attributes');
        expect(rows).toHaveLength(shown);
        expect(saved.suggestedFilename()).toMatch(/\.csv$/);
      },
      JOURNEY_TIMEOUT_MS,
    );

    it('never broke a page on the way', () => {
      expect(faults).toEqual([]);
    });
  });
});
