/** Values at rising levels, and what stands between and beyond them. */
export interface QuantileTable {
  readonly levels: ArrayLike<number>;
  readonly values: ArrayLike<number>;
}

/**
 * The value at a level, on the straight line between the two levels around it; below the first level
 * the first value stands, above the last the last. As the reference interpolates for Chronos-2.
 */
export function interpolateQuantile({ levels, values }: QuantileTable, level: number): number {
  const last = levels.length - 1;
  if (level <= levels[0]!) return values[0]!;
  if (level >= levels[last]!) return values[last]!;
  let above = 1;
  while (levels[above]! <= level) above++;
  const width = levels[above]! - levels[above - 1]!;
  const share = width === 0 ? 0 : (level - levels[above - 1]!) / width;
  return values[above - 1]! + share * (values[above]! - values[above - 1]!);
}

/** The empirical quantile of sorted values, on the line between the two neighbours (type 7). */
export function empiricalQuantile(sorted: ArrayLike<number>, level: number): number {
  const position = level * (sorted.length - 1);
  const below = Math.floor(position);
  const above = Math.min(below + 1, sorted.length - 1);
  return sorted[below]! + (position - below) * (sorted[above]! - sorted[below]!);
}

/**
 * The quantiles of Chronos-Bolt at any levels: its own where all were trained, and otherwise those of
 * its values with the two ends doubled, taken as a sample. Since the sample is sorted first, this
 * also puts crossing quantiles in order, as the reference does.
 */
export function boltQuantiles(
  { levels: trained, values }: QuantileTable,
  levels: readonly number[],
): number[] {
  const own = levels.map((level) => Array.prototype.indexOf.call(trained, level));
  if (own.every((index) => index >= 0)) return own.map((index) => values[index]!);
  const all = Array.from(values);
  const sample = Float64Array.from([all[0]!, ...all, all.at(-1)!]).sort();
  return levels.map((level) => empiricalQuantile(sample, level));
}

/** The quantiles of Chronos-2 at any levels. */
export function chronos2Quantiles(table: QuantileTable, levels: readonly number[]): number[] {
  return levels.map((level) => interpolateQuantile(table, level));
}

/** Half the distance between the neighbours of each level (0 and 1 at the ends), as shares of one. */
export function probabilityMasses(levels: readonly number[]): number[] {
  const bounds = [0, ...levels, 1];
  const masses = levels.map((_, i) => (bounds[i + 2]! - bounds[i]!) / 2);
  const total = masses.reduce((sum, mass) => sum + mass, 0);
  return masses.map((mass) => mass / total);
}

/** Quantiles of a weighted sample, on the line between neighbours in its cumulated weights. */
export function weightedQuantiles(
  { values, weights }: { values: ArrayLike<number>; weights: ArrayLike<number> },
  levels: readonly number[],
): number[] {
  const order = Array.from(values, (_, i) => i).sort((a, b) => values[a]! - values[b]!);
  let total = 0;
  for (const i of order) total += weights[i]!;
  let cumulated = 0;
  const reached = order.map((i) => {
    cumulated += weights[i]! / total;
    return Math.min(cumulated, 1);
  });
  const sorted = order.map((i) => values[i]!);
  return levels.map((level) => interpolateQuantile({ levels: reached, values: sorted }, level));
}
