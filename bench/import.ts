/**
 * Seconds and memory of a sales import: 1,000,000 rows (1,000 SKUs by 1,000 days), dry run and commit,
 * then the same file again, on a PostgreSQL of its own that writes durably.
 *
 * Run: node bench/import.ts [repeats] — medians over the repeats, each on a fresh database folder.
 */

import { createReadStream, createWriteStream, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { ImportKind } from '../src/contract/index.ts';
import { commitImport } from '../src/server/actions/commit-import.ts';
import type { ActionContext } from '../src/server/actions/context.ts';
import { getImport } from '../src/server/actions/get-import.ts';
import { uploadImport } from '../src/server/actions/upload-import.ts';
import { applyImport, checkImport } from '../src/server/jobs/import-jobs.ts';
import { startEmbeddedPostgres } from '../src/server/startup/embedded-postgres.ts';
import { openDatabase } from '../src/server/store/database.ts';
import { migrate } from '../src/server/store/migrate.ts';

const SKUS = 1_000;
const DAYS = 1_000;
const LAST_DAY = Date.parse('2026-01-01');
const DAY = 86_400_000;

interface Measured {
  [phase: string]: number;
}

function* salesLines(): Generator<string> {
  yield 'sku,date,units\n';
  const dates = Array.from({ length: DAYS }, (_, day) =>
    new Date(LAST_DAY - (DAYS - 1 - day) * DAY).toISOString().slice(0, 10),
  );
  for (let sku = 0; sku < SKUS; sku++) {
    let lines = '';
    for (let day = 0; day < DAYS; day++)
      lines += `SKU-${sku},${dates[day]},${(sku * 31 + day * day * 7) % 97}\n`;
    yield lines;
  }
}

async function inFolder<T>(work: (folder: string) => Promise<T>): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), 'parstock-bench-'));
  try {
    return await work(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function measure(folder: string): Promise<Measured> {
  const file = join(folder, 'sales.csv');
  await pipeline(Readable.from(salesLines()), createWriteStream(file));
  const postgres = await startEmbeddedPostgres({ dataDir: folder });
  try {
    await migrate(postgres.connectionString);
    const database = openDatabase({ connectionString: postgres.connectionString });
    try {
      return await importTwice(await contextOf(database, folder), file);
    } finally {
      await database.close();
    }
  } finally {
    await postgres.stop();
  }
}

async function contextOf(
  database: ActionContext['database'],
  folder: string,
): Promise<ActionContext> {
  const tenantId = crypto.randomUUID();
  await database.withTenant(tenantId, (tx) =>
    tx.insertInto('tenants').values({ id: tenantId, name: 'Bench', currency: 'EUR' }).execute(),
  );
  return {
    database,
    tenantId,
    actor: 'bench',
    userId: null,
    uploadFolder: join(folder, 'uploads'),
    jobs: { enqueue: async () => {} },
    clock: { now: () => new Date(LAST_DAY), today: () => '2026-01-01' },
  };
}

async function importTwice(context: ActionContext, file: string): Promise<Measured> {
  const products = ['sku,name', ...Array.from({ length: SKUS }, (_, i) => `SKU-${i},Product ${i}`)];
  await importOnce(context, 'products', Readable.from([Buffer.from(products.join('\n'))]));
  const before = process.memoryUsage.rss();
  const delay = monitorEventLoopDelay({ resolution: 10 });
  delay.enable();
  const first = await importOnce(context, 'sales', createReadStream(file));
  delay.disable();
  const again = await importOnce(context, 'sales', createReadStream(file));
  return {
    'upload, s': first.upload!,
    'dry run, s': first.check!,
    'commit, s': first.commit!,
    'dry run and commit, s': first.check! + first.commit!,
    'the same file again: dry run and commit, s': again.check! + again.commit!,
    'resident memory before, MB': before / 2 ** 20,
    'peak resident memory of the process, MB': process.resourceUsage().maxRSS / 1024,
    'longest pause of the event loop, ms': delay.max / 1e6,
  };
}

async function importOnce(context: ActionContext, kind: ImportKind, stream: Readable) {
  const seconds: Measured = {};
  const timed = async <T>(phase: string, work: Promise<T>): Promise<T> => {
    const start = performance.now();
    const result = await work;
    seconds[phase] = (performance.now() - start) / 1000;
    return result;
  };
  const upload = { kind, fileName: `${kind}.csv`, options: {}, stream };
  const { id } = await timed('upload', uploadImport(context, upload));
  await timed('check', checkImport(context, id));
  await commitImport(context, { id });
  await timed('commit', applyImport(context, id));
  const { state, rows } = await getImport(context, { id });
  if (state !== 'committed' || rows.bad > 0) throw new Error(`${kind} ended as ${state}`);
  return seconds;
}

const repeats = Number(process.argv[2] ?? 1);
const all: Measured[] = [];
for (let i = 0; i < repeats; i++) all.push(await inFolder(measure));
const median = (values: number[]) => values.sort((a, b) => a - b)[Math.floor(values.length / 2)]!;
console.log(`| sales import, ${(SKUS * DAYS).toLocaleString('en')} rows | median of ${repeats} |`);
console.log('| --- | ---: |');
for (const phase of Object.keys(all[0]!))
  console.log(`| ${phase} | ${median(all.map((one) => one[phase]!)).toFixed(1)} |`);
