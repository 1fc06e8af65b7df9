import { expect, test } from 'vitest';
import { seededRandom } from '../../forecast/numeric/random.ts';
import type { ForecastRecord } from '../store/forecasts.ts';
import type { ForecastTask } from './forecast-worker.ts';
import { openSeriesThreads } from './series-threads.ts';

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
  const threads = openSeriesThreads(workers);
  const { signal } = new AbortController();
  const series = products();
  const chunks = Array.from({ length: Math.ceil(series.length / chunk) }, (_, i) =>
    threads.run<ForecastTask, ForecastRecord[]>(
      'forecast-worker',
      { series: series.slice(i * chunk, (i + 1) * chunk), horizonDays: 14, options: OPTIONS },
      signal,
    ),
  );
  const records = (await Promise.all(chunks)).flat();
  await threads.close();
  return records;
}

test('a chunk that is given up ends alone: another on the same threads is done', async () => {
  const threads = openSeriesThreads(2);
  const givenUp = new AbortController();
  const ask = (signal: AbortSignal) =>
    threads.run<ForecastTask, ForecastRecord[]>(
      'forecast-worker',
      { series: products(), horizonDays: 14, options: OPTIONS },
      signal,
    );
  const [ended, done] = [ask(givenUp.signal), ask(new AbortController().signal)];
  const rejected = expect(ended).rejects.toThrow();
  setTimeout(() => givenUp.abort(), 100);
  await rejected;
  expect(await done).toHaveLength(12);
  await threads.close();
}, 60_000);

test('forecasts are the same to the last digit on one, two and three threads, in any chunks', async () => {
  const alone = await forecastOn(1, 12);
  expect(alone.every(({ ok }) => ok)).toBe(true);
  expect(await forecastOn(2, 5)).toEqual(alone);
  expect(await forecastOn(3, 1)).toEqual(alone);
}, 60_000);
