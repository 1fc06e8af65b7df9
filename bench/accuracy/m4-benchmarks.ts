/** The point forecasts that the organisers of M4 published as benchmarks, scored like ours. */
import { join } from 'node:path';
import { mase, smape } from '../../src/forecast/index.ts';
import { type Case, type DataSet, numbers, readRows } from './data-sets.ts';

/** What the OWA of a method is relative to. */
export const NAIVE2 = 'Naive2';

/** A benchmark's errors; sMAPE in per cent. */
export interface Benchmark {
  readonly name: string;
  readonly figures: { readonly mase: number; readonly smape: number };
}

/**
 * Scores the published benchmarks on cases of a test part.
 * `folder` of the data · `set` of M4, or any other · returns one Benchmark per method, none where none are published
 */
export function m4Benchmarks(
  folder: string,
  set: DataSet,
  cases: readonly Case[],
): readonly Benchmark[] {
  const rows = readRows(join(folder, set.name, 'official_benchmark_forecasts.csv.gz')) ?? [];
  return [...Map.groupBy(rows, ({ method }) => method!)].map(([name, said]) => {
    const byId = new Map(said.map(({ id, forecast }) => [id!, numbers(forecast!)]));
    const errors = cases.map(({ id, train, actual }) => {
      const forecast = Float64Array.from(byId.get(id)!);
      const scaled = { actual, insample: train, forecast, season: set.scaleSeason };
      return { mase: mase(scaled), smape: 100 * smape({ actual, forecast }) };
    });
    const mean = (of: (error: { mase: number; smape: number }) => number): number =>
      errors.reduce((sum, error) => sum + of(error), 0) / errors.length;
    return { name, figures: { mase: mean((e) => e.mase), smape: mean((e) => e.smape) } };
  });
}
