import { mkdir, rm, truncate } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { sql } from 'kysely';
import { afterEach, beforeEach, expect, test } from 'vitest';
import {
  firstCompany,
  type SetupDesk,
  setupDesk,
  shopFiles,
} from '../../../test/support/setup-desk.ts';
import { describeSetup, readSetup } from '../actions/read-setup.ts';
import { completeSetup, type SetupContext } from '../actions/set-up.ts';
import { signIn } from '../actions/sign-in.ts';
import { reconcileSetup } from './reconcile-setup.ts';

const testUser = { email: 'Tess@Example.com', password: 'a horse for testing' };
const nothing = { tenants: 0, users: [] };
const everybody = { tenants: 1, users: ['ann@example.com', 'tess@example.com'] };

let desk: SetupDesk;
let context: SetupDesk['context'];
beforeEach(async () => {
  desk = await setupDesk();
  context = { ...desk.context, extras: { testUser, folder: desk.folder } };
});
afterEach(() => desk.close());

async function writeShop(but: Readonly<Record<string, string>> = {}): Promise<void> {
  for (const [name, content] of Object.entries({ ...shopFiles, ...but }))
    await desk.write(name, content);
}

const start = (given: SetupContext = context) => reconcileSetup(given, firstCompany);
const refusal = (of: Promise<unknown>) =>
  of.then(
    () => expect.unreachable(),
    (error) => error,
  );

/** Rows of every table that a file fills, and of what comes of them. */
async function counts() {
  const rows = await desk.rows(`select (select count(*) from products) as products,
    (select count(*) from suppliers) as suppliers, (select count(*) from product_suppliers) as terms,
    (select count(*) from stock) as stock, (select count(*) from demand_daily) as sales,
    (select count(*) from forecast_runs) as runs, (select count(*) from imports) as imports`);
  return rows?.[0] ?? null;
}
const shop = { products: 2, suppliers: 1, terms: 1, stock: 2, sales: 3, runs: 1, imports: 5 };

test('files, test user and first run come with the company; the imports are listed like any other', async () => {
  await writeShop();
  await Promise.all([start(), start(), start()]);
  expect(await desk.facts()).toEqual(everybody);
  expect(await counts()).toEqual(shop);
  const imports = await desk.rows(`select kind, file_name, state, rows_new, rows_bad, file_bytes,
    u.email from imports i join users u on u.id = i.created_by order by i.finished_at, kind`);
  expect(imports).toHaveLength(5);
  const sales = imports?.find(({ kind }) => kind === 'sales');
  expect(sales).toEqual({
    ...{ kind: 'sales', file_name: 'sales.csv', state: 'committed', rows_new: 3, rows_bad: 0 },
    ...{ file_bytes: shopFiles['sales.csv']!.length, email: 'ann@example.com' },
  });
  expect(
    await desk.rows(`select action, count(*) from audit_log group by action order by action`),
  ).toEqual([
    { action: 'import.committed', count: 5 },
    { action: 'run.start', count: 1 },
    { action: 'setup.complete', count: 1 },
  ]);
  expect(await desk.rows(`select on_hand from stock order by on_hand`)).toEqual([
    { on_hand: 3 },
    { on_hand: 12.5 },
  ]);
  const signedIn = signIn(context, { ...testUser, sessionDays: 1 });
  await expect(signedIn).resolves.toMatchObject({ session: { user: { role: 'planner' } } });
});

test('a start on a company that is complete does not look at the folder again', async () => {
  await writeShop();
  await start();
  await rm(join(desk.folder, 'sales.csv'));
  const gone = { ...context, extras: { testUser, folder: join(desk.folder, 'gone') } };
  expect(await start(gone)).toEqual({ state: 'completed', link: null });
  expect(await counts()).toEqual(shop);
});

test('a bad row undoes all of it and is named; corrected, the next start begins from nothing', async () => {
  const sales = `${shopFiles['sales.csv']}MUG,2026-03-09,many\nCUP,2026-03-08,-1\n`;
  await writeShop({ 'sales.csv': sales });
  expect(await refusal(start())).toMatchObject({
    code: 'setup_file_refused',
    details: {
      ...{ file: 'sales.csv', line: 5, reason: 'unknown_sku', found: 'MUG', rowsBad: 2 },
      ...{ wanted: expect.stringContaining('Import the product first'), rowsTotal: 5 },
      others: ['line 5 units not_a_number found many', 'line 6 units negative_quantity found -1'],
    },
  });
  expect(await desk.facts()).toEqual(nothing);
  expect(await desk.report()).toMatchObject({ state: 'failed', step: 'sales file' });
  const { error } = await readSetup(context);
  expect(error).toMatchObject({ code: 'setup_file_refused', file: 'sales.csv', line: 5 });
  // What stands in the operator's files is nobody else's business.
  expect(JSON.stringify(error)).not.toContain('MUG');
  await writeShop();
  await start();
  expect(await counts()).toEqual(shop);
  expect(await desk.facts()).toEqual(everybody);
});

test.each([
  ['a missing column', 'sku,units\nTEA,4\n', 'import_missing_column'],
  ['no rows', 'sku,date,units\n', 'import_file_empty'],
  ['half a row', 'sku,date,units\nTEA,2026-03-08,4\nTEA,2026', 'import_file_cut'],
  [
    'two orders of day and month',
    'sku,date,units\nTEA,13/02/2026,4\nTEA,02/13/2026,4\n',
    'import_ambiguous_dates',
  ],
])('a file with %s is refused by its name, and nothing is left', async (_, content, reason) => {
  await writeShop({ 'sales.csv': content });
  const refused = await refusal(start());
  expect(refused).toMatchObject({
    code: 'setup_file_refused',
    details: { file: 'sales.csv', reason },
  });
  expect(await desk.facts()).toEqual(nothing);
});

test('a packed file is read, and a cut one refused', async () => {
  const { 'sales.csv': sales, ...rest } = shopFiles;
  for (const [name, content] of Object.entries(rest)) await desk.write(name, content);
  await desk.write('Sales.csv.gz', gzipSync(sales!));
  await truncate(join(desk.folder, 'Sales.csv.gz'), 40);
  const refused = await refusal(start());
  expect(refused).toMatchObject({ details: { file: 'Sales.csv.gz', reason: 'import_file_cut' } });
  await desk.write('Sales.csv.gz', gzipSync(sales!));
  await start();
  expect(await counts()).toEqual(shop);
});

test('some of the files do; what has another name is told', async () => {
  await desk.write('products.csv', shopFiles['products.csv']!);
  await desk.write('prodcuts2.csv', 'sku,name\n');
  await start();
  expect(await counts()).toMatchObject({ products: 2, sales: 0, runs: 0, imports: 1 });
  expect(desk.logged).toContainEqual({
    facts: { folder: desk.folder, unknown: ['prodcuts2.csv'] },
    message: 'files in the set-up folder that are not read',
  });
});

const unusable = { code: 'config_invalid' };
test.each([
  ['does not exist', async (folder: string) => rm(folder, { recursive: true }), /ENOENT/],
  ['is empty', async () => {}, /only nothing/],
  ['holds nothing known', () => desk.write('readme.txt', 'hello'), /only readme\.txt/],
  [
    'holds a folder by that name',
    (folder: string) => mkdir(join(folder, 'sales.csv')),
    /not a file/,
  ],
  [
    'holds two of a kind',
    async () => {
      await desk.write('sales.csv', shopFiles['sales.csv']!);
      await desk.write('sales.csv.gz', gzipSync(shopFiles['sales.csv']!));
    },
    /sales\.csv and sales\.csv\.gz/,
  ],
])('a folder that %s is refused at start, with and without a link', async (_, make, found) => {
  await make(desk.folder);
  for (const administrator of [firstCompany, null]) {
    const refused = await refusal(reconcileSetup(context, administrator));
    expect(refused).toMatchObject({ ...unusable, details: { variable: 'PARSTOCK_SETUP_FOLDER' } });
    expect(refused.details.found).toMatch(found);
  }
  expect(await desk.facts()).toEqual(nothing);
  await mkdir(desk.folder, { recursive: true });
});

test('through the link it is the same set-up: what will come is shown, a refusal leaves the link', async () => {
  await writeShop({ 'stock.csv': 'sku,on_hand\nTEA,lots\n' });
  const { link } = await reconcileSetup(context, null);
  link!.release();
  expect(await describeSetup(context)).toMatchObject({
    ...{ state: 'pending', linkRequired: true },
    extras: { fromFolder: true, files: Object.keys(shopFiles), testUser: true },
  });
  const input = { ...firstCompany, token: link!.token };
  const bad = await refusal(completeSetup(context, input));
  expect(bad).toMatchObject({
    code: 'setup_file_refused',
    details: { file: 'stock.csv', line: 2, column: 'on_hand', found: 'lots' },
  });
  expect(await describeSetup(context)).toMatchObject({ state: 'failed', step: 'stock file' });
  expect(await desk.facts()).toEqual(nothing);
  await writeShop();
  await completeSetup(context, input);
  expect(await desk.facts()).toEqual(everybody);
  expect(await counts()).toEqual(shop);
  expect(desk.jobs).toMatchObject([{ name: 'forecast-run' }]);
  expect(await describeSetup(context)).toMatchObject({ linkRequired: false, extras: null });
});

test('through the link, too, demo data do not mix with files, and one person is not two users', async () => {
  await writeShop();
  const { link } = await reconcileSetup(context, null);
  link!.release();
  const input = { ...firstCompany, token: link!.token };
  const mixed = completeSetup(context, { ...input, demoData: true });
  expect(await refusal(mixed)).toMatchObject({ code: 'invalid_request' });
  const twice = completeSetup(context, { ...input, email: ' tess@EXAMPLE.com' });
  expect(await refusal(twice)).toMatchObject({ code: 'already_exists' });
  // Neither was an attempt.
  expect(await desk.report()).toMatchObject({ state: 'pending', error: null });
});

test('a full disk undoes all of it, and says so', async () => {
  await writeShop();
  // PostgreSQL raises what it raises when a file cannot grow, at the last of the files.
  const { pool } = context.database;
  await pool.query(`create function no_room() returns trigger language plpgsql as $$
    begin raise 'could not extend file' using errcode = 'disk_full'; end $$`);
  await pool.query(
    'create trigger no_room before insert on demand_daily execute function no_room()',
  );
  expect(await refusal(start())).toMatchObject({ code: 'disk_full' });
  expect(await desk.facts()).toEqual(nothing);
  expect(await readSetup(context)).toMatchObject({
    ...{ state: 'failed', step: 'sales file', error: { code: 'disk_full' } },
  });
  await pool.query('drop function no_room() cascade');
  await start();
  expect(await counts()).toEqual(shop);
});

test('a company that has lost its administrators keeps its data: no file is imported twice', async () => {
  await writeShop();
  await start();
  await context.database.withHousekeeping(async (tx) => {
    await sql`select set_config('parstock.tenant_id', (select id::text from tenants), true)`.execute(
      tx,
    );
    await sql`update users set disabled_at = now()`.execute(tx);
  });
  await reconcileSetup(context, { ...firstCompany, email: 'bob@example.com' });
  expect(await counts()).toEqual(shop);
  expect((await desk.facts()).users).toEqual([...everybody.users, 'bob@example.com'].sort());
});
