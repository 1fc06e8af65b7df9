/**
 * Milliseconds from asking for a product's page to its painted chart, in a browser that has never
 * seen the page and in one that has; bytes of script and style at the first load; layout shift.
 *
 * Run: node bench/page.ts — needs Chromium on the PATH and a built page (npm run build).
 */
import { readFileSync } from 'node:fs';
import { loadavg } from 'node:os';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import type { BrowserContext, Page } from 'playwright-core';
import { openBrowser, openPage } from '../test/support/browser.ts';
import { administrator, startDemoServer } from '../test/support/demo-server.ts';

const ROUNDS = 5;
const BUSY_LOAD = 1;
const PATIENCE_MS = 60_000;
const webFolder = fileURLToPath(new URL('../dist/web', import.meta.url));

/** Resolves in the page, with the moment of the frame in which both charts have ink. */
function chartPainted(): Promise<number> {
  return new Promise((resolve) => {
    const look = () => {
      const charts = [...document.querySelectorAll('canvas')];
      const drawn = charts.filter((canvas) => {
        const { width, height } = canvas;
        const pixels = canvas.getContext('2d')?.getImageData(0, 0, width, height).data;
        return pixels?.some((value) => value > 0);
      });
      // The frame after the one that drew is on the screen.
      if (drawn.length >= 2) requestAnimationFrame(() => resolve(performance.now()));
      else requestAnimationFrame(look);
    };
    look();
  });
}

interface Load {
  readonly ms: number;
  readonly shift: number;
  readonly files: ReadonlySet<string>;
}

/** `performance.now()` counts from the start of the navigation. */
async function load(context: BrowserContext, address: string): Promise<Load> {
  const { page, layoutShift } = await openPage(context);
  const files = new Set<string>();
  page.on('response', (response) => {
    const path = new URL(response.url()).pathname;
    if (/\.(js|css)$/.test(path)) files.add(path);
  });
  await page.goto(address, { waitUntil: 'commit' });
  const ms = await paintedAt(page);
  await page.waitForLoadState('networkidle');
  const shift = await layoutShift();
  await page.close();
  return { ms, shift, files };
}

async function paintedAt(page: Page): Promise<number> {
  page.setDefaultTimeout(PATIENCE_MS);
  return page.evaluate(chartPainted);
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)]!;
}

function gzippedKb(files: Iterable<string>, ending: string): number {
  const wanted = [...files].filter((path) => path.endsWith(ending));
  const sizes = wanted.map((path) => gzipSync(readFileSync(`${webFolder}${path}`)).length);
  return sizes.reduce((sum, size) => sum + size, 0) / 1000;
}

function print(loads: { cold: readonly Load[]; warm: readonly Load[]; busy: number }): void {
  const { cold, warm, busy } = loads;
  const all = (list: readonly Load[]) => list.map(({ ms }) => ms.toFixed(0)).join(' ');
  const time = (list: readonly Load[]) => `${median(list.map(({ ms }) => ms)).toFixed(0)} ms`;
  const shift = Math.max(...[...cold, ...warm].map((one) => one.shift));
  const [first] = cold;
  const rows = [
    ['cold: first visit to painted charts', time(cold), `≤ 1000 ms  (${all(cold)})`],
    ['warm: later visit to painted charts', time(warm), `≤ 1000 ms  (${all(warm)})`],
    [
      'script at first load, gzipped',
      `${gzippedKb(first!.files, '.js').toFixed(0)} kB`,
      '≤ 250 kB',
    ],
    ['style at first load, gzipped', `${gzippedKb(first!.files, '.css').toFixed(0)} kB`, ''],
    ['layout shift, worst', shift.toFixed(3), '0'],
    ['other load on the machine before', busy.toFixed(1), busy > BUSY_LOAD ? 'busy' : ''],
  ];
  for (const [what, found, wanted] of rows)
    console.log(`${what!.padEnd(38)}${found!.padStart(10)}  ${wanted}`);
}

const busy = loadavg()[0]!;
const server = await startDemoServer();
const browser = await openBrowser();
try {
  const entrance = await browser.newContext();
  await entrance.request.post(`${server.origin}/api/v1/session`, {
    data: administrator,
    headers: { origin: server.origin },
  });
  const storageState = await entrance.storageState();
  type Listed = { items: { sku: string }[] };
  const { sku } = (await server.ask<Listed>('GET', '/proposals?limit=1')).items[0]!;
  const address = `${server.origin}/products/${encodeURIComponent(sku)}`;
  const cold: Load[] = [];
  const warm: Load[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    // A context of its own shares no cache with the one before.
    const context = await browser.newContext({ storageState });
    cold.push(await load(context, address));
    warm.push(await load(context, address));
    await context.close();
  }
  print({ cold, warm, busy });
} finally {
  await browser.close();
  await server.stop();
}
