import type { FitOptions, Fitted, Model } from './model.ts';
import { type Moments, periodDeviations } from './moments.ts';
import type { Shape } from './shape.ts';

/** Where a backtest stands: how many periods are known at each origin, and how far it looks. */
export interface Origins {
  /** Lengths of the training parts, ascending. */
  readonly lengths: readonly number[];
  /** Periods that are scored after each origin. */
  readonly horizon: number;
}

/** Origins of the backtest that a choice among methods rests on, where nothing else is asked for. */
export const DEFAULT_WINDOWS = 3;

interface PlanOptions {
  readonly horizon: number;
  readonly season: number;
  readonly windows: number;
}

/**
 * Lays rolling origins at the end of a history: a horizon apart where it is long enough, closer
 * where it is not; the horizon itself shrinks to a third of a very short history.
 * `n` periods · returns Origins, without any where fewer than four periods could be learned from
 * source Tashman (2000), doi:10.1016/S0169-2070(00)00065-0
 */
export function planOrigins(n: number, { horizon, season, windows }: PlanOptions): Origins {
  const scored = Math.min(horizon, Math.floor(n / 3));
  const last = n - scored;
  if (windows === 0 || scored < 1 || last < 4) return { lengths: [], horizon: scored };
  const least = Math.min(last, Math.max(4, Math.ceil(n / 2), season > 1 ? 2 * season + 2 : 0));
  const room = last - least;
  const step = windows > 1 ? Math.min(scored, Math.floor(room / (windows - 1))) : 0;
  const count = windows === 1 ? 1 : step >= 1 ? windows : room + 1;
  const spacing = Math.max(1, step);
  const lengths = Array.from({ length: count }, (_, i) => last - (count - 1 - i) * spacing);
  return { lengths, horizon: scored };
}

/** What one model said at every origin. */
export interface Evaluation {
  readonly model: string;
  /** The latest fit, and how many periods it had seen. */
  readonly fitted: Fitted;
  readonly fittedAt: number;
  readonly moments: readonly Moments[];
}

/**
 * Growth of a history from which on its parameters, and its form, are looked for again. Those that were scored
 * are not thrown away lightly: a new search may come to another form, which nobody has scored (MASE of NN5 and 100
 * hours of M4, where a fifth was enough and now: .520 and .515, .922 and .921, development parts).
 */
const FRESH_GROWTH = 1.6;
/** Below this length a new search costs next to nothing, and a few periods more say much. */
const SHORT_HISTORY = 300;
const FRESH_GROWTH_SHORT = 1.05;

/**
 * Whether a fit to an earlier part is too old to be carried on.
 * `then`, `now` periods · returns true where the history grew by more than three fifths, a short one by a twentieth
 */
export function isStale(then: number, now: number): boolean {
  return now > then * (now < SHORT_HISTORY ? FRESH_GROWTH_SHORT : FRESH_GROWTH);
}

/**
 * Forecasts from every origin with what was known there. On a long history parameters are found
 * once, on the first and shortest training part, and only the state is carried on: nothing later
 * leaks in, and the search is paid once. A short history, which an origin changes much, is fitted anew.
 * `y` demand per period, units · returns Evaluation, or undefined where the model cannot be fitted
 */
export function evaluate(
  model: Model,
  y: Float64Array,
  { origins, season, known }: FitOptions & { readonly origins: Origins },
): Evaluation | undefined {
  let fitted: Fitted | undefined;
  let fittedAt = 0;
  const moments: Moments[] = [];
  for (const length of origins.lengths) {
    const train = y.subarray(0, length);
    if (fitted === undefined || isStale(fittedAt, length)) {
      fitted = model.fit(train, { season, known }) ?? fitted?.update(train);
      fittedAt = length;
      if (fitted === undefined) return undefined;
      moments.push(fitted.moments(origins.horizon));
    } else moments.push(fitted.update(train).moments(origins.horizon));
  }
  return fitted === undefined ? undefined : { model: model.name, fitted, fittedAt, moments };
}

/** Errors are compared with the deviations that the model itself gave. */
export interface ScoredPeriod {
  readonly actual: number;
  readonly mean: number;
  readonly sd: number;
  /** The family that the model itself gave the period. */
  readonly own?: Shape | undefined;
}

/**
 * Pairs what was said at every origin with what happened; periods not observed are left out.
 * `moments` per origin · `y` the whole history · returns one row per scored period
 */
export function pairWithActuals(
  moments: readonly Moments[],
  y: Float64Array,
  origins: Origins,
): ScoredPeriod[] {
  const rows: ScoredPeriod[] = [];
  moments.forEach((said, o) => {
    const sd = periodDeviations(said);
    for (let k = 0; k < said.horizon; k++) {
      const actual = y[origins.lengths[o]! + k]!;
      if (!Number.isNaN(actual))
        rows.push({
          actual,
          mean: Math.max(0, said.mean[k]!),
          sd: sd[k]!,
          own: said.marginals?.[k],
        });
    }
  });
  return rows;
}
