/**
 * The observed counts of a history.
 * `y` demand per period, units, NaN left out · returns whole units, oldest first, or undefined
 * without demand and where demand is not in whole units
 */
export function observedCounts(y: Float64Array): Float64Array | undefined {
  const counts = y.filter((value) => !Number.isNaN(value));
  const whole = counts.every((value) => Number.isInteger(value) && value >= 0);
  return whole && counts.some((value) => value > 0) ? counts : undefined;
}
