/**
 * Seconds, memory and size of a backup of 10,000 products with 1,000,000 rows of sales, and of its
 * verification, as the server makes it: the longest pause of the event loop is that of its requests.
 *
 * Run: node bench/backup.ts [repeats] — medians over the repeats on one database that writes durably.
 */

import { copyFileSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import pg from 'pg';
import { makeBackup } from '../src/server/backup/make-backup.ts';
import { restoreBackup } from '../src/server/backup/restore-backup.ts';
import { startEmbeddedPostgres } from '../src/server/startup/embedded-postgres.ts';
import { migrate } from '../src/server/store/migrate.ts';

const PRODUCTS = 10_000;
const DAYS = 100;

interface Measured {
  [what: string]: number;
}

async function fill(connectionString: string): Promise<void> {
  const client = new pg.Client({ connectionString });
  await client.connect();
  const tenantId = crypto.randomUUID();
  await client.query(`select set_config('parstock.tenant_id', $1, false)`, [tenantId]);
  await client.query(`insert into tenants (id, name, currency) values ($1, 'Bench', 'EUR')`, [
    tenantId,
  ]);
  await client.query(
    `insert into products (tenant_id, sku, name, unit_cost)
     select $1, 'SKU-' || n, 'Product ' || md5(n::text), n % 97 from generate_series(1, $2) n`,
    [tenantId, PRODUCTS],
  );
  await client.query(
    `insert into demand_daily (tenant_id, product_id, date, units)
     select $1, p.id, '2026-01-01'::date - d, (hashint8(p.id * 1000 + d) & 1023) / 10.0
     from products p, generate_series(1, $2) d`,
    [tenantId, DAYS],
  );
  await client.end();
}

async function backUp(connectionString: string, folder: string, passphrase: string | null) {
  const before = process.memoryUsage.rss();
  let peak = before;
  const watch = setInterval(() => {
    peak = Math.max(peak, process.memoryUsage.rss());
  }, 50);
  const delay = monitorEventLoopDelay({ resolution: 5 });
  delay.enable();
  const report = await makeBackup({
    connectionString,
    folder,
    uploadFolder: join(folder, 'uploads'),
    program: '0.1.0',
    passphrase,
    keep: 1,
    now: () => new Date(),
  });
  delay.disable();
  clearInterval(watch);
  const measured: Measured = {
    'writing, s': report.seconds.writing,
    'restoring and comparing, s': report.seconds.verifying,
    'size, MB': statSync(report.path).size / 1e6,
    'resident memory before, MB': before / 2 ** 20,
    'peak resident memory, MB': peak / 2 ** 20,
    'longest pause of the event loop, ms': delay.max / 1e6,
    '99.9th percentile of the pauses, ms': delay.percentile(99.9) / 1e6,
  };
  return { path: report.path, measured };
}

function print(title: string, all: readonly Measured[]): void {
  const median = (values: number[]) => values.sort((a, b) => a - b)[values.length >> 1]!;
  console.log(`| ${title} | median of ${all.length} |\n| --- | ---: |`);
  for (const what of Object.keys(all[0]!))
    console.log(`| ${what} | ${median(all.map((one) => one[what]!)).toFixed(1)} |`);
}

const repeats = Number(process.argv[2] ?? 1);
const folder = mkdtempSync(join(tmpdir(), 'parstock-bench-'));
const dataDir = join(folder, 'data');
const postgres = await startEmbeddedPostgres({ dataDir });
const rows = `${(PRODUCTS * DAYS).toLocaleString('en')} rows of sales`;
let path = '';
try {
  await migrate(postgres.connectionString);
  await fill(postgres.connectionString);
  for (const passphrase of [null, 'a passphrase of the bench']) {
    const all: Measured[] = [];
    for (let i = 0; i < repeats; i++) {
      const backup = await backUp(postgres.connectionString, folder, passphrase);
      all.push(backup.measured);
      if (passphrase === null) path = `${folder}/last.backup`;
      if (passphrase === null) copyFileSync(backup.path, path);
    }
    print(`backup of ${rows}${passphrase === null ? '' : ', encrypted'}`, all);
  }
} finally {
  await postgres.stop();
}
const started = performance.now();
const config = { databaseUrl: null, dataDir, backupPassphrase: null };
await restoreBackup({ path, config, uploadFolder: join(folder, 'uploads'), now: () => new Date() });
console.log(`| restore, s | ${((performance.now() - started) / 1000).toFixed(1)} |`);
rmSync(folder, { recursive: true, force: true });
