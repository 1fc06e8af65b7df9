import { planOrigins } from './backtest-windows.ts';
import { type ForecastOptions, resolveOptions } from './options.ts';
import { prepare } from './prepare.ts';
import type { Series } from './types.ts';

/** Where a forecaster outside of the engine is asked. */
export interface ExternalOrigin {
  /** Periods of the series that it may see. */
  readonly known: number;
  /** Periods that it is to forecast from there. */
  readonly horizon: number;
}

/**
 * Where a forecaster outside of the engine has to be asked, for what it says to be scored like any
 * candidate: at every origin of the backtest, and at the end of the series.
 * `series` as for `forecast` · `options` the same · returns origins, ascending, the last one for the
 * forecast itself; none where the series or the options would be refused, or where no backtest is possible
 */
export function externalOrigins(
  series: Series,
  options: ForecastOptions,
): readonly ExternalOrigin[] {
  const resolved = resolveOptions(options);
  const ready = prepare(series);
  if (!resolved.ok || !ready.ok) return [];
  const { y } = ready.prepared;
  const from = series.y.length - y.length;
  const { horizon } = resolved.settings;
  const origins = planOrigins(y.length, resolved.settings);
  if (origins.lengths.length === 0) return [];
  const scored = origins.lengths.map((length) => ({
    known: from + length,
    horizon: origins.horizon,
  }));
  return [...scored, { known: series.y.length, horizon }];
}
