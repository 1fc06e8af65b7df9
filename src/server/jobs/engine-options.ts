import type { ForecastOptions } from '../../forecast/index.ts';
import type { RunOptions } from '../store/runs.ts';

/** A run's options as the engine wants them: daily sales, the run's seed, its backtest. */
export function engineOptions({
  horizonDays,
  options,
}: {
  horizonDays: number;
  options: RunOptions;
}): ForecastOptions {
  const { seed, method, levels, backtestWindows: windows } = options;
  return { horizon: horizonDays, frequency: 'D', levels, method, seed, windows };
}
