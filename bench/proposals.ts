/**
 * How long order proposals for a large catalogue take: a made-up catalogue with stored forecasts on an
 * embedded PostgreSQL; everything from reading the forecasts to the written proposals is timed.
 *
 *   node bench/proposals.ts [products]
 */

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { normalQuantile } from '../src/forecast/index.ts';
import type { ActionContext } from '../src/server/actions/context.ts';
import { listSupplierProposals } from '../src/server/actions/list-supplier-proposals.ts';
import { readToday } from '../src/server/actions/read-today.ts';
import { refreshProposals } from '../src/server/actions/refresh-proposals.ts';
import { startEmbeddedPostgres } from '../src/server/startup/embedded-postgres.ts';
import { openDatabase } from '../src/server/store/database.ts';
import { completeChunk, type ForecastRecord } from '../src/server/store/forecasts.ts';
import { migrate } from '../src/server/store/migrate.ts';
import { beginRun, endRun, insertRun, listOpenChunks } from '../src/server/store/runs.ts';
import { insertCatalogue } from '../test/support/catalogue.ts';

const PRODUCTS = Number(process.argv[2] ?? 10_000);
const HORIZON = 45;
const LEVELS = [0.1, 0.5, 0.9];
const WINDOW_LEVELS = [0.01, 0.05, 0.1, 0.25, 0.5, 0.75, 0.8, 0.9, 0.95, 0.975, 0.99, 0.995];
const AS_OF = '2026-03-31';
const ROUNDS = 3;

const folder = mkdtempSync(join(tmpdir(), 'parstock-bench-'));
const postgres = await startEmbeddedPostgres({ dataDir: folder });
await migrate(postgres.connectionString);
const database = openDatabase(postgres);
const tenantId = crypto.randomUUID();
const context: ActionContext = {
  database,
  jobs: { enqueue: async () => {} },
  clock: { now: () => new Date(`${AS_OF}T12:00:00Z`), today: () => '2026-04-01' },
  tenantId,
  actor: 'bench',
  userId: null,
  uploadFolder: '',
};

try {
  await database.withTenant(tenantId, (tx) =>
    tx.insertInto('tenants').values({ id: tenantId, name: 'Bench', currency: 'EUR' }).execute(),
  );
  await insertCatalogue(database, {
    tenantId,
    products: PRODUCTS,
    days: 3,
    lastDay: AS_OF,
    suppliers: 50,
  });
  await insertForecasts();
  await database.pool.query('analyze');
  console.log(`${PRODUCTS} products, ${HORIZON} days, ${WINDOW_LEVELS.length} levels a window`);
  for (let round = 1; round <= ROUNDS; round++) {
    const started = performance.now();
    const result = await refreshProposals(context);
    const seconds = (performance.now() - started) / 1000;
    const note = `${result.proposals} proposals, ${result.toOrder} to order`;
    console.log(`refresh ${round}: ${seconds.toFixed(2)} s (${note})`);
  }
  await time('today', () => readToday(context));
  await time('by supplier', () => listSupplierProposals(context));
  console.log(`memory: ${Math.round(process.memoryUsage().rss / 2 ** 20)} MB`);
} finally {
  await database.close();
  await postgres.stop();
  rmSync(folder, { recursive: true, force: true });
}

async function time(name: string, work: () => Promise<unknown>): Promise<void> {
  const started = performance.now();
  await work();
  console.log(`${name}: ${Math.round(performance.now() - started)} ms`);
}

/** A completed run whose forecasts are normal, one per product. */
async function insertForecasts(): Promise<void> {
  const { id } = await database.withTenant(tenantId, (tx) =>
    insertRun(tx, {
      tenantId,
      asOf: AS_OF,
      horizonDays: HORIZON,
      options: {
        seed: 1,
        method: 'auto',
        historyDays: 1100,
        backtestWindows: 3,
        levels: LEVELS,
        windowLevels: WINDOW_LEVELS,
        missingDays: 'missing',
      },
      engineVersion: 'bench',
      requestedBy: 'bench',
      chunkSize: 500,
    }),
  );
  const key = { tenantId, runId: id, origin: AS_OF, levels: LEVELS, windowLevels: WINDOW_LEVELS };
  await database.withTenant(tenantId, (tx) => beginRun(tx, id));
  const chunks = await database.withTenant(tenantId, (tx) => listOpenChunks(tx, id));
  for (const { chunkNo, productIds } of chunks)
    await database.withTenant(tenantId, (tx) =>
      completeChunk(tx, { ...key, chunkNo }, productIds.map(madeUpForecast)),
    );
  await database.withTenant(tenantId, (tx) => endRun(tx, { runId: id, state: 'completed' }));
}

function madeUpForecast(productId: number): ForecastRecord {
  const level = 2 + (productId % 17);
  const round = (value: number) => Math.round(Math.max(0, value) * 1e5) / 1e5;
  const mean = Float64Array.from({ length: HORIZON }, (_, day) =>
    round(level * (1 + 0.3 * Math.sin((2 * Math.PI * day) / 7))),
  );
  const windowMeans = mean.map((_, w) => round(mean.subarray(0, w + 1).reduce((a, b) => a + b, 0)));
  const spread = (w: number, p: number) => 0.5 * level * Math.sqrt(w + 1) * normalQuantile(p);
  const windowQuantiles = Float64Array.from({ length: HORIZON * WINDOW_LEVELS.length }, (_, at) => {
    const w = Math.floor(at / WINDOW_LEVELS.length);
    return round(windowMeans[w]! + spread(w, WINDOW_LEVELS[at % WINDOW_LEVELS.length]!));
  });
  const quantiles = Float64Array.from({ length: HORIZON * LEVELS.length }, (_, at) =>
    round(mean[at % HORIZON]! + spread(0, LEVELS[Math.floor(at / HORIZON)]!)),
  );
  return {
    ok: true,
    productId,
    method: 'ets',
    reason: 'made up',
    reasonData: {},
    demandClass: 'smooth',
    scores: [],
    mean,
    quantiles,
    windowMeans,
    windowQuantiles,
  };
}
