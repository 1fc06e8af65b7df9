import { expect, test } from 'vitest';
import { seededRandom } from '../../forecast/numeric/random.ts';
import { openForecastPool } from './forecast-pool.ts';

const OPTIONS = {
  seed: 3,
  method: 'auto',
  historyDays: 400,
  backtestWindows: 3,
  levels: [0.1, 0.5, 0.9],
  windowLevels: [0.95],
  missingDays: 'missing',
} as const;

/** Products of several kinds, new arrays each time: a thread takes them over. */
function products() {
  return Array.from({ length: 12 }, (_, i) => {
    const random = seededRandom(`product ${i}`, 1);
    const y = Float64Array.from({ length: 40 + 20 * i }, (_day, t) =>
      random.uniform() < i / 16 ? 0 : Math.round(5 * i + (t % 7) + 3 * random.uniform()),
    );
    return { productId: i, sku: `sku-${i}`, y };
  });
}

/** All products in chunks, on as many threads. */
async function forecastOn(workers: number, chunk: number) {
  const pool = openForecastPool(workers);
  const series = products();
  const chunks = Array.from({ length: Math.ceil(series.length / chunk) }, (_, i) =>
    pool.run({
      series: series.slice(i * chunk, (i + 1) * chunk),
      horizonDays: 14,
      options: OPTIONS,
    }),
  );
  const records = (await Promise.all(chunks)).flat();
  await pool.close();
  return records;
}

test('forecasts are the same to the last digit on one, two and three threads, in any chunks', async () => {
  const alone = await forecastOn(1, 12);
  expect(alone.every(({ ok }) => ok)).toBe(true);
  expect(await forecastOn(2, 5)).toEqual(alone);
  expect(await forecastOn(3, 1)).toEqual(alone);
}, 60_000);
