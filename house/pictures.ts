/**
 * Takes the pictures of the page that the README shows, on the demo data of a server of its own:
 * node house/pictures.ts — needs Chromium on the PATH and a built page (npm run build).
 */
import { fileURLToPath } from 'node:url';
import type { Page } from 'playwright-core';
import { openBrowser, showPage } from '../test/support/browser.ts';
import { administrator, startDemoServer } from '../test/support/demo-server.ts';

const folder = fileURLToPath(new URL('../docs/images/', import.meta.url));

interface Picture {
  readonly name: string;
  readonly path: string;
  readonly prepare?: (page: Page) => Promise<unknown>;
}

async function openReason(page: Page): Promise<void> {
  await page.getByRole('button', { name: /^Why/ }).first().click();
  await page.getByRole('dialog').getByRole('list').first().waitFor();
}

const server = await startDemoServer();
const browser = await openBrowser();
try {
  const context = await browser.newContext({
    viewport: { width: 1280, height: 860 },
    deviceScaleFactor: 2,
    colorScheme: 'light',
    locale: 'en-GB',
  });
  await context.request.post(`${server.origin}/api/v1/session`, {
    data: administrator,
    headers: { origin: server.origin },
  });
  // A line of some size, so that stock, order and reorder point have something to show.
  type Listed = { items: { sku: string; urgency: string; stockPosition: number }[] };
  const { items } = await server.ask<Listed>('GET', '/proposals?limit=100');
  const inNeed = items.filter(
    ({ urgency, stockPosition }) => urgency !== 'none' && stockPosition > 20,
  );
  const shown = inNeed.find(({ urgency }) => urgency === 'late') ?? inNeed[0] ?? items[0]!;
  const pictures: readonly Picture[] = [
    { name: 'today', path: '/' },
    { name: 'product', path: `/products/${encodeURIComponent(shown.sku)}` },
    { name: 'why-this-number', path: '/orders', prepare: openReason },
  ];
  const page = await context.newPage();
  for (const { name, path, prepare } of pictures) {
    await showPage(page, server.origin + path);
    await prepare?.(page);
    await page.screenshot({ path: `${folder}${name}.png` });
    console.log(`docs/images/${name}.png`);
  }
} finally {
  await browser.close();
  await server.stop();
}
