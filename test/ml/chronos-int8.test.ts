import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { openChronos } from '../../src/ml/chronos/open-chronos.ts';
import { checkpoint, installedRuntime } from '../support/chronos.ts';

const folder = mkdtempSync(join(tmpdir(), 'chronos-int8-'));
afterAll(() => rmSync(folder, { recursive: true }));

const LEVELS = [0.1, 0.5, 0.9];
const HORIZON = 24;

/** The observed pasts of the reference's cases, long enough to say something. */
function contexts(name: 'bolt' | 'chronos-2'): number[][] {
  const text = readFileSync(join(checkpoint(name), 'cases.json'), 'utf8');
  const cases = JSON.parse(text) as { context?: unknown; targets?: unknown[] }[];
  return cases
    .map((one) => (one.context ?? one.targets?.[0]) as (number | null)[])
    .map((row) => row.map((value) => value ?? Number.NaN))
    .filter((row) => new Set(row).size > 8);
}

async function forecast(name: 'bolt' | 'chronos-2', precision: 'float32' | 'int8') {
  const chronos = await openChronos({
    runtimeFolder: await installedRuntime(),
    modelFolder: checkpoint(name),
    graphFolder: join(folder, name),
    threads: 1,
    precision,
  });
  const found = await chronos.forecast(contexts(name), { horizon: HORIZON, levels: LEVELS });
  await chronos.close();
  return found;
}

/** Distance of each forecast from the exact one, in widths of the series' typical 80 % band. */
function distances(exact: readonly Float64Array[], rough: readonly Float64Array[]): number[] {
  return exact.flatMap((row, i) => {
    const width = (k: number) => Math.abs(row[2 * HORIZON + k]! - row[k]!);
    const widths = Array.from({ length: HORIZON }, (_, k) => width(k)).sort((a, b) => a - b);
    return Array.from(row, (value, k) => Math.abs(rough[i]![k]! - value) / widths[HORIZON >> 1]!);
  });
}

test.each(['bolt', 'chronos-2'] as const)('%s in eight bits stays near to itself', async (name) => {
  const [exact, rough] = [await forecast(name, 'float32'), await forecast(name, 'int8')];
  const apart = distances(exact, rough).sort((a, b) => a - b);
  const at = (share: number) => apart[Math.floor(share * (apart.length - 1))]!;
  // It is another computation, not the same one under another name.
  expect(at(0.5)).toBeGreaterThan(1e-5);
  expect(at(0.5)).toBeLessThan(0.02);
  expect(at(0.95)).toBeLessThan(0.1);
});
