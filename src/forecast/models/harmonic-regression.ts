/** Regression on a straight trend and harmonics of a season, with errors that remember. */

import { solveCholesky } from '../numeric/cholesky.ts';
import { goldenSection } from '../numeric/golden-section.ts';

/** A regression on so many harmonics. */
export interface HarmonicRegression {
  /** Harmonics of the season. */
  readonly harmonics: number;
  /** Autocorrelation of the errors, in [0,1). */
  readonly phi: number;
  /** Of the cosine and the sine of each harmonic, the slowest first, units; phase of period 0. */
  readonly weights: Float64Array;
  /** −2 log likelihood at its best, without what does not depend on the parameters. */
  readonly deviance: number;
  /** Corrected criterion of Akaike; the less the better. */
  readonly aicc: number;
}

/** What is regressed on. */
interface Task {
  /** Periods of a season; need not be whole. */
  readonly period: number;
  /** Harmonics, at most. */
  readonly most: number;
}

/** Autocorrelations that are looked at first; the likelihood may have a valley at either end. */
const FIRST_LOOKS = [0, 0.3, 0.6, 0.8, 0.9, 0.95, 0.98] as const;
/** To a millionth. */
const STEPS = 28;
/** Level and slope. */
const STRAIGHT = 2;
/** Autocorrelation and variance. */
const OF_ERRORS = 2;
/** Errors below this share of the spread are rounding. */
const EXACT = 1e-12;

/**
 * Regressions on none, one, two … harmonics, each the most likely with errors of AR(1): demand that wanders would else be
 * taken for a slow season.
 * `x` units, no NaN · `task` · returns HarmonicRegressions by number of harmonics; fewer than asked for where
 * their numbers would be more than half of those that are known
 * source Harvey (1990), section 2.4, and Prais & Winsten (1954) for the exact first error
 * checked against reference/harmonic.json, R stats::arima with xreg, φ and weights 1e-4, likelihood 1e-6
 */
export function regressOnHarmonics(x: Float64Array, { period, most }: Task): HarmonicRegression[] {
  const n = x.length;
  const room = Math.floor((n / 2 - STRAIGHT - OF_ERRORS) / 2);
  const harmonics = Math.max(0, Math.min(most, room));
  const products = new Products(x, { period, harmonics });
  return Array.from({ length: harmonics + 1 }, (_, k) => {
    const width = STRAIGHT + 2 * k;
    const { phi, deviance } = mostLikely((at) => products.solve(at, width).deviance);
    const weights = products.solve(phi, width).weights.slice(STRAIGHT);
    const free = width + OF_ERRORS;
    return {
      harmonics: k,
      phi,
      weights,
      deviance,
      aicc: deviance + (2 * free * n) / (n - free - 1),
    };
  });
}

/** Sums of products of level, slope, harmonics and demand, from which any autocorrelation is tried without the history. */
class Products {
  readonly #n: number;
  /** Columns, demand the last of them. */
  readonly #width: number;
  readonly #spread: number;
  /** Of a period with itself, with the next one, and with itself but for the first and the last period. */
  readonly #same: Float64Array;
  readonly #next: Float64Array;
  readonly #inner: Float64Array;

  constructor(x: Float64Array, { period, harmonics }: { period: number; harmonics: number }) {
    const n = x.length;
    const mean = x.reduce((sum, value) => sum + value / n, 0);
    const width = STRAIGHT + 2 * harmonics + 1;
    this.#n = n;
    this.#width = width;
    this.#same = new Float64Array(width * width);
    this.#next = new Float64Array(width * width);
    this.#inner = new Float64Array(width * width);
    let before = new Float64Array(width);
    for (let t = 0; t < n; t++) {
      const now = new Float64Array(width);
      now[0] = 1;
      now[1] = (2 * t) / n - 1;
      for (let k = 1; k <= harmonics; k++) now.set(harmonicAt(t, k / period), 2 * k);
      now[width - 1] = x[t]! - mean;
      for (let i = 0; i < width; i++)
        for (let j = 0; j < width; j++) {
          const own = now[i]! * now[j]!;
          this.#same[i * width + j]! += own;
          if (t > 0 && t < n - 1) this.#inner[i * width + j]! += own;
          this.#next[i * width + j]! += now[i]! * before[j]! + before[i]! * now[j]!;
        }
      before = now;
    }
    this.#spread = this.#same.at(-1)!;
  }

  /** Least squares on the first `width` columns once the errors' memory is taken out. */
  solve(phi: number, width: number): { readonly weights: Float64Array; readonly deviance: number } {
    const last = this.#width - 1;
    const of = (i: number, j: number): number => {
      const at = i * this.#width + j;
      return this.#same[at]! - phi * this.#next[at]! + phi * phi * this.#inner[at]!;
    };
    const matrix = Float64Array.from({ length: width * width }, (_, at) =>
      of(Math.floor(at / width), at % width),
    );
    const weights = Float64Array.from({ length: width }, (_, i) => of(i, last));
    const right = weights.slice();
    if (this.#spread === 0 || !solveCholesky(matrix, weights))
      return { weights: new Float64Array(width), deviance: 0 };
    const rest = right.reduce((sum, value, i) => sum - value * weights[i]!, of(last, last));
    const variance = Math.max(rest, EXACT * this.#spread) / this.#n;
    return { weights, deviance: this.#n * Math.log(variance) - Math.log(1 - phi * phi) };
  }
}

/** Cosine and sine of so many cycles a period. */
function harmonicAt(t: number, frequency: number): readonly [number, number] {
  const angle = 2 * Math.PI * frequency * t;
  return [Math.cos(angle), Math.sin(angle)];
}

/** About the best of the first looks. */
function mostLikely(devianceAt: (phi: number) => number): { phi: number; deviance: number } {
  const looks = FIRST_LOOKS.map(devianceAt);
  const best = looks.indexOf(Math.min(...looks));
  const low = FIRST_LOOKS[Math.max(0, best - 1)]!;
  const high = FIRST_LOOKS[Math.min(FIRST_LOOKS.length - 1, best + 1)]!;
  const phi = goldenSection(devianceAt, { low, high, steps: STEPS });
  const deviance = devianceAt(phi);
  // It may be least at a bound.
  return looks[best]! <= deviance
    ? { phi: FIRST_LOOKS[best]!, deviance: looks[best]! }
    : { phi, deviance };
}

/**
 * What harmonics add at a period.
 * `weights` of HarmonicRegression · `period` of the season · `t` periods after the first · returns units
 */
export function harmonicsAt(weights: Float64Array, period: number, t: number): number {
  let sum = 0;
  for (let k = 1; 2 * k <= weights.length; k++) {
    const [cosine, sine] = harmonicAt(t, k / period);
    sum += weights[2 * k - 2]! * cosine + weights[2 * k - 1]! * sine;
  }
  return sum;
}
