/**
 * A demand distribution known by its quantiles at a few levels, joined on the normal-score scale.
 */

import { normalCdf, normalPdf } from '../forecast/index.ts';

/**
 * Quantiles over normal scores: `units[i]` is the quantile at level Φ(`scores[i]`), both ascending.
 *
 * Between two scores the quantile is linear in the score, so a normal distribution is met exactly.
 * Beyond the outermost it goes on with the slope of the last whole score (from .90 to .99, say),
 * since the last two levels alone are often one unit apart, or none. Demand is never below 0.
 */
export interface QuantileCurve {
  readonly scores: Float64Array;
  readonly units: Float64Array;
}

/**
 * The quantile at a normal score: monotone in the score, ≥ 0.
 *
 * `score` Φ⁻¹(level), finite · returns units
 */
export function curveQuantile(curve: QuantileCurve, score: number): number {
  const { scores, units } = curve;
  const { lower, upper } = curveBracket(curve, score);
  const share = (score - scores[lower]!) / (scores[upper]! - scores[lower]!);
  return Math.max(0, units[lower]! + share * (units[upper]! - units[lower]!));
}

/**
 * The two points whose line gives the quantile at a score.
 *
 * `score` finite · returns indices: neighbours inside the curve; beyond it, the outermost point and
 * the nearest one a whole score away
 */
export function curveBracket(
  { scores }: QuantileCurve,
  score: number,
): { lower: number; upper: number } {
  const last = scores.length - 1;
  if (score > scores[last]!) return { lower: upperAnchor(scores), upper: last };
  if (score < scores[0]!) return { lower: 0, upper: lowerAnchor(scores) };
  let upper = 1;
  while (scores[upper]! < score) upper++;
  return { lower: upper - 1, upper };
}

/**
 * The probability that demand is at most `x`.
 *
 * `x` units · returns F(x) in [0,1], monotone in x
 */
export function curveAtMost(curve: QuantileCurve, x: number): number {
  return x < 0 ? 0 : normalCdf(scoreOf(curve, x));
}

/**
 * Expected demand beyond a stock of `x`, E[(D − x)⁺], piece by piece in closed form.
 *
 * `x` units · returns units, ≥ 0 for x ≥ 0, decreasing in x
 * source ∫(a + bz − x)φ(z)dz over each piece; for a normal distribution the loss function σG(k)
 */
export function curveShortage(curve: QuantileCurve, x: number): number {
  if (x < 0) return curveShortage(curve, 0) - x;
  const { scores, units } = curve;
  const from = scoreOf(curve, x);
  const last = scores.length - 1;
  let shortage = 0;
  if (from < scores[0]!) {
    const slope = lowerSlope(curve);
    shortage += piece({ from, to: scores[0]!, at: scores[0]!, units: units[0]! - x, slope });
  }
  for (let i = 0; i < last; i++) {
    if (scores[i + 1]! <= from) continue;
    const slope = (units[i + 1]! - units[i]!) / (scores[i + 1]! - scores[i]!);
    const start = Math.max(from, scores[i]!);
    shortage += piece({
      from: start,
      to: scores[i + 1]!,
      at: scores[i]!,
      units: units[i]! - x,
      slope,
    });
  }
  const tail = Math.max(from, scores[last]!);
  const slope = upperSlope(curve);
  shortage += piece({
    from: tail,
    to: Infinity,
    at: scores[last]!,
    units: units[last]! - x,
    slope,
  });
  return Math.max(0, shortage);
}

/** ∫ (units + slope × (z − at)) φ(z) dz between two scores. */
function piece(part: {
  from: number;
  to: number;
  at: number;
  units: number;
  slope: number;
}): number {
  const { from, to, at, units, slope } = part;
  if (from === Infinity) return 0;
  const mass = (to === Infinity ? 1 : normalCdf(to)) - (from === -Infinity ? 0 : normalCdf(from));
  const density =
    (from === -Infinity ? 0 : normalPdf(from)) - (to === Infinity ? 0 : normalPdf(to));
  return (units - slope * at) * mass + slope * density;
}

/** The largest score whose quantile is at most x; ±∞ where a tail is flat. */
function scoreOf(curve: QuantileCurve, x: number): number {
  const { scores, units } = curve;
  const last = scores.length - 1;
  if (x >= units[last]!) {
    const slope = upperSlope(curve);
    return slope > 0 ? scores[last]! + (x - units[last]!) / slope : Infinity;
  }
  if (x < units[0]!) {
    const slope = lowerSlope(curve);
    return slope > 0 ? scores[0]! - (units[0]! - x) / slope : -Infinity;
  }
  let right = last;
  while (right > 1 && units[right - 1]! > x) right--;
  const rise = units[right]! - units[right - 1]!;
  const share = (x - units[right - 1]!) / rise;
  return scores[right - 1]! + share * (scores[right]! - scores[right - 1]!);
}

function upperSlope({ scores, units }: QuantileCurve): number {
  const last = scores.length - 1;
  const from = upperAnchor(scores);
  return (units[last]! - units[from]!) / (scores[last]! - scores[from]!);
}

function lowerSlope({ scores, units }: QuantileCurve): number {
  const to = lowerAnchor(scores);
  return (units[to]! - units[0]!) / (scores[to]! - scores[0]!);
}

function upperAnchor(scores: Float64Array): number {
  const last = scores.length - 1;
  let from = last - 1;
  while (from > 0 && scores[last]! - scores[from]! < 1) from--;
  return from;
}

function lowerAnchor(scores: Float64Array): number {
  let to = 1;
  while (to < scores.length - 1 && scores[to]! - scores[0]! < 1) to++;
  return to;
}
