import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { axeViolations, openBrowser, openPage, showPage } from '../support/browser.ts';
import { runParstock } from '../support/command-line.ts';
import { type ServerProcess, startServerProcess } from '../support/server-process.ts';
import { writeStoryFiles } from '../support/story-files.ts';

let folder: string;
let server: ServerProcess;
let browser: Browser;
let page: Page;
let complaints: string[];
const write = (name: string, text: string) => writeFile(join(folder, 'files', name), text);

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'parstock-set-up-'));
  await writeStoryFiles(join(folder, 'files'));
  await write('suppliers.csv', 'code,name\nHAR,Harbour Trading\n');
  await write('stock.csv', 'sku,on_hand\nTEA-01,30\nTEA-02,plenty\nCUP-07,16\n');
  [browser, server] = await Promise.all([
    openBrowser(),
    startServerProcess({
      PARSTOCK_DATA_DIR: join(folder, 'data'),
      PARSTOCK_SETUP_FOLDER: join(folder, 'files'),
      PARSTOCK_TEST_USER_EMAIL: 'tess@example.com',
      PARSTOCK_TEST_USER_PASSWORD: 'a horse for testing',
      PARSTOCK_ML: '0',
    }),
  ]);
  ({ page, complaints } = await openPage(await browser.newContext()));
});
afterAll(async () => {
  await browser?.close();
  await server?.end('SIGTERM');
  await rm(folder, { recursive: true, force: true });
});

async function setUp(): Promise<void> {
  await page.getByLabel('Company').fill('Tea & Cup');
  await page.getByLabel('Your e-mail address').fill('ada@example.com');
  await page.getByLabel('Password').fill('correct horse battery');
  await page.getByRole('button', { name: 'Set up' }).click();
}

// One story, in order: each test starts where the one before ended.

test('the page of the link says what comes with the company', async () => {
  await showPage(page, server.link);
  const comes = page.locator('.note', { hasText: 'This comes with it' });
  expect(await comes.getByRole('listitem').allTextContents()).toEqual([
    ...['products.csv', 'suppliers.csv', 'terms.csv', 'stock.csv', 'sales.csv'],
    'a test user, who may plan',
  ]);
  expect(await page.getByLabel('Start with demo data').count()).toBe(0);
  expect(await axeViolations(page)).toEqual([]);
});

test('a bad row is shown where it stands, and nothing is set up', async () => {
  await setUp();
  const refused = await page.getByRole('alert').textContent();
  for (const word of ['stock.csv', 'on_hand', 'plenty', 'nothing was set up'])
    expect(refused).toContain(word);
  expect(await axeViolations(page)).toEqual([]);
  // /status shows what was last seen, and looks again in the background.
  const status = async () => (await runParstock(['status', '--server', server.origin])).stdout;
  await expect
    .poll(status, { timeout: 60_000 })
    .toMatch(/set-up +failed at stock file: .*\(setup_file_refused, stock\.csv, line 3, on_hand\)/);
  expect(await status()).not.toContain('plenty');
  const session = await page.request.post(`${server.origin}/api/v1/session`, {
    data: { email: 'ada@example.com', password: 'correct horse battery' },
    headers: { origin: server.origin },
  });
  expect(session.status()).toBe(401);
});

test('whoever comes back later is told why it failed', async () => {
  await showPage(page, server.link);
  const earlier = page.locator('.note.warn');
  await earlier.getByText('stock.csv').waitFor();
  expect(await earlier.textContent()).not.toContain('plenty');
});

test('with the row corrected, the same link sets up, and the first page has something to show', async () => {
  await write('stock.csv', 'sku,on_hand\nTEA-01,30\nTEA-02,8\nCUP-07,16\n');
  await setUp();
  await page.waitForURL(`${server.origin}/`);
  await page.goto(`${server.origin}/import`);
  for (const name of ['products.csv', 'stock.csv', 'sales.csv'])
    await page.getByText(name).first().waitFor();
  await expect
    .poll(
      async () => {
        const answer = await page.request.get(`${server.origin}/api/v1/proposals?limit=5`);
        return (await answer.json()).items.length;
      },
      { timeout: 60_000 },
    )
    .toBeGreaterThan(0);
  await showPage(page, server.link);
  await page.getByRole('heading', { name: 'Already set up' }).waitFor();
  // The two answers that were a refusal, and nothing else.
  expect(complaints.filter((text) => !/status of (401|422)/.test(text))).toEqual([]);
});
