/** Level at the first period, and slope per period, in the units of what it was drawn through. */
export interface Line {
  readonly level: number;
  readonly slope: number;
}

/**
 * Least squares line through the observed among the first periods; where none of them is, through
 * the first that is.
 * `x` NaN where not observed · `span` periods, all by default · returns Line
 */
export function leastSquaresLine(x: Float64Array, span = x.length): Line {
  let n = 0;
  let sumT = 0;
  let sumX = 0;
  let sumTT = 0;
  let sumTX = 0;
  for (let t = 0; t < span || (n === 0 && t < x.length); t++) {
    const value = x[t]!;
    if (Number.isNaN(value)) continue;
    n++;
    sumT += t;
    sumX += value;
    sumTT += t * t;
    sumTX += t * value;
  }
  const spread = sumTT - (sumT * sumT) / n;
  const slope = spread > 0 ? (sumTX - (sumT * sumX) / n) / spread : 0;
  return { level: (sumX - slope * sumT) / n, slope };
}
