import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openBrowser, openPage, type WatchedPage } from '../support/browser.ts';
import { type ServerProcess, startServerProcess } from '../support/server-process.ts';
import { type StoryFiles, writeStoryFiles } from '../support/story-files.ts';

// One story on a fresh server, in order: each test starts where the one before ended.

let folder: string;
let files: StoryFiles;
let server: ServerProcess;
let browser: Browser;
let watched: WatchedPage;
let page: Page;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'parstock-story-'));
  files = await writeStoryFiles(join(folder, 'files'));
  server = await startServerProcess({ PARSTOCK_DATA_DIR: join(folder, 'data') });
  browser = await openBrowser();
  const context = await browser.newContext({ viewport: { width: 1280, height: 860 } });
  watched = await openPage(context);
  page = watched.page;
});

afterAll(async () => {
  await browser?.close();
  await server?.end('SIGTERM');
  await rm(folder, { recursive: true, force: true });
});

const heading = (name: string | RegExp) => page.getByRole('heading', { level: 1, name });
const button = (name: string | RegExp) => page.getByRole('button', { name });
const go = (name: string) =>
  page
    .getByRole('navigation', { name: 'Main', exact: true })
    .getByRole('link', { name, exact: true })
    .click();

/** The value beside a name in a list of facts. */
function fact(within: Locator, name: string): Locator {
  return within.locator('dt', { hasText: name }).first().locator('xpath=following-sibling::dd[1]');
}

async function check(kind: string, path: string): Promise<void> {
  await go('Import');
  await heading('Import').waitFor();
  await page.getByRole('radio', { name: kind }).check();
  await page.getByLabel('Drop a file here').setInputFiles(path);
  await button('Check the file').click();
}

async function takeOver(rows: number): Promise<void> {
  await button(`Take over ${rows} row`).click();
  await page.getByText('Taken over.', { exact: true }).waitFor();
}

test('the printed link sets the company up and leads in', async () => {
  await page.goto(server.link);
  await page.getByLabel('Company').fill('Tea & Cups');
  await page.getByLabel('Currency').selectOption('EUR');
  await page.getByLabel('Your e-mail address').fill('tessa@example.com');
  await page.getByLabel('Password').fill('a long enough secret');
  await button('Set up').click();
  await heading('Today').waitFor();
  await page.getByRole('heading', { name: 'No products yet' }).waitFor();
});

test('products, suppliers and terms come in by file', async () => {
  await check('Products', files.products);
  await takeOver(3);
  await check('Suppliers', files.suppliers);
  await page.getByText('A required column is missing.').waitFor();
  await page.getByLabel('code', { exact: true }).selectOption('ref');
  await button('Check again').click();
  await takeOver(1);
  await check('Terms', files.terms);
  await takeOver(3);
});

test('dates that could be read in two ways are asked about, not guessed', async () => {
  await check('Stock', files.stock);
  await page.getByText('The dates can be read in more than one way.').waitFor();
  await page.getByLabel('Dates').selectOption('dmy');
  await button('Check again').click();
  await button('Take over 3 rows').waitFor();
  const dialect = page.getByRole('region', { name: 'How the file was read' });
  expect(await fact(dialect, 'Columns separated by').textContent()).toBe('semicolon');
  expect(await fact(dialect, 'Decimal sign').textContent()).toBe('comma');
  expect(await fact(dialect, 'Dates').textContent()).toContain('day first');
  await takeOver(3);
});

test('bad rows are shown by line and column, and nothing of their file is taken', async () => {
  await check('Sales', files.badSales);
  const rows = page.getByRole('table').getByRole('row');
  await rows.filter({ hasText: 'Negative quantity' }).waitFor();
  expect(await rows.filter({ hasText: 'Negative quantity' }).textContent()).toMatch(/^2units/);
  expect(await rows.filter({ hasText: 'Unknown sku' }).textContent()).toMatch(/^3sku.*TEA-99/);
  expect(await button(/^Take over/).count()).toBe(0);
  await button('Drop this file').click();
  await page.getByText('nothing was changed').waitFor();
});

test('sales come in, and the same file again changes nothing', async () => {
  await check('Sales', files.sales);
  await takeOver(630);
  await check('Sales', files.sales);
  await page.getByText('taking it over changes nothing').waitFor();
  await button('Drop this file').click();
  await page.getByText('nothing was changed').waitFor();
});

test('a forecast run shows its progress and ends in proposals', async () => {
  await go('Today');
  await page.getByRole('heading', { name: 'No forecast yet' }).waitFor();
  await button('Start forecast').click();
  await page.getByRole('link', { name: /^To order.*3 lines.*1 supplier/ }).waitFor();
  await page.getByText('Completed').waitFor();
  await go('Forecast runs');
  await page.getByRole('article').getByText('Completed').waitFor();
});

test('a proposal explains itself down to its quantity', async () => {
  await go('Orders');
  const line = page.getByRole('listitem').filter({ hasText: 'Assam 250 g' });
  const quantity = await line.getByRole('spinbutton').inputValue();
  await line.getByRole('button', { name: 'Why this number' }).click();
  const why = page.getByRole('dialog', { name: 'Why this number?' });
  expect(await fact(why, 'Proposed').textContent()).toMatch(new RegExp(`^${quantity} units`));
  const step = why.getByRole('listitem').filter({ hasText: 'Stock position' }).first();
  expect(await step.textContent()).toContain('30');
  const ordered = why.getByRole('listitem').filter({ hasText: /^Order quantity/ });
  expect(await ordered.textContent()).toContain(`Order quantity${quantity} `);
  await page.keyboard.press('Escape');
});

test('lines are accepted, changed with a reason, and dismissed with one', async () => {
  const line = (name: string) => page.locator('[data-line]').filter({ hasText: name });
  await button('Accept Assam 250 g').click();
  await line('Assam')
    .getByText(/In draft/)
    .waitFor();
  await line('Cup').getByRole('spinbutton').fill('30');
  await line('Cup').getByRole('textbox', { name: 'Why not' }).fill('Market on Sunday');
  await button('Accept Cup with handle').click();
  await line('Cup')
    .getByText(/In draft/)
    .waitFor();
  await button(/^Dismiss Oolong/).click();
  await page.getByLabel('Why?').fill('Being discontinued');
  await page.getByRole('dialog').getByRole('button', { name: 'Dismiss', exact: true }).click();
  await line('Oolong').getByText('Dismissed').waitFor();
});

test('the order is confirmed, received in two parts, and the stock rises by it', async () => {
  await go('Purchase orders');
  await page.getByRole('row').filter({ hasText: 'Harbour Trading' }).getByRole('link').click();
  await button('Confirm').click();
  await page.getByRole('dialog').getByRole('button', { name: 'Confirm' }).click();
  await page.getByText('is confirmed.').waitFor();
  const state = page.getByRole('list', { name: 'State' }).locator('[aria-current=step]');
  expect(await state.textContent()).toBe('Confirmed');

  const cups = page.getByRole('dialog').getByLabel('Cup with handle');
  await button('Receive').click();
  await cups.fill('12');
  await button('Book receipt').click();
  await page.getByText('Part received', { exact: true }).and(state).waitFor();
  await button('Receive').click();
  expect(await cups.inputValue()).toBe('18');
  await button('Book receipt').click();
  await page.getByText('Received', { exact: true }).and(state).waitFor();
  expect(await button('Receive').count()).toBe(0);

  await page.getByRole('link', { name: 'Cup with handle' }).click();
  await heading('Cup with handle').waitFor();
  const stock = page.getByRole('region', { name: 'Stock', exact: true });
  expect(await fact(stock, 'On hand').textContent()).toBe('46');
});

test('nothing complained on the way', () => {
  expect(watched.complaints).toEqual([]);
  expect(server.said()).toBe('');
});
