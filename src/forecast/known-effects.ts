/** What promotions and holidays that are known in advance do to demand, for models that do not see them. */

import { type FitOptions, type Fitted, type Model, makeFitted, UNKNOWN_STATE } from './model.ts';
import type { Moments } from './moments.ts';

/** Models that weigh the states of periods themselves. */
const SEES_STATES: ReadonlySet<string> = new Set(['npts']);
/** Seasons before and after a period that its usual demand is taken from. */
const SEASONS_AROUND = 3;
/** A factor is drawn towards 1 as if this many periods had shown no effect. */
const PRIOR_PERIODS = 1;
const LARGEST_FACTOR = 20;
/** Longest season whose other turns are near enough to compare with. */
const LONGEST_STEP = 12;

/**
 * The same model on demand without the known effects: each period of a state that is not the usual
 * one is divided by the factor of its state before the fit, and multiplied by it in what is said. A
 * model that sees the states itself is left as it is.
 * `model` of the catalogue · returns Model, equal to the first where nothing is known in advance
 * source Hyndman & Athanasopoulos (2021), Forecasting: Principles and Practice, 3.1, on adjustments before a fit
 */
export function withKnownEffects(model: Model): Model {
  if (SEES_STATES.has(model.name)) return model;
  return {
    ...model,
    fit: (y, options) => {
      const factors = stateFactors(y, options);
      if (factors === undefined) return model.fit(y, options);
      const inner = model.fit(divided(y, factors), options);
      return inner && dressed(inner, y, factors);
    },
  };
}

/** The factor of each period, of the history and of those to come. */
type FactorAt = (t: number) => number;

function dressed(inner: Fitted, y: Float64Array, factors: FactorAt): Fitted {
  return makeFitted({
    ...inner,
    residuals: inner.residuals.map((e, t) => e * factors(t)),
    moments: (h) => multiplied(inner.moments(h), (k) => factors(y.length + k)),
    update: (longer) => dressed(inner.update(divided(longer, factors)), longer, factors),
  });
}

function divided(y: Float64Array, factors: FactorAt): Float64Array {
  return y.map((value, t) => value / factors(t));
}

function multiplied(moments: Moments, factor: (k: number) => number): Moments {
  const { horizon } = moments;
  const scaled = moments.factor.slice();
  for (let k = 0; k < horizon; k++) {
    for (let i = 0; i <= k; i++) scaled[k * horizon + i]! *= factor(k);
  }
  return { ...moments, mean: moments.mean.map((value, k) => value * factor(k)), factor: scaled };
}

/** Demand in each state over what is usual around it; undefined where all periods are as usual. */
function stateFactors(y: Float64Array, { season, states }: FitOptions): FactorAt | undefined {
  if (!states?.some((state) => state > 0)) return undefined;
  const highest = states.reduce((a, b) => Math.max(a, b));
  const [seen, usual, count] = Array.from({ length: 3 }, () => new Float64Array(highest + 1));
  for (let t = 0; t < y.length; t++) {
    const state = states[t] ?? 0;
    if (state <= 0 || Number.isNaN(y[t]!)) continue;
    const around = usualAround(y, t, { season, states });
    if (Number.isNaN(around)) continue;
    seen![state]! += y[t]!;
    usual![state]! += around;
    count![state]!++;
  }
  const factors = seen!.map((sum, state) => {
    const prior = (PRIOR_PERIODS * usual![state]!) / Math.max(1, count![state]!);
    const factor = usual![state]! > 0 ? (sum + prior) / (usual![state]! + prior) : 1;
    return Math.min(LARGEST_FACTOR, Math.max(1 / LARGEST_FACTOR, factor));
  });
  const whereUnknown = meanFactor(factors, states.subarray(0, y.length));
  return (t) => (states[t] === UNKNOWN_STATE ? whereUnknown : factors[states[t] ?? 0]!);
}

/** Of a period that may be in any state, as often as the past was. */
function meanFactor(factors: Float64Array, past: Int32Array): number {
  let sum = 0;
  let known = 0;
  for (const state of past) {
    if (state === UNKNOWN_STATE) continue;
    sum += factors[state]!;
    known++;
  }
  return known === 0 ? 1 : sum / known;
}

/** Mean demand of usual periods of the same phase nearby; NaN where there is none. */
function usualAround(y: Float64Array, t: number, { season, states }: FitOptions): number {
  // The same week of other years is too far away: neighbours stand in.
  const step = season <= LONGEST_STEP ? season : 1;
  const reach = step === 1 ? LONGEST_STEP : SEASONS_AROUND;
  let sum = 0;
  let seen = 0;
  for (let i = -reach; i <= reach; i++) {
    const at = t + i * step;
    if (at < 0 || at >= y.length || Number.isNaN(y[at]!) || (states![at] ?? 0) !== 0) continue;
    sum += y[at]!;
    seen++;
  }
  return seen === 0 ? Number.NaN : sum / seen;
}
