import { DEFAULT_WINDOWS, planOrigins } from './backtest-windows.ts';
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
 * forecast itself; none where the series or the options would be refused. Where no backtest is possible,
 * only that last one, and none at all unless the forecaster is asked for by name
 */
export function externalOrigins(
  series: Series,
  options: ForecastOptions,
): readonly ExternalOrigin[] {
  const resolved = resolveOptions(options);
  if (!resolved.ok) return [];
  const ready = prepare(series, resolved.settings.season);
  if (!ready.ok) return [];
  const { y } = ready.prepared;
  const from = series.y.length - y.length;
  const { horizon, method } = resolved.settings;
  const origins = planOrigins(y.length, resolved.settings);
  if (origins.lengths.length === 0 && !options.external?.includes(method)) return [];
  const scored = origins.lengths.map((length) => ({
    known: from + length,
    horizon: origins.horizon,
  }));
  return [...scored, { known: series.y.length, horizon }];
}

/**
 * Where a forecaster outside of the engine has to be asked for `backtest` to score it: at every origin
 * that is scored, and at those of the choice that is made there.
 * `series` as for `backtest` · `options` the same · returns origins, ascending, each period once
 */
export function externalBacktestOrigins(
  series: Series,
  options: ForecastOptions,
): readonly ExternalOrigin[] {
  const resolved = resolveOptions(options);
  if (!resolved.ok) return [];
  const outer = planOrigins(series.y.length, resolved.settings);
  const { season } = resolved.settings;
  const y = Float64Array.from(series.y);
  const asked = new Map<number, ExternalOrigin>();
  for (const known of outer.lengths) {
    const inner = { season, horizon: outer.horizon, windows: DEFAULT_WINDOWS };
    const own = externalOrigins({ id: series.id, y: y.subarray(0, known) }, inner);
    for (const origin of [...own, { known, horizon: outer.horizon }]) {
      const before = asked.get(origin.known);
      if (before === undefined || before.horizon < origin.horizon) asked.set(origin.known, origin);
    }
  }
  return [...asked.values()].sort((a, b) => a.known - b.known);
}
