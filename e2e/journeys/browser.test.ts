import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { writeFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { launchChromium } from '../src/chromium.ts';
import { inventBooks } from '../src/csv.ts';
import { inventCredentials, openPlatform } from '../src/journey.ts';
import { readCode } from '../src/mobile-client.ts';

/** Installing Chromium, where it is missing, takes most of it. */
const LAUNCH_TIMEOUT_MS = 240_000;
const JOURNEY_TIMEOUT_MS = 120_000;
const ROWS = 1_200;

describe('a person with a browser', () => {
  const platform = openPlatform();
  const person = inventCredentials();
  const faults: string[] = [];
  let folder = '';
  let browser: Browser;
  let page: Page;

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'torii-journey-'));
    browser = await launchChromium();
    page = await browser.newPage({ baseURL: platform.web, locale: 'en-GB', viewport: { width: 1280, height: 900 } });
    page.setDefaultTimeout(20_000);
    page.on('pageerror', (error) => faults.push(error.message));
  }, LAUNCH_TIMEOUT_MS);

  afterAll(async () => {
    await browser.close();
    rmSync(folder, { recursive: true, force: true });
  });

  it(
    'signs up, enters the mailed code and logs in',
    async () => {
      await page.goto('/sign-up');
      await page.getByLabel('E-mail address').fill(person.email);
      await page.locator('input[type=password]').fill(person.password);
      await page.getByRole('button', { name: 'Create account' }).click();
      await page.getByRole('heading', { name: 'Enter your code' }).waitFor();
      await page.getByLabel('Confirmation code').fill(await readCode(platform, person.email));
      await page.getByRole('button', { name: 'Confirm' }).click();
      await page.getByRole('heading', { name: 'Log in' }).waitFor();
      const email = page.getByLabel('E-mail address');
      if ((await email.inputValue()) === '') await email.fill(person.email);
      await page.locator('input[type=password]').fill(person.password);
      await page.getByRole('button', { name: 'Log in' }).click();
      await page.getByRole('heading', { name: 'Catalogue', exact: true }).waitFor();
    },
    JOURNEY_TIMEOUT_MS,
  );

  it('keeps the tokens out of the browser', async () => {
    const cookies = await page.context().cookies();
    expect(cookies.length).toBeGreaterThan(0);
    expect(cookies.filter((cookie) => !cookie.httpOnly).filter((cookie) => cookie.value.includes('eyJ'))).toEqual([]);
    const stored = await page.evaluate('JSON.stringify([{ ...localStorage }, { ...sessionStorage }])');
    expect(stored).not.toMatch(/eyJ[\w-]{20}/);
  });

  it(
    'imports a CSV file with a mapping and watches the progress finish',
    async () => {
      const file = join(folder, 'books.csv');
      writeFileSync(file, inventBooks(ROWS, 'browser'));
      await page.getByRole('link', { name: 'Import', exact: true }).first().click();
      await page.locator('input[type=file]').setInputFiles(file);
      await page.getByRole('button', { name: 'Start import' }).click({ timeout: 30_000 });
      await page.getByRole('progressbar').first().waitFor();
      await page.getByText('The import is complete.').waitFor({ timeout: 60_000 });
      const totals = await page.locator('main').innerText();
      expect(totals).toMatch(/1[,.]?200/);
    },
    JOURNEY_TIMEOUT_MS,
  );

  it('was followed by one trace from the frontend to catalog', async () => {
    const hops = ['frontend', 'Api/v1', 'jobs', 'jobs-worker', 'catalog'];
    const response = await fetch(`${platform.console}/traces?q=jobs-worker`, { headers: { accept: 'application/json' } });
    const { traces } = (await response.json()) as { traces: { services: string[] }[] };
    expect(traces.some(({ services }) => hops.every((hop) => services.includes(hop)))).toBe(true);
  });

  it(
    'searches, opens an item and changes it',
    async () => {
      await page.getByRole('link', { name: 'Catalogue', exact: true }).first().click();
      await page.getByLabel('Search items').fill('東京');
      await page.getByRole('link', { name: /東京タワーの歴史と建築 1100/ }).click();
      await page
        .getByRole('button', { name: 'Edit' })
        .or(page.getByRole('link', { name: 'Edit' }))
        .first()
        .click();
      await page.getByRole('textbox', { name: /^Name/ }).first().fill('東京タワーの歴史と建築 改訂版');
      await page.getByRole('button', { name: 'Save' }).click();
      await page.getByRole('heading', { name: '東京タワーの歴史と建築 改訂版' }).waitFor();
    },
    JOURNEY_TIMEOUT_MS,
  );

  it('sees its import in the list of jobs, and logs out', async () => {
    await page.getByRole('link', { name: 'Jobs', exact: true }).first().click();
    await page.getByText('Completed').first().waitFor();
    await page.getByRole('button', { name: 'Account menu' }).click();
    await page.getByRole('menuitem', { name: 'Log out' }).click();
    await page.getByRole('heading', { name: 'Log in' }).waitFor();
  });

  it('never broke a page on the way', () => {
    expect(faults).toEqual([]);
  });
});
