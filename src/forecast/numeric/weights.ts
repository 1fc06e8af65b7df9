/**
 * Weights in the proportion of others.
 * `raw` at or above zero, one of them above · returns weights, which sum to 1
 */
export function proportions(raw: readonly number[]): readonly number[] {
  const total = raw.reduce((sum, value) => sum + value, 0);
  return raw.map((value) => value / total);
}
