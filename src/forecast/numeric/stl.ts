/** Seasonal and trend decomposition by local regression. */

/** A series in three parts that sum to it. */
export interface Decomposition {
  /** Units, length n each. */
  readonly seasonal: Float64Array;
  readonly trend: Float64Array;
  readonly remainder: Float64Array;
}

export interface StlOptions {
  /** Season length, periods, at least 2. */
  readonly season: number;
  /** Seasons that the smoothing of one phase looks at, odd; Infinity for one figure for all time. */
  readonly seasonalWindow: number;
}

const INNER_PASSES = 2;

/**
 * Takes a series apart into trend, season and remainder.
 * `y` units, length n ≥ 2 seasons, no NaN · `options` season and window, periods · returns Decomposition
 * source Cleveland, Cleveland, McRae & Terpenning (1990), Journal of Official Statistics 6(1), without robustness
 * checked against reference/arima.json, R stats::stl, 1e-8
 */
export function stl(y: Float64Array, { season, seasonalWindow }: StlOptions): Decomposition {
  const n = y.length;
  const phased = Number.isFinite(seasonalWindow) ? seasonalWindow : 10 * n + 1;
  const trendWindow = nextOdd(Math.ceil((1.5 * season) / (1 - 1.5 / phased)));
  const lowWindow = nextOdd(season);
  const seasonal = new Float64Array(n);
  let trend: Float64Array = new Float64Array(n);
  for (let pass = 0; pass < INNER_PASSES; pass++) {
    const detrended = y.map((value, t) => value - trend[t]!);
    const cycle = smoothPhases(detrended, { season, window: phased });
    const low = smooth(lowPass(cycle, season), { window: lowWindow, degree: 1 });
    for (let t = 0; t < n; t++) seasonal[t] = cycle[t + season]! - low[t]!;
    const adjusted = y.map((value, t) => value - seasonal[t]!);
    trend = smooth(adjusted, { window: trendWindow, degree: 1 });
  }
  if (!Number.isFinite(seasonalWindow)) averagePhases(seasonal, season);
  const remainder = y.map((value, t) => value - seasonal[t]! - trend[t]!);
  return { seasonal, trend, remainder };
}

function averagePhases(seasonal: Float64Array, season: number): void {
  for (let phase = 0; phase < season; phase++) {
    let sum = 0;
    let count = 0;
    for (let t = phase; t < seasonal.length; t += season, count++) sum += seasonal[t]!;
    for (let t = phase; t < seasonal.length; t += season) seasonal[t] = sum / count;
  }
}

/** Each phase smoothed by itself, and one season beyond both ends: length n + 2 seasons. */
function smoothPhases(
  x: Float64Array,
  { season, window }: { season: number; window: number },
): Float64Array {
  const out = new Float64Array(x.length + 2 * season);
  for (let phase = 0; phase < season; phase++) {
    const count = Math.floor((x.length - 1 - phase) / season) + 1;
    const own = Float64Array.from({ length: count }, (_, i) => x[phase + i * season]!);
    const inner = smooth(own, { window, degree: 0 });
    const reach = Math.min(window, count);
    const first = local(own, { at: 0, left: 1, right: reach, window, degree: 0 });
    const last = local(own, {
      at: count + 1,
      left: count - reach + 1,
      right: count,
      window,
      degree: 0,
    });
    out[phase] = first ?? inner[0]!;
    for (let i = 0; i < count; i++) out[phase + (i + 1) * season] = inner[i]!;
    out[phase + (count + 1) * season] = last ?? inner[count - 1]!;
  }
  return out;
}

/** Two running means over a season and one over three periods: from n + 2 seasons back to n. */
function lowPass(x: Float64Array, season: number): Float64Array {
  return runningMean(runningMean(runningMean(x, season), season), 3);
}

function runningMean(x: Float64Array, length: number): Float64Array {
  const out = new Float64Array(x.length - length + 1);
  let sum = 0;
  for (let t = 0; t < x.length; t++) {
    sum += x[t]!;
    if (t >= length) sum -= x[t - length]!;
    if (t >= length - 1) out[t - length + 1] = sum / length;
  }
  return out;
}

/** Local regression at every tenth of a window, and straight lines between. */
function smooth(
  x: Float64Array,
  { window, degree }: { window: number; degree: 0 | 1 },
): Float64Array {
  const n = x.length;
  const out = new Float64Array(n);
  if (n < 2) {
    out.set(x);
    return out;
  }
  const jump = Math.min(Math.ceil(window / 10), n - 1);
  const half = Math.floor((window + 1) / 2);
  const reach = Math.min(window, n);
  const valueAt = (i: number): number => {
    const left = window >= n ? 1 : Math.min(Math.max(1, i - half + 1), n - reach + 1);
    const place = { at: i, left, right: left + reach - 1, window, degree };
    return local(x, place) ?? x[i - 1]!;
  };
  let before = 1;
  out[0] = valueAt(1);
  for (let i = 1 + jump; i <= n; i += jump) {
    out[i - 1] = valueAt(i);
    fillBetween(out, before, i);
    before = i;
  }
  if (before < n) {
    out[n - 1] = valueAt(n);
    fillBetween(out, before, n);
  }
  return out;
}

function fillBetween(out: Float64Array, from: number, to: number): void {
  const slope = (out[to - 1]! - out[from - 1]!) / (to - from);
  for (let i = from + 1; i < to; i++) out[i - 1] = out[from - 1]! + slope * (i - from);
}

interface Place {
  /** Where, numbered from one. */
  readonly at: number;
  /** First and last point that count. */
  readonly left: number;
  readonly right: number;
  readonly window: number;
  readonly degree: 0 | 1;
}

/** One weighted regression with tricube weights; undefined where no point has weight. */
function local(x: Float64Array, { at, left, right, window, degree }: Place): number | undefined {
  const n = x.length;
  let width = Math.max(at - left, right - at);
  if (window > n) width += Math.floor((window - n) / 2);
  let total = 0;
  let weightedPlace = 0;
  let weightedSquare = 0;
  let value = 0;
  let product = 0;
  for (let j = left; j <= right; j++) {
    const distance = Math.abs(j - at);
    if (distance > 0.999 * width) continue;
    const share = distance / width;
    const weight = distance <= 0.001 * width ? 1 : (1 - share ** 3) ** 3;
    total += weight;
    weightedPlace += weight * j;
    weightedSquare += weight * j * j;
    value += weight * x[j - 1]!;
    product += weight * j * x[j - 1]!;
  }
  if (!(total > 0)) return undefined;
  const mean = value / total;
  if (degree === 0) return mean;
  const centre = weightedPlace / total;
  const spread = weightedSquare / total - centre * centre;
  if (!(Math.sqrt(Math.max(0, spread)) > 0.001 * (n - 1))) return mean;
  return mean + ((product / total - centre * mean) / spread) * (at - centre);
}

function nextOdd(value: number): number {
  const whole = Math.round(value);
  return whole % 2 === 0 ? whole + 1 : whole;
}
