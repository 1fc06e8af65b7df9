import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  axeViolations,
  openBrowser,
  openPage,
  overflowWidth,
  showPage,
} from '../support/browser.ts';
import { administrator, type DemoServer, startDemoServer } from '../support/demo-server.ts';
import { deployRecord } from '../support/deploy-record.ts';

const webFolder = join(import.meta.dirname, '../../dist/web');
const desk = { width: 1280, height: 860 };
const phone = { width: 390, height: 844 };

let server: DemoServer;
let browser: Browser;
let sku: string;
let orderId: string;
let importId: string;
let session: Awaited<ReturnType<BrowserContext['storageState']>> | undefined;

beforeAll(async () => {
  [server, browser] = await Promise.all([startDemoServer(), openBrowser()]);
  type Listed = { items: { id: string; sku: string }[] };
  sku = (await server.ask<Listed>('GET', '/products?limit=1')).items[0]!.sku;
  const [first] = (await server.ask<Listed>('GET', '/proposals?limit=1')).items;
  await server.ask('POST', `/proposals/${first!.id}/accept`, {});
  orderId = (await server.ask<Listed>('GET', '/purchase-orders?limit=1')).items[0]!.id;
  importId = await refusedImport();
  await server.ask('POST', '/deploys', deployRecord());
  const failed = { id: 'deploy-2', state: 'undone', reason: 'smoke test: order' } as const;
  await server.ask('POST', '/deploys', deployRecord(failed));
});

afterAll(async () => {
  await browser?.close();
  await server?.stop();
});

/** A file with one bad row, so that the page of an import has errors to show. */
async function refusedImport(): Promise<string> {
  const context = await signedInContext();
  const answer = await context.request.post(
    `${server.origin}/api/v1/imports?kind=sales&fileName=sales.csv`,
    {
      data: Buffer.from(`sku,date,units\n${sku},2020-01-01,-5\nnobody,2020-01-01,1\n`),
      headers: { 'content-type': 'text/csv', origin: server.origin },
    },
  );
  const { id } = await answer.json();
  await context.close();
  return id;
}

/** Signed in once and for all: the server lets nobody try passwords in quick succession. */
async function signedInContext(viewport = desk): Promise<BrowserContext> {
  session ??= await signIn(administrator);
  return browser.newContext({ viewport, colorScheme: 'light', storageState: session });
}

async function signIn(who: typeof administrator) {
  const context = await browser.newContext();
  const answer = await context.request.post(`${server.origin}/api/v1/session`, {
    data: who,
    headers: { origin: server.origin },
  });
  expect(answer.status()).toBe(200);
  const state = await context.storageState();
  await context.close();
  return state;
}

const pages: readonly (readonly [name: string, path: () => string])[] = [
  ['Today', () => '/'],
  ['Orders', () => '/orders'],
  ['Purchase orders', () => '/purchase-orders'],
  ['a purchase order', () => `/purchase-orders/${orderId}`],
  ['Products', () => '/products'],
  ['a product', () => `/products/${encodeURIComponent(sku)}`],
  ['Import', () => '/import'],
  ['an import', () => `/import/${importId}`],
  ['Forecast runs', () => '/runs'],
  ['Deploys', () => '/deploys'],
  ['Settings', () => '/settings'],
  ['an unknown address', () => '/no/such/page'],
];

test.each(pages)(
  '%s: accessible, still, quiet, and never wider than the window',
  async (_, path) => {
    for (const viewport of [desk, phone]) {
      const context = await signedInContext(viewport);
      const { page, complaints, layoutShift } = await openPage(context);
      await showPage(page, server.origin + path());
      expect(await layoutShift(), `layout shift at ${viewport.width} px`).toBe(0);
      expect(await overflowWidth(page), `overflow at ${viewport.width} px`).toBe(0);
      expect(await axeViolations(page), `light, ${viewport.width} px`).toEqual([]);
      await page.emulateMedia({ colorScheme: 'dark' });
      expect(await axeViolations(page, 'colours'), `dark, ${viewport.width} px`).toEqual([]);
      expect(complaints).toEqual([]);
      await context.close();
    }
  },
);

test('deploys: what serves, how each ended, its steps and checks, on a phone too', async () => {
  const context = await signedInContext(phone);
  const { page, complaints } = await openPage(context);
  await showPage(page, `${server.origin}/settings`);
  await page.getByRole('link', { name: 'Deploys' }).click();
  await page.getByRole('heading', { level: 1, name: 'Deploys' }).waitFor();
  const failed = page.getByRole('article').filter({ hasText: 'smoke test: order' });
  await failed.getByText('Undone').waitFor();
  for (const fold of await page.locator('summary').all()) await fold.click();
  await failed.getByRole('row', { name: /pull Done 14\.3 s/ }).waitFor();
  await failed.getByRole('row', { name: /sign-in Passed 240 ms/ }).waitFor();
  expect(await overflowWidth(page)).toBe(0);
  expect(await axeViolations(page)).toEqual([]);
  expect(complaints).toEqual([]);
  await context.close();
});

test('the door: sign-in and set-up are accessible too, and say what is wrong', async () => {
  const context = await browser.newContext({ viewport: phone });
  const { page } = await openPage(context);
  await showPage(page, `${server.origin}/orders`);
  expect(new URL(page.url()).pathname).toBe('/sign-in');
  expect(await axeViolations(page)).toEqual([]);
  await page.getByLabel('E-mail address').fill(administrator.email);
  await page.getByLabel('Password').fill('not this one');
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.getByRole('alert').getByText('is wrong').waitFor();
  expect(await axeViolations(page)).toEqual([]);
  await page.getByLabel('Password').fill(administrator.password);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.getByRole('heading', { level: 1, name: 'Orders' }).waitFor();
  await showPage(page, `${server.origin}/setup?token=spent`);
  await page.getByRole('heading', { name: 'Already set up' }).waitFor();
  expect(await axeViolations(page)).toEqual([]);
  await context.close();
});

test('a keyboard is enough: from the skip link to a decided line', async () => {
  const context = await signedInContext();
  const { page, complaints } = await openPage(context);
  await showPage(page, server.origin);
  await page.keyboard.press('Tab');
  expect(await focused(page)).toBe('Skip to the page');
  await page.keyboard.press('Enter');
  expect(await page.evaluate(() => document.activeElement?.id)).toBe('main');

  await page.keyboard.press('?');
  await page.getByRole('dialog', { name: 'Keyboard' }).waitFor();
  expect(await axeViolations(page)).toEqual([]);
  await page.keyboard.press('Escape');
  expect(await page.getByRole('dialog').count()).toBe(0);

  await page.keyboard.press('g');
  await page.keyboard.press('o');
  await page.getByRole('heading', { level: 1, name: 'Orders' }).waitFor();
  await page.waitForFunction(() => document.activeElement?.tagName === 'H1');
  await page.keyboard.press('j');
  await page.keyboard.press('j');
  await page.keyboard.press('k');
  await page.keyboard.press('w');
  await page.getByRole('dialog', { name: 'Why this number?' }).getByRole('list').first().waitFor();
  expect(await axeViolations(page)).toEqual([]);
  await page.keyboard.press('Escape');
  const line = page.locator('[data-line]').first();
  expect(await line.evaluate((element) => element === document.activeElement)).toBe(true);
  await page.keyboard.press('a');
  await line.getByText('In draft').waitFor();
  await line.getByRole('button', { name: 'back' }).press('Enter');
  await line.getByRole('button', { name: 'Accept' }).waitFor();

  await page.keyboard.press('/');
  await page.waitForURL('**/products');
  await page.waitForFunction(() => document.activeElement?.matches('input[type=search]'));
  await page.keyboard.type('no such product');
  await page.getByText('No product matches').waitFor();
  expect(complaints).toEqual([]);
  await context.close();
});

async function focused(page: Page): Promise<string | undefined> {
  return page.evaluate(() => document.activeElement?.textContent?.trim());
}

test('on a phone: one supplier is open, others unfold, and no focus hides behind the bar', async () => {
  const context = await signedInContext(phone);
  const { page, complaints } = await openPage(context);
  await showPage(page, `${server.origin}/orders`);
  const unfolding = page.getByRole('main').getByRole('button', { expanded: false });
  const folded = await unfolding.count();
  expect(folded).toBeGreaterThan(0);
  expect(await page.getByRole('button', { expanded: true }).count()).toBe(1);
  const bar = await page.getByRole('navigation', { name: 'Main, short' }).boundingBox();
  for (let i = 0; i < 40; i++) {
    await page.keyboard.press('Tab');
    const foot = await page.evaluate(() => {
      const focused = document.activeElement;
      return focused?.closest('main') ? focused.getBoundingClientRect().bottom : 0;
    });
    expect(foot).toBeLessThanOrEqual(bar!.y);
  }
  await unfolding.first().press('Enter');
  await page.getByRole('button', { expanded: true }).nth(1).waitFor();
  expect(await unfolding.count()).toBe(folded - 1);
  expect(complaints).toEqual([]);
  await context.close();
});

test('a proposal is decided on the page of its product, too', async () => {
  const context = await signedInContext();
  const { page, complaints } = await openPage(context);
  await showPage(page, `${server.origin}/orders`);
  await page.locator('[data-line]').nth(4).getByRole('link').first().click();
  const card = page.getByRole('region', { name: 'Proposal' });
  await page.getByRole('group', { name: /^Projected stock of/ }).waitFor();
  await page.getByText('With this order').waitFor();
  await card.getByRole('button', { name: /^Accept/ }).click();
  await card.getByText('In draft').waitFor();
  await card.getByRole('button', { name: 'back' }).click();
  await card.getByRole('button', { name: /^Accept/ }).waitFor();
  expect(complaints).toEqual([]);
  await context.close();
});

test('another quantity needs its reason before it is accepted', async () => {
  const context = await signedInContext();
  const { page } = await openPage(context);
  await showPage(page, `${server.origin}/orders`);
  const line = page.locator('[data-line]').nth(2);
  await line.getByRole('spinbutton').fill('7');
  await line.getByRole('button', { name: 'Accept' }).click();
  await line.getByRole('alert').getByText('why').waitFor();
  await line.getByRole('textbox', { name: 'Why not the proposed' }).fill('Shelf is full');
  await line.getByRole('button', { name: 'Accept' }).click();
  await line.getByText('In draft').waitFor();
  await context.close();
});

test('the chart is painted, and its figures can be read without seeing it', async () => {
  const context = await signedInContext();
  const { page } = await openPage(context);
  await showPage(page, `${server.origin}/products/${encodeURIComponent(sku)}`);
  const colours = await page
    .locator('canvas')
    .first()
    .evaluate((canvas) => {
      const { width, height } = canvas as HTMLCanvasElement;
      const drawn = (canvas as HTMLCanvasElement)
        .getContext('2d')
        ?.getImageData(0, 0, width, height);
      return new Set(new Uint32Array(drawn?.data.buffer ?? new ArrayBuffer(0))).size;
    });
  expect(colours).toBeGreaterThan(20);
  await page.getByText('Show as tables').click();
  const table = page.getByRole('table', { name: 'Forecast by day' });
  // The heading, and a row for each of 28 days.
  await table.getByRole('row').nth(28).waitFor();
  const chart = page.getByRole('group', { name: /^Sales and forecast of/ });
  await chart.focus();
  await page.keyboard.press('ArrowLeft');
  await page.getByText(/expected [\d.,]+ .* · 80 %:/).waitFor();
  await context.close();
});

test('a viewer sees everything and is offered nothing to change', async () => {
  const viewer = { email: 'vera@example.com', password: 'watching paint dry' };
  await server.ask('POST', '/users', { ...viewer, role: 'viewer' });
  const context = await browser.newContext({ viewport: desk, storageState: await signIn(viewer) });
  const { page, complaints } = await openPage(context);
  const offered = /accept|dismiss|start|recompute|confirm|receive|cancel|add|check the file|take/i;
  // Deploys are the administrators' business, and nobody else is led there.
  const theirs = pages.filter(([name]) => !['Deploys', 'an unknown address'].includes(name));
  for (const [, path] of theirs) {
    await showPage(page, server.origin + path());
    const buttons = await page.getByRole('main').getByRole('button').allTextContents();
    expect(buttons.filter((text) => offered.test(text))).toEqual([]);
  }
  expect(complaints).toEqual([]);
  await context.close();
});

test('the first load asks for at most 250 KB of script, gzipped', async () => {
  const context = await signedInContext();
  const { page } = await openPage(context);
  const scripts = new Set<string>();
  page.on('response', (response) => {
    const path = new URL(response.url()).pathname;
    if (path.endsWith('.js')) scripts.add(path);
  });
  await showPage(page, server.origin);
  const sizes = [...scripts].map((path) => gzipSync(readFileSync(join(webFolder, path))).length);
  expect(sizes.length).toBeGreaterThan(1);
  expect(sizes.reduce((sum, size) => sum + size, 0)).toBeLessThan(250_000);
  await context.close();
});

test('a theme that was chosen holds after a reload, without a flash of the other', async () => {
  const context = await signedInContext();
  const { page } = await openPage(context);
  await showPage(page, `${server.origin}/settings`);
  const ground = () =>
    page.evaluate(() => getComputedStyle(document.documentElement).backgroundColor);
  const light = await ground();
  await page.getByRole('radio', { name: 'Dark' }).check();
  const dark = await ground();
  expect(dark).not.toBe(light);
  await page.goto(`${server.origin}/settings`, { waitUntil: 'commit' });
  await page.waitForFunction(() => document.readyState !== 'loading');
  expect(await ground()).toBe(dark);
  await context.close();
});

test('the system section shows an installation under way, and one that failed', async () => {
  const context = await signedInContext(phone);
  const { page } = await openPage(context);
  let change: object = {
    state: 'installing',
    reason: 'chronos-bolt-tiny is fetched from hub.example',
    phase: 'chronos-bolt-tiny',
    bytes: { done: 10_000_000, total: 40_000_000 },
    models: [model],
  };
  await page.route('**/status', async (route) => {
    const status = await (await route.fetch()).json();
    const machineLearning = { ...status.machineLearning, ...change };
    await route.fulfill({ json: { ...status, machineLearning } });
  });
  await showPage(page, `${server.origin}/settings`);
  const section = page.getByRole('region', { name: 'Machine learning' });
  const bar = section.getByRole('progressbar', { name: 'Installation' });
  expect(await bar.getAttribute('aria-valuenow')).toBe('25');
  await section.getByText('chronos-bolt-tiny: 10 MB of 40 MB').waitFor();
  expect(await axeViolations(page)).toEqual([]);
  change = {
    state: 'failed',
    reason: 'The model hub does not answer, or breaks off.',
    code: 'hub_unreachable',
    failures: 2,
    nextTryAt: '2026-11-23T12:00:00Z',
    phase: null,
    bytes: null,
    models: [model],
  };
  // The page looks again by itself.
  await section.getByText('It has failed 2 times').waitFor();
  expect(await bar.count()).toBe(0);
  await section.getByText('Without a network').click();
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme });
    expect(await axeViolations(page), colorScheme).toEqual([]);
  }
  expect(await overflowWidth(page)).toBe(0);
  await context.close();
});

const model = {
  name: 'chronos-bolt-tiny',
  installed: false,
  bytes: 34_623_472,
  licence: 'Apache-2.0',
  revision: 'a0e552de83495b5c28c14c71c374f3e33280b340',
  trust: null,
};

test('a promotion is planned and removed on the page of a product', async () => {
  const context = await signedInContext();
  const { page, complaints } = await openPage(context);
  await showPage(page, `${server.origin}/products/${encodeURIComponent(sku)}`);
  const region = page.getByRole('region', { name: 'Promotions ahead' });
  await region.getByText('None is planned.').waitFor();
  await region.getByRole('button', { name: 'Plan one' }).press('Enter');
  const dialog = page.getByRole('dialog', { name: 'Plan a promotion' });
  const last = await dialog.getByLabel('Last day').inputValue();
  await dialog.getByLabel('Last day').fill('2020-01-01');
  await dialog.getByRole('alert').getByText('Ends before it begins').waitFor();
  expect(await axeViolations(page)).toEqual([]);
  await dialog.getByLabel('Last day').fill(last);
  await dialog.getByLabel('Name').fill('Pasta week');
  await dialog.getByRole('button', { name: 'Plan' }).click();
  await region.getByText('Pasta week').waitFor();
  expect(await axeViolations(page)).toEqual([]);
  await region.getByRole('button', { name: /^Remove promotion/ }).click();
  await region.getByText('None is planned.').waitFor();
  expect(complaints).toEqual([]);
  await context.close();
});
