/** One pass of complex exponential smoothing, and what a shock does after it. */

/** Which season: none, the level itself seasonal, a plain figure beside it, or a second pair. */
export type CesSeason = 'none' | 'simple' | 'partial' | 'full';

/** Smoothing weights: a pair for the level, one or a pair for the season. */
export type CesWeights = Float64Array;

/** The states of the last periods: level pair (lag 1, or m for `simple`), seasonal pair (lag m). */
export interface CesStates {
  readonly level: Float64Array;
  readonly potential: Float64Array;
  readonly seasonal: Float64Array;
  readonly seasonalPotential: Float64Array;
}

export interface CesForm {
  readonly season: CesSeason;
  /** Season length, periods; 1 for none. */
  readonly m: number;
}

/**
 * How many smoothing weights a form has.
 * `season` of the form · returns 2, 3 or 4
 */
export function cesWeightCount(season: CesSeason): number {
  return season === 'full' ? 4 : season === 'partial' ? 3 : 2;
}

/** Length of the lag that the level pair looks back. */
export function levelLag({ season, m }: CesForm): number {
  return season === 'simple' ? m : 1;
}

/**
 * Runs through a history, changing the states in place. States are kept by phase: index t mod lag.
 * `y` units, length n, no NaN · `errors` written where given · returns Σe²
 * source Svetunkov, Kourentzes & Ord (2022), doi:10.1002/nav.22074
 * checked against reference/smoothing.json, statsforecast AutoCES: squared error no worse than 10 %
 */
export function cesPass(
  y: Float64Array,
  { form, weights, states }: { form: CesForm; weights: CesWeights; states: CesStates },
  errors?: Float64Array,
): number {
  const { level, potential, seasonal, seasonalPotential } = states;
  const { season, m } = form;
  const lag = levelLag(form);
  const a0 = weights[0]!;
  const a1 = weights[1]!;
  const b0 = season === 'partial' || season === 'full' ? weights[2]! : 0;
  const b1 = season === 'full' ? weights[3]! : 0;
  let squares = 0;
  for (let t = 0; t < y.length; t++) {
    const i = t % lag;
    const j = t % m;
    const l = level[i]!;
    const c = potential[i]!;
    const s = seasonal[j]!;
    const e = y[t]! - l - s;
    squares += e * e;
    if (errors !== undefined) errors[t] = e;
    level[i] = l - (1 - a1) * c + (a0 - a1) * e;
    potential[i] = l + (1 - a0) * c + (a0 + a1) * e;
    if (season === 'partial') seasonal[j] = s + b0 * e;
    else if (season === 'full') {
      const k = seasonalPotential[j]!;
      seasonal[j] = s - (1 - b1) * k + (b0 - b1) * e;
      seasonalPotential[j] = s + (1 - b0) * k + (b0 + b1) * e;
    }
  }
  return squares;
}

/**
 * Fresh states from the first periods.
 * `y` units, length n ≥ m · `form` season · `figure` per phase, zero without one · returns CesStates
 */
export function firstStates(y: Float64Array, form: CesForm, figure: Float64Array): CesStates {
  const { season, m } = form;
  const lag = levelLag(form);
  const count = Math.min(y.length, Math.max(m, 5));
  let mean = 0;
  for (let t = 0; t < count; t++) mean += y[t]! / count;
  const beside = season === 'partial' || season === 'full';
  const level = Float64Array.from({ length: lag }, (_, i) => (lag > 1 ? y[i]! : mean));
  return {
    level,
    potential: level.map((value) => value / 1.1),
    seasonal: Float64Array.from({ length: m }, (_, j) => (beside ? (figure[j] ?? 0) : 0)),
    seasonalPotential: Float64Array.from({ length: m }, (_, j) =>
      season === 'full' ? (figure[j] ?? 0) / 1.1 : 0,
    ),
  };
}

/**
 * The path after the last period, with one shock at its beginning or none.
 * `states` after n periods, not changed · `n` periods seen · `h` periods · returns units, length h
 */
export function cesPath(
  { form, weights, states }: { form: CesForm; weights: CesWeights; states: CesStates },
  { n, h, shock }: { n: number; h: number; shock: number },
): Float64Array {
  const { season, m } = form;
  const lag = levelLag(form);
  const level = Float64Array.from(states.level);
  const potential = Float64Array.from(states.potential);
  const seasonal = Float64Array.from(states.seasonal);
  const seasonalPotential = Float64Array.from(states.seasonalPotential);
  const path = new Float64Array(h);
  for (let k = 0; k < h; k++) {
    const i = (n + k) % lag;
    const j = (n + k) % m;
    const l = level[i]!;
    const c = potential[i]!;
    const s = seasonal[j]!;
    const e = k === 0 ? shock : 0;
    path[k] = l + s + e;
    level[i] = l - (1 - weights[1]!) * c + (weights[0]! - weights[1]!) * e;
    potential[i] = l + (1 - weights[0]!) * c + (weights[0]! + weights[1]!) * e;
    if (season === 'partial') seasonal[j] = s + weights[2]! * e;
    else if (season === 'full') {
      const p = seasonalPotential[j]!;
      seasonal[j] = s - (1 - weights[3]!) * p + (weights[2]! - weights[3]!) * e;
      seasonalPotential[j] = s + (1 - weights[2]!) * p + (weights[2]! + weights[3]!) * e;
    }
  }
  return path;
}
