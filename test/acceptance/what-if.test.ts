import type { Browser, BrowserContextOptions } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  axeViolations,
  openBrowser,
  openPage,
  overflowWidth,
  showPage,
} from '../support/browser.ts';
import { administrator, type DemoServer, startDemoServer } from '../support/demo-server.ts';

let server: DemoServer;
let browser: Browser;
let session: BrowserContextOptions['storageState'];
let address: string;

beforeAll(async () => {
  [server, browser] = await Promise.all([startDemoServer(), openBrowser()]);
  const context = await browser.newContext();
  const origin = { origin: server.origin };
  const url = `${server.origin}/api/v1/session`;
  await context.request.post(url, { data: administrator, headers: origin });
  session = await context.storageState();
  await context.close();
  type Listed = { items: { sku: string }[] };
  const { sku } = (await server.ask<Listed>('GET', '/proposals?limit=1')).items[0]!;
  address = `${server.origin}/products/${encodeURIComponent(sku)}`;
});

afterAll(async () => {
  await browser?.close();
  await server?.stop();
});

async function openWhatIf(viewport: { width: number; height: number }) {
  const context = await browser.newContext({
    viewport,
    storageState: session,
    colorScheme: 'light',
  });
  const { page, complaints } = await openPage(context);
  const scripts: string[] = [];
  page.on('response', (response) => scripts.push(new URL(response.url()).pathname));
  await showPage(page, address);
  const region = page.getByRole('region', { name: 'What if?' });
  return { context, page, complaints, scripts, region };
}

test('a promotion raises demand and order in the browser, by keyboard alone, and saves nothing', async () => {
  const { context, page, complaints, scripts, region } = await openWhatIf({
    width: 1280,
    height: 860,
  });
  expect(scripts.filter((path) => path.includes('what-if'))).toEqual([]);
  const written: string[] = [];
  page.on('request', (request) => request.method() !== 'GET' && written.push(request.url()));
  await region.locator('summary').focus();
  await page.keyboard.press('Enter');
  await region.getByLabel('Take days as').selectOption('promotion');
  await region.getByRole('button', { name: 'Suppose' }).press('Enter');
  const status = region.getByRole('status');
  await status.getByText('What-if, not saved').waitFor();
  const [, supposed, known] = /: ([\d,]+) .* instead of ([\d,]+)/.exec(await status.innerText())!;
  const number = (text: string) => Number(text.replaceAll(',', ''));
  expect(number(supposed!)).toBeGreaterThan(number(known!));
  await page.getByRole('list', { name: 'Legend' }).getByText('What-if, not saved').waitFor();
  await region.getByRole('row', { name: /^Order now/ }).waitFor();
  expect(scripts.some((path) => path.includes('what-if-worker'))).toBe(true);

  await region.getByRole('button', { name: /^Remove/ }).press('Enter');
  await status.getByText('Nothing is supposed yet').waitFor();
  expect(written).toEqual([]);
  expect(complaints).toEqual([]);
  await context.close();
});

test('sold-out days are masked, and bad days are refused where they were given', async () => {
  const { context, page, complaints, region } = await openWhatIf({ width: 390, height: 844 });
  await region.locator('summary').click();
  await region.getByLabel('Take days as').selectOption('unobserved');
  await region.getByLabel('To').fill('2000-01-01');
  await region.getByRole('button', { name: 'Suppose' }).click();
  await region.getByRole('alert').getByText('Ends before it begins').waitFor();
  expect(await axeViolations(page)).toEqual([]);
  await region.getByLabel('To').fill(await region.getByLabel('From').inputValue());
  await region.getByRole('button', { name: 'Suppose' }).click();
  await region.getByRole('row', { name: /^Expected/ }).waitFor();
  expect(await overflowWidth(page)).toBe(0);
  expect(await axeViolations(page)).toEqual([]);
  await page.emulateMedia({ colorScheme: 'dark' });
  expect(await axeViolations(page, 'colours')).toEqual([]);
  expect(complaints).toEqual([]);
  await context.close();
});
