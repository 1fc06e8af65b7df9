import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type ImportDesk, importDesk } from '../../../test/support/imports.ts';
import { commitImport } from './commit-import.ts';
import { getImport } from './get-import.ts';

const program = fileURLToPath(
  new URL('../../../test/support/processes/apply-import.ts', import.meta.url),
);
const rows = 120_000;

let desk: ImportDesk;
beforeAll(async () => {
  desk = await importDesk();
});
afterAll(() => desk.close());

/** Starts the commit in another process and kills it after so long; 0 waits for its end. */
async function applyElsewhere(id: string, killAfterMs: number): Promise<string | number | null> {
  const { connectionString, tenantId, context } = desk;
  const child = spawn(
    process.execPath,
    [program, connectionString, tenantId, context.uploadFolder, id],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  );
  const ended = once(child, 'exit');
  await once(child.stdout, 'data');
  if (killAfterMs > 0) {
    await setTimeout(killAfterMs);
    child.kill('SIGKILL');
  }
  const [code, signal] = await ended;
  return signal ?? code;
}

async function seen(id: string) {
  const [counted] = await desk.rows('select count(*) as n from demand_daily');
  const { state } = await getImport(desk.context, { id });
  return { state, rows: counted!.n };
}

test('a commit that is killed at any moment has written all or nothing, and converges', async () => {
  const products = Array.from({ length: 400 }, (_, i) => `K${i},Product ${i}`);
  await desk.take('products', `sku,name\n${products.join('\n')}\n`);
  const days = Array.from({ length: 300 }, (_, i) =>
    new Date(Date.parse('2026-01-01') - i * 86_400_000).toISOString().slice(0, 10),
  );
  const lines = products.map((_, i) => days.map((day) => `K${i},${day},${i % 7}\n`).join(''));
  const { id } = await desk.check('sales', `sku,date,units\n${lines.join('')}`);
  await commitImport(desk.context, { id });

  let killed = 0;
  for (const delay of [50, 200, 400, 600, 900]) {
    if ((await applyElsewhere(id, delay)) === 'SIGKILL') killed++;
    const { state, rows: written } = await seen(id);
    expect(written).toBe(state === 'committed' ? rows : 0);
    expect(['committing', 'committed']).toContain(state);
  }
  expect(killed).toBeGreaterThan(1);
  expect(await applyElsewhere(id, 0)).toBe(0);
  expect(await seen(id)).toEqual({ state: 'committed', rows });
  expect(await desk.files()).toEqual([]);
});
