/**
 * Milliseconds of a what-if in Chromium: what the worker of the product's page computes, forecast
 * and order twice (as the days are known, and as supposed), on every tenth product of the demo,
 * by methods that a run may have chosen. Per method the median and the worst.
 *
 * Run: node bench/what-if.ts — needs Chromium on the PATH.
 */
import { loadavg } from 'node:os';
import { fileURLToPath } from 'node:url';
import { build, type Rolldown } from 'vite';
import { readDemoSales } from '../src/server/startup/demo/demo-sales.ts';
import type { reForecast, WhatIfGround } from '../src/web/what-if/re-forecast.ts';
import { openBrowser } from '../test/support/browser.ts';

const ORIGIN = '2026-11-22';
const METHODS = ['npts', 'ets', 'theta', 'dynamic-theta', 'croston'];
const HORIZON_DAYS = 28;

function grounds(): WhatIfGround[] {
  const { dates, series } = readDemoSales(ORIGIN);
  return series
    .filter((_, i) => i % 10 === 0)
    .map(({ sku, units, promotion }) => ({
      sales: { dates, units, promotion, inStock: dates.map(() => null) },
      promotions: [],
      origin: ORIGIN,
      horizonDays: HORIZON_DAYS,
      methods: [],
      order: {
        asOf: ORIGIN,
        product: { sku, unitDecimals: 0 },
        terms: { leadTimeDays: 5, leadTimeSdDays: 1, reviewPeriodDays: 7, orderMultiple: 6 },
        stock: { onHand: 40, committed: 0, backorders: 0 },
        openOrders: [],
        policy: { service: { kind: 'cycle', level: 0.97 }, review: 'periodic' },
      },
    }));
}

async function bundle(): Promise<string> {
  const entry = fileURLToPath(new URL('../src/web/what-if/re-forecast.ts', import.meta.url));
  const lib = { entry, name: 'whatIf', fileName: 'what-if' };
  const built = await build({
    configFile: false,
    logLevel: 'silent',
    build: { write: false, target: 'es2022', lib: { ...lib, formats: ['iife'] } },
  });
  return (built as Rolldown.RolldownOutput[])[0]!.output[0].code;
}

const load = loadavg()[0]!.toFixed(1);
const browser = await openBrowser();
try {
  const page = await browser.newPage();
  await page.addScriptTag({ content: await bundle() });
  const given = grounds();
  console.log(`${given.length} products, horizon ${HORIZON_DAYS}, load ${load}; wanted ≤ 100 ms`);
  for (const method of METHODS) {
    const times = await page.evaluate(
      ({ given, method }) => {
        const engine = (globalThis as unknown as { whatIf: { reForecast: typeof reForecast } })
          .whatIf;
        return given.map((ground) => {
          const { origin } = ground;
          const change = { from: origin, to: origin, kind: 'unobserved' } as const;
          const began = performance.now();
          engine.reForecast({ ...ground, methods: [method] }, [change]);
          return performance.now() - began;
        });
      },
      { given, method },
    );
    const sorted = times.toSorted((a, b) => a - b);
    const median = sorted[Math.floor(sorted.length / 2)]!.toFixed(0);
    console.log(`${method.padEnd(16)}median ${median} ms, worst ${sorted.at(-1)!.toFixed(0)} ms`);
  }
} finally {
  await browser.close();
}
