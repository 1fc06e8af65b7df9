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

/** What a pass met on its way, length n each: all that its slopes need. */
export interface CesTrace {
  readonly errors: Float64Array;
  /** Before the period was seen. */
  readonly potential: Float64Array;
  readonly seasonalPotential: Float64Array;
}

/**
 * Room for the trace of a pass.
 * `n` periods · returns CesTrace
 */
export function newTrace(n: number): CesTrace {
  return {
    errors: new Float64Array(n),
    potential: new Float64Array(n),
    seasonalPotential: new Float64Array(n),
  };
}

type Four = readonly [a0: number, a1: number, b0: number, b1: number];

/** The pair of the level and that of the season, nought where a form has none. */
function fourOf(weights: CesWeights): Four {
  return [weights[0]!, weights[1]!, weights[2] ?? 0, weights[3] ?? 0];
}

/**
 * Runs through a history, changing the states in place. States are kept by phase: index t mod lag.
 * `y` units, length n, no NaN · `trace` written where given · returns Σe²
 * source Svetunkov, Kourentzes & Ord (2022), doi:10.1002/nav.22074
 * checked against reference/smoothing.json, statsforecast AutoCES: squared error no worse than 10 %
 */
export function cesPass(
  y: Float64Array,
  { form, weights, states }: { form: CesForm; weights: CesWeights; states: CesStates },
  trace?: CesTrace,
): number {
  const { level, potential, seasonal, seasonalPotential } = states;
  const { season, m } = form;
  const lag = levelLag(form);
  const [a0, a1, b0, b1] = fourOf(weights);
  let squares = 0;
  for (let t = 0; t < y.length; t++) {
    const i = t % lag;
    const j = t % m;
    const l = level[i]!;
    const c = potential[i]!;
    const s = seasonal[j]!;
    const e = y[t]! - l - s;
    squares += e * e;
    if (trace !== undefined) {
      trace.errors[t] = e;
      trace.potential[t] = c;
      trace.seasonalPotential[t] = seasonalPotential[j]!;
    }
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
 * How a pass changes with one of its weights, by the chain rule along its trace; `slopes` are those of
 * the states, changed in place as the pass changed the states.
 * `trace` of the pass · `which` weight, index · returns the slope of Σe²
 */
export function cesSlope(
  trace: CesTrace,
  { form, weights, slopes }: { form: CesForm; weights: CesWeights; slopes: CesStates },
  which: number,
): number {
  const { level, potential, seasonal, seasonalPotential } = slopes;
  const { season, m } = form;
  const lag = levelLag(form);
  const [a0, a1, b0, b1] = fourOf(weights);
  const [da0, da1, db0, db1] = fourOf(weights.map((_, i) => (i === which ? 1 : 0)));
  const n = trace.errors.length;
  let slope = 0;
  for (let t = 0; t < n; t++) {
    const i = t % lag;
    const j = t % m;
    const e = trace.errors[t]!;
    const c = trace.potential[t]!;
    const dl = level[i]!;
    const dc = potential[i]!;
    const ds = seasonal[j]!;
    const de = -dl - ds;
    slope += 2 * e * de;
    level[i] = dl - (1 - a1) * dc + da1 * c + (a0 - a1) * de + (da0 - da1) * e;
    potential[i] = dl + (1 - a0) * dc - da0 * c + (a0 + a1) * de + (da0 + da1) * e;
    if (season === 'partial') seasonal[j] = ds + b0 * de + db0 * e;
    else if (season === 'full') {
      const k = trace.seasonalPotential[t]!;
      const dk = seasonalPotential[j]!;
      seasonal[j] = ds - (1 - b1) * dk + db1 * k + (b0 - b1) * de + (db0 - db1) * e;
      seasonalPotential[j] = ds + (1 - b0) * dk - db0 * k + (b0 + b1) * de + (db0 + db1) * e;
    }
  }
  return slope;
}

/**
 * States that are nought, of the shape of a form's.
 * `form` season · returns CesStates
 */
export function emptyStates(form: CesForm): CesStates {
  const lag = levelLag(form);
  return {
    level: new Float64Array(lag),
    potential: new Float64Array(lag),
    seasonal: new Float64Array(form.m),
    seasonalPotential: new Float64Array(form.m),
  };
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
  const { level, potential, seasonal, seasonalPotential } = copyOf(states);
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

/**
 * States that a pass may change.
 * `states` not changed · returns CesStates
 */
export function copyOf({ level, potential, seasonal, seasonalPotential }: CesStates): CesStates {
  return {
    level: level.slice(),
    potential: potential.slice(),
    seasonal: seasonal.slice(),
    seasonalPotential: seasonalPotential.slice(),
  };
}
