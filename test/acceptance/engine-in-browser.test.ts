import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { build, type Rolldown } from 'vite';
import { expect, test } from 'vitest';
import { openBrowser } from '../support/browser.ts';
import {
  type EngineFixtures,
  levelElementaryFunctions,
  runEngineChecks,
} from '../support/engine-checks.ts';

const root = new URL('../../', import.meta.url);
const read = (path: string) => readFileSync(new URL(path, root), 'utf8');

/** Forecasting and planning in one script, as a page would load them. */
async function bundle(): Promise<string> {
  const entry = fileURLToPath(new URL('test/support/engine-checks.ts', root));
  const built = await build({
    configFile: false,
    logLevel: 'silent',
    build: {
      write: false,
      target: 'es2022',
      lib: { entry, formats: ['iife'], name: 'engine', fileName: 'engine' },
    },
  });
  const [{ output }] = built as Rolldown.RolldownOutput[] as [Rolldown.RolldownOutput];
  return output[0].code;
}

function fixtures(): EngineFixtures {
  const { series } = JSON.parse(read('src/forecast/reference/models-r.json'));
  const { y, theta } = series.AirPassengers;
  const rows = read('examples/pasta.csv').split('\n');
  const pasta = rows
    .filter((row) => row.startsWith('B1-12,'))
    .map((row) => Number(row.split(',')[2]));
  return { passengers: { y, theta: theta.mean }, pasta: pasta.slice(-400) };
}

type Engine = typeof import('../support/engine-checks.ts');

/** The answers of a page without an address and without a network. */
async function askBrowser(given: EngineFixtures, code: string) {
  const browser = await openBrowser();
  try {
    const page = await browser.newPage();
    await page.addScriptTag({ content: code });
    return await page.evaluate((fixtures) => {
      const { runEngineChecks, levelElementaryFunctions } = (
        globalThis as unknown as { engine: Engine }
      ).engine;
      const own = runEngineChecks(fixtures);
      levelElementaryFunctions();
      return { own, level: runEngineChecks(fixtures) };
    }, given);
  } finally {
    await browser.close();
  }
}

test('forecasts and plans in a browser as in Node: equal choices, and equal bits', async () => {
  const given = fixtures();
  const code = await bundle();
  expect(code).not.toMatch(/\brequire\(|node:|import\(/);
  const there = await askBrowser(given, code);
  const own = runEngineChecks(given);
  expect(Object.keys(own.numbers).length).toBeGreaterThan(40);
  given.passengers.theta.forEach((wanted, k) => {
    expect(there.own.numbers['theta of passengers']![k]! / wanted).toBeCloseTo(1, 4);
  });
  expect(there.own.words).toEqual(own.words);
  expect(Object.keys(there.own.numbers)).toEqual(Object.keys(own.numbers));
  for (const [name, values] of Object.entries(own.numbers)) {
    const size = Math.max(...values.map(Math.abs));
    values.forEach((value, i) => {
      const apart = Math.abs(there.own.numbers[name]![i]! - value);
      expect(apart, `${name}, ${i}`).toBeLessThanOrEqual(1e-6 * size);
    });
  }
  const restore = levelElementaryFunctions();
  try {
    expect(there.level).toEqual(runEngineChecks(given));
  } finally {
    restore();
  }
});
