import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { waitFor } from '@torii/testing';
import { type Look, startWebTrial, type WebTrial } from './start-web-trial.ts';

/** Installing Chromium, where it is missing, takes most of it. */
const LAUNCH_TIMEOUT_MS = 240_000;
const EXPORTED = { status: 'completed', progress: { done: 1234, total: 1234, unit: 'rows' } } as const;
const IMPORTED = {
  type: 'catalog-import',
  status: 'completed',
  progress: { done: 12, total: 12, unit: 'rows' },
  result: { created: 9, updated: 0, unchanged: 2, rejected: 1, rejectsUrl: 'https://files.example/rejects.csv' },
} as const;

let trial: WebTrial;
let page: Awaited<ReturnType<WebTrial['openPage']>>;

beforeAll(async () => {
  trial = await startWebTrial();
  page = await trial.openPage();
}, LAUNCH_TIMEOUT_MS);
beforeEach(() => {
  trial.api.clear();
  trial.frontend.api.answer = trial.api.answer;
});
afterEach(() => {
  expect(trial.faults).toEqual([]);
});
afterAll(() => trial.stop());

const resultOf = (signature: number) => ({
  rows: 1234,
  bytes: 421_888,
  downloadUrl: `${trial.files.url}/exports/1.csv?X-Amz-Signature=${signature}`,
});
const posted = () => trial.api.requested.filter(({ method }) => method === 'POST');
const keyOf = (index: number) => posted()[index]?.headers['idempotency-key'];

describe('Export on the catalogue page', () => {
  it('starts an export of what the filter shows and goes to its job', async () => {
    await page.goto(`/items?category=${encodeURIComponent('建築')}&status=listed&owner=me`);
    await page.getByRole('button', { name: 'Export' }).click();
    const dialog = page.getByRole('dialog', { name: 'Export items' });
    await dialog.getByText('Only mine').waitFor();
    await dialog.getByRole('radio', { name: 'NDJSON' }).check();
    await dialog.getByRole('button', { name: 'Start export' }).click();
    await page.getByRole('heading', { name: 'Catalogue export' }).waitFor();
    expect(page.url()).toMatch(/\/jobs\/[0-9a-f-]{36}$/);
    const input = { format: 'ndjson', owner: 'me', category: '建築', status: 'listed' };
    expect(JSON.parse(posted()[0]?.body ?? '')).toEqual({ type: 'catalog-export', input });
    expect(keyOf(0)).toMatch(/^[0-9a-f-]{36}$/);
  });

  it('says that a search is not part of it', async () => {
    await page.goto('/items?q=tower');
    await page.getByRole('button', { name: 'Export' }).click();
    const dialog = page.getByRole('dialog', { name: 'Export items' });
    await dialog.getByText('The search is not part of the export').waitFor();
    await dialog.getByText(/“tower”/).waitFor();
    await dialog.getByRole('button', { name: 'Start export' }).click();
    await page.getByRole('heading', { name: 'Catalogue export' }).waitFor();
    expect(JSON.parse(posted()[0]?.body ?? '')).toEqual({ type: 'catalog-export', input: { format: 'csv' } });
  });

  it('does without that warning when nothing is searched for', async () => {
    await page.goto('/items');
    await page.getByRole('button', { name: 'Export' }).click();
    await page.getByRole('dialog').getByText('All categories').waitFor();
    expect(await page.getByText('The search is not part of the export').count()).toBe(0);
  });

  it('is used and left by keyboard', async () => {
    await page.goto('/items');
    const opener = page.getByRole('button', { name: 'Export' });
    await opener.press('Enter');
    const csv = page.getByRole('radio', { name: 'CSV' });
    await waitFor(() => csv.evaluate((radio) => radio === radio.ownerDocument.activeElement), { what: 'The focus on the format' });
    await page.keyboard.press('Escape');
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    await waitFor(() => opener.evaluate((button) => button === button.ownerDocument.activeElement), { what: 'The focus on the opener' });
  });

  it('finds the first job again when its answer was lost', async () => {
    const { answer } = trial.api;
    trial.frontend.api.answer = (received, response) => {
      if (received.method !== 'POST') return answer(received, response);
      trial.api.requested.push(received);
      trial.frontend.api.answer = answer;
      response.destroy();
    };
    await page.goto('/items');
    await page.getByRole('button', { name: 'Export' }).click();
    const start = page.getByRole('button', { name: 'Start export' });
    await start.click();
    await page.getByRole('dialog').getByText('UPSTREAM_UNAVAILABLE').waitFor();
    await start.click();
    await page.getByRole('heading', { name: 'Catalogue export' }).waitFor();
    expect(posted()).toHaveLength(2);
    expect(keyOf(1)).toBe(keyOf(0));
  });
});

describe('the page of an export', () => {
  it('shows rows of an estimate, then what was written', async () => {
    const { id } = trial.api.put({ status: 'running', progress: { done: 400, total: null, unit: 'rows' } });
    await page.goto(`/jobs/${id}`);
    await page.getByText('400 rows').waitFor();
    trial.api.put({ id, progress: { done: 800, total: 1200, unit: 'rows' } });
    await page.getByText('800 of about 1,200 rows (66 %)').waitFor();
    await page.getByText('Exporting. You can leave this page; the export goes on.').waitFor();
    trial.api.put({ id, ...EXPORTED, result: resultOf(1) });
    await page.getByText('The export is complete.').waitFor();
    expect(await page.locator('[data-total=rows]').innerText()).toBe('1,234');
    expect(await page.locator('[data-total=bytes]').innerText()).toBe('412 kB');
  });

  it('downloads by a link signed at that moment, and stays', async () => {
    const { id } = trial.api.put({ ...EXPORTED, result: resultOf(1) });
    await page.goto(`/jobs/${id}`);
    const button = page.getByRole('button', { name: 'Download' });
    await button.waitFor();
    trial.api.put({ id, result: resultOf(2) });
    const [download] = await Promise.all([page.waitForEvent('download'), button.click()]);
    expect(download.suggestedFilename()).toBe('catalog.csv');
    expect(download.url()).toContain('X-Amz-Signature=2');
    expect(page.url()).toContain(`/jobs/${id}`);
  });

  it('sends S3 neither a cookie nor a token nor the address of the page', async () => {
    const { id } = trial.api.put({ ...EXPORTED, result: resultOf(3) });
    await page.goto(`/jobs/${id}`);
    await Promise.all([page.waitForEvent('download'), page.getByRole('button', { name: 'Download' }).click()]);
    const headers = trial.files.received.findLast(({ url }) => url.includes('Signature=3'))?.headers ?? {};
    expect(headers['user-agent']).toMatch(/Chrom/);
    expect(Object.keys(headers).filter((name) => ['cookie', 'authorization', 'referer', 'x-torii-request'].includes(name))).toEqual([]);
  });

  it('says why there is no download when the job is gone', async () => {
    const { id } = trial.api.put({ ...EXPORTED, result: resultOf(1) });
    await page.goto(`/jobs/${id}`);
    await page.getByRole('button', { name: 'Download' }).waitFor();
    trial.api.clear();
    await page.getByRole('button', { name: 'Download' }).click();
    await page.getByText('There is no such job.').first().waitFor();
  });

  it('offers no file that is older than S3 keeps it', async () => {
    const { id } = trial.api.put({ ...EXPORTED, result: resultOf(1), updatedAt: '2024-01-01T00:00:00.000Z' });
    await page.goto(`/jobs/${id}`);
    await page.getByText('The file was kept until Jan 31, 2024.').waitFor();
    expect(await page.getByRole('button', { name: 'Download' }).count()).toBe(0);
  });

  it('is cancelled, and starts again by retry', async () => {
    const { id } = trial.api.put({ status: 'running' });
    await page.goto(`/jobs/${id}`);
    await page.getByRole('button', { name: 'Cancel job' }).click();
    await page.getByText('The export was cancelled. There is no file.').waitFor();
    await page.getByRole('button', { name: 'Retry' }).click();
    await page.getByText('Waiting for a worker.').waitFor();
  });

  it('gives the reason of a failure', async () => {
    const error = { code: 'EXPORT_INTERRUPTED', message: 'The export cannot be finished: the worker stopped three times.' };
    const { id } = trial.api.put({ status: 'failed', error });
    await page.goto(`/jobs/${id}`);
    await page.getByRole('alert').getByText(error.message).waitFor();
    await page.getByRole('alert').getByText('The export could not be finished for a reason of ours.').waitFor();
    await page.getByText('The export stopped because of an error.').waitFor();
    await page.getByRole('button', { name: 'Retry' }).waitFor();
  });
});

describe('the list of jobs', () => {
  it('shows imports, exports and work that it does not know', async () => {
    trial.api.put(IMPORTED);
    trial.api.put({ ...EXPORTED, result: resultOf(1) });
    trial.api.put({ type: 'catalog-merge', status: 'completed', progress: { done: 3, total: 3, unit: 'pages' }, result: { merged: 7 } });
    await page.goto('/jobs');
    const cards = page.getByRole('main').getByRole('listitem');
    await cards.filter({ hasText: 'Catalogue import' }).getByText('Created 9').waitFor();
    const exported = cards.filter({ hasText: 'Catalogue export' });
    await exported.getByText('File size 412 kB').waitFor();
    await Promise.all([page.waitForEvent('download'), exported.getByRole('button', { name: 'Download' }).click()]);
    const unknown = cards.filter({ hasText: 'Job (catalog-merge)' });
    await unknown.getByText('merged 7').waitFor();
    await unknown.getByText('3 of 3 (100 %)').waitFor();
  });
});

describe('the page of an import', () => {
  it('shows what became of the rows', async () => {
    const { id } = trial.api.put(IMPORTED);
    await page.goto(`/jobs/${id}`);
    await page.getByRole('heading', { name: 'Catalogue import' }).waitFor();
    expect(await page.locator('[data-total]').allInnerTexts()).toEqual(['9', '0', '2', '1']);
    expect(await page.getByRole('link', { name: 'Rejected rows (CSV)' }).getAttribute('href')).toBe('https://files.example/rejects.csv');
    await page.getByRole('link', { name: 'Import another file' }).waitFor();
  });
});

describe('the page of work that nobody here knows', () => {
  it('shows its state, its counts and its type', async () => {
    const { id } = trial.api.put({ type: 'catalog-merge', status: 'completed', result: { merged: 7, kept: 1_000 } });
    await page.goto(`/jobs/${id}`);
    await page.getByRole('heading', { name: 'Job (catalog-merge)' }).waitFor();
    await page.getByText('The job is complete.').waitFor();
    expect(await page.locator('[data-total]').allInnerTexts()).toEqual(['7', '1,000']);
  });
});

describe('a screen of 375 pixels', () => {
  it.each<Look & { readonly action: string }>([
    { locale: 'en-GB', action: 'Export' },
    { locale: 'ja-JP', action: '書き出し' },
  ])('holds every page in $locale', async ({ locale, action }) => {
    const phone = await trial.openPage({ width: 375, ...(locale === undefined ? {} : { locale }) });
    trial.api.put(IMPORTED);
    const { id } = trial.api.put({ ...EXPORTED, result: resultOf(1) });
    for (const path of ['/items?q=tower', '/jobs', `/jobs/${id}`]) {
      await phone.goto(path);
      await phone.getByRole('heading', { level: 1 }).waitFor();
      if (path.startsWith('/items')) await phone.getByRole('button', { name: action }).click();
      expect(await phone.evaluate('document.documentElement.scrollWidth')).toBe(375);
    }
    await phone.context().close();
  });
});
