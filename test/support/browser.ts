import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { delimiter, join } from 'node:path';
import type { AxeResults, RunOptions } from 'axe-core';
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core';

const names = ['chromium', 'chromium-browser', 'google-chrome'];
const axeScript = readFileSync(
  createRequire(import.meta.url).resolve('axe-core/axe.min.js'),
  'utf8',
);

function browserPath(): string {
  const folders = (process.env.PATH ?? '').split(delimiter);
  const paths = names.flatMap((name) => folders.map((folder) => join(folder, name)));
  const found = paths.find((path) => existsSync(path));
  if (!found) throw new Error(`none of ${names.join(', ')} is on the PATH; install Chromium`);
  return found;
}

/** The machine's own Chromium, which must not speak to anybody but the server under test. */
export function openBrowser(): Promise<Browser> {
  return chromium.launch({
    executablePath: browserPath(),
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  });
}

export interface WatchedPage {
  readonly page: Page;
  /** What the console complained about, and what was thrown, until now. */
  readonly complaints: string[];
  /** Cumulative layout shift of the current document that no input of the reader caused. */
  layoutShift(): Promise<number>;
}

/** A page that is watched for complaints and for things that move while it loads. */
export async function openPage(context: BrowserContext): Promise<WatchedPage> {
  const page = await context.newPage();
  const complaints: string[] = [];
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning') complaints.push(message.text());
  });
  page.on('pageerror', (error) => complaints.push(String(error)));
  await page.addInitScript(() => {
    const seen = { total: 0 };
    Object.assign(window, { seenShift: seen });
    new PerformanceObserver((list) => {
      for (const entry of list.getEntries() as (PerformanceEntry & Shift)[]) {
        if (!entry.hadRecentInput) seen.total += entry.value;
      }
    }).observe({ type: 'layout-shift', buffered: true });
  });
  const layoutShift = () =>
    page.evaluate(() => (window as unknown as { seenShift: { total: number } }).seenShift.total);
  return { page, complaints, layoutShift };
}

interface Shift {
  readonly value: number;
  readonly hadRecentInput: boolean;
}

/** Waits until a page shows its heading and has asked for everything that it asks for by itself. */
export async function showPage(page: Page, address: string): Promise<void> {
  await page.goto(address);
  await page.locator('h1').waitFor();
  await page.waitForLoadState('networkidle');
}

/** Those of its rules that look at colours, but for the one of level AAA. */
const COLOUR_RULES = ['color-contrast', 'link-in-text-block'];

type Axe = Readonly<{ run(where: Document, options: RunOptions): Promise<AxeResults> }>;

/**
 * Violations of WCAG 2.2 A and AA and of good practice, as one line each. Where nothing but `colours` changed
 * since all was looked at, only those are.
 */
export async function axeViolations(page: Page, only?: 'colours'): Promise<string[]> {
  // By evaluation: the page's content security policy allows no script from elsewhere.
  if (!(await page.evaluate(() => 'axe' in window))) await page.evaluate(axeScript);
  const runOnly = only && { type: 'rule' as const, values: COLOUR_RULES };
  const { violations } = await page.evaluate(
    (options) => {
      const { axe } = window as unknown as { axe: Axe };
      return axe.run(document, options);
    },
    { resultTypes: ['violations'], ...(runOnly && { runOnly }) } satisfies RunOptions,
  );
  return violations.map(
    ({ id, nodes }) => `${id}: ${nodes.map((node) => node.target.join(' ')).join(' | ')}`,
  );
}

/** How many pixels the page is wider than the window. */
export function overflowWidth(page: Page): Promise<number> {
  return page.evaluate(() => {
    const { scrollWidth, clientWidth } = document.documentElement;
    return Math.max(0, scrollWidth - clientWidth);
  });
}
