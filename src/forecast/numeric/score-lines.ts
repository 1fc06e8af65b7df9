/** A distribution that a few of its quantiles describe. */

/** Quantiles, ascending, with the normal scores of their levels; at least two. */
export interface ScoredQuantiles {
  readonly scores: ArrayLike<number>;
  readonly values: ArrayLike<number>;
}

/**
 * The value at a normal score: on straight lines between the quantiles over the normal score, the
 * outermost lines carried on beyond.
 * `score` standard normal · `quantiles` units · returns units
 */
export function onScoreLines(score: number, { scores, values }: ScoredQuantiles): number {
  let above = 1;
  while (above < scores.length - 1 && scores[above]! < score) above++;
  const share = (score - scores[above - 1]!) / (scores[above]! - scores[above - 1]!);
  return values[above - 1]! + share * (values[above]! - values[above - 1]!);
}
