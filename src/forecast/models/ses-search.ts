/** The search for the weight of simple exponential smoothing, which its first level follows from. */
import { LEAST_WEIGHT, MOST_WEIGHT } from './ets-search.ts';

/** The squared error may have two valleys, one of them near nought: the search begins in the lower. */
const FIRST_LOOKS = [LEAST_WEIGHT, 0.1, 0.4, 0.85, MOST_WEIGHT] as const;
const NEAR_ENOUGH = 1e-7;
const MOST_STEPS = 60;

/** Where Σe² is least for a weight, and how it changes with the weight. */
interface Look {
  readonly alpha: number;
  /** The first level at which it is least, units. */
  readonly level: number;
  readonly squares: number;
  readonly slope: number;
}

/**
 * The weight and first level with the least squared error. For a given weight every error is a line in
 * the first level, so that level is exact and one number is left to search, by the sign of its slope.
 * `y` units, NaN skipped, at least one observed · returns weight, first level in units
 * source Brown (1956); regula falsi as Dowell & Jarratt (1971), doi:10.1007/BF01934364 (Illinois)
 * checked against reference/models.json, R forecast 8.20 ses, forecasts within 0.5 %
 */
export function searchSes(y: Float64Array): { alpha: number; level: number } {
  // Smoothing moves along with its history: about one of its periods, nothing cancels.
  const origin = y.find((value) => !Number.isNaN(value))!;
  const { alpha, level } = lowest(y.map((value) => value - origin));
  return { alpha, level: level + origin };
}

function lowest(y: Float64Array): Look {
  const looks = FIRST_LOOKS.map((alpha) => lookAt(y, alpha));
  // Of a constant, any weight says the same: one that would follow a change.
  let i = 1;
  for (let k = 0; k < looks.length; k++) if (looks[k]!.squares < looks[i]!.squares) i = k;
  const best = looks[i]!;
  const other = best.slope < 0 ? looks[i + 1] : looks[i - 1];
  // The least error may lie on a bound.
  if (other === undefined || best.slope === 0) return best;
  return best.slope < 0 ? descend(y, best, other) : descend(y, other, best);
}

/** The valley between two weights, one of which is lower than the other and points inwards. */
function descend(y: Float64Array, left: Look, right: Look): Look {
  let [low, high] = [left, right];
  let [lowSlope, highSlope] = [low.slope, high.slope];
  let moved = 0;
  for (let step = 0; step < MOST_STEPS && high.alpha - low.alpha > NEAR_ENOUGH; step++) {
    const share = lowSlope < 0 && highSlope > 0 ? lowSlope / (lowSlope - highSlope) : 0.5;
    const look = lookAt(y, low.alpha + share * (high.alpha - low.alpha));
    if (look.slope === 0) return look;
    // An end that stays twice is halved, or the other would creep towards the valley.
    if (look.slope < 0) {
      low = look;
      lowSlope = look.slope;
      if (moved === -1) highSlope /= 2;
      moved = -1;
    } else {
      high = look;
      highSlope = look.slope;
      if (moved === 1) lowSlope /= 2;
      moved = 1;
    }
  }
  return low.squares < high.squares ? low : high;
}

/** One pass: errors are a − level · b, with slopes da and db by the weight. */
function lookAt(y: Float64Array, alpha: number): Look {
  const keep = 1 - alpha;
  let smoothed = 0;
  let smoothedSlope = 0;
  let b = 1;
  let db = 0;
  let aa = 0;
  let ab = 0;
  let bb = 0;
  let aSlope = 0;
  let cross = 0;
  let bSlope = 0;
  for (let t = 0; t < y.length; t++) {
    const value = y[t]!;
    // biome-ignore lint/suspicious/noSelfCompare: the cheapest test for NaN, in the innermost loop
    if (value !== value) continue;
    const a = value - smoothed;
    const da = -smoothedSlope;
    aa += a * a;
    ab += a * b;
    bb += b * b;
    aSlope += a * da;
    cross += a * db + b * da;
    bSlope += b * db;
    smoothed += alpha * a;
    smoothedSlope = keep * smoothedSlope + a;
    db = keep * db - b;
    b *= keep;
  }
  const level = ab / bb;
  const squares = aa - level * ab;
  return { alpha, level, squares, slope: aSlope - level * cross + level * level * bSlope };
}
