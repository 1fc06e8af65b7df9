/**
 * Seconds and accuracy of the engine on the demo catalogue: 118 items, five years daily, horizon 28.
 *
 * Run: node bench/forecast-demo.ts [FILE] — a gzipped CSV with date,brand,item,qty or sku,date,units; by
 * default the file named by PARSTOCK_BENCH_SALES, else the shipped demo sales. One thread.
 */

import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { backtest, cumulativeQuantiles, forecast, type Series } from '../src/forecast/index.ts';

const DEMO = new URL('../src/server/startup/demo/sales.csv.gz', import.meta.url);
const HORIZON = 28;
const WINDOWS = 3;
const DAY = 86_400_000;

/** One series per item on the whole calendar of the file: a day without a row was not observed. */
function readSales(file: string | URL): Series[] {
  const [header, ...lines] = gunzipSync(readFileSync(file)).toString().trim().split('\n');
  const columns = header!.trim().split(',');
  const at = (name: string): number => columns.indexOf(name);
  const rows = lines.map((line) => line.trim().split(','));
  const key = (row: string[]): string =>
    at('item') < 0 ? row[at('sku')]! : `${row[at('brand')]}-${row[at('item')]}`;
  const quantity = at('qty') < 0 ? at('units') : at('qty');
  const days = rows.map((row) => Date.parse(`${row[at('date')]}T00:00:00Z`) / DAY);
  const first = days.reduce((a, b) => Math.min(a, b));
  const length = days.reduce((a, b) => Math.max(a, b)) - first + 1;
  const series = new Map<string, Float64Array>();
  rows.forEach((row, i) => {
    const id = key(row);
    const y = series.get(id) ?? new Float64Array(length).fill(Number.NaN);
    y[days[i]! - first] = Number(row[quantity]);
    series.set(id, y);
  });
  return [...series].map(([id, y]) => ({ id, y }));
}

function print(cells: readonly (string | number)[]): void {
  const [name, ...figures] = cells;
  const text = figures.map((cell) =>
    (typeof cell === 'number' ? cell.toFixed(4) : cell).padStart(10),
  );
  console.log(`${String(name).padEnd(18)}${text.join('')}`);
}

const series = readSales(process.argv[2] ?? process.env.PARSTOCK_BENCH_SALES ?? DEMO);
console.log(`${series.length} series of ${series[0]!.y.length} days, horizon ${HORIZON}`);

const began = performance.now();
const outcomes = forecast(series, { horizon: HORIZON, season: 7, windows: WINDOWS });
const forecastMs = performance.now() - began;
for (const outcome of outcomes) {
  if (outcome.ok) cumulativeQuantiles(outcome.predictive, outcome.levels);
}
const sumsMs = performance.now() - began - forecastMs;
console.log(
  `auto with backtest of ${WINDOWS} windows and intervals: ${(forecastMs / 1000).toFixed(2)} s, ` +
    `${(forecastMs / series.length).toFixed(1)} ms per series; lead-time quantiles ${(sumsMs / 1000).toFixed(2)} s`,
);
const chosen = new Map<string, number>();
for (const outcome of outcomes) {
  const name = outcome.ok ? outcome.method : outcome.code;
  chosen.set(name, (chosen.get(name) ?? 0) + 1);
}
console.log([...chosen].map(([name, count]) => `${name} ${count}`).join(', '));

const report = backtest(series, {
  horizon: HORIZON,
  season: 7,
  windows: WINDOWS,
  now: () => performance.now(),
});
if (!report.ok) throw new Error(report.code);
print(['method', 'MASE', 'RMSSE', 'SQL', 'WQL', 'bias', 'cover 80', 'seconds']);
for (const row of [...report.methods].sort((a, b) => a.sql - b.sql)) {
  const { method, mase, rmsse, sql, wql, bias, coverage80, seconds } = row;
  print([method, mase, rmsse, sql, wql, bias, coverage80, seconds ?? 0]);
}
