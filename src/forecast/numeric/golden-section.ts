const GOLDEN = (Math.sqrt(5) - 1) / 2;

/** Where to look. */
interface Bracket {
  readonly low: number;
  readonly high: number;
  /** Each leaves .618 of the bracket. */
  readonly steps: number;
}

/**
 * The place of the least value between two bounds, of a function with one valley there.
 * `valueAt` the function · `bracket` · returns the middle of what is left of the bracket
 * source Kiefer (1953), doi:10.2307/2032161
 */
export function goldenSection(
  valueAt: (x: number) => number,
  { low, high, steps }: Bracket,
): number {
  let inner = high - GOLDEN * (high - low);
  let outer = low + GOLDEN * (high - low);
  let [left, right] = [valueAt(inner), valueAt(outer)];
  for (let step = 0; step < steps; step++) {
    if (left < right) {
      [high, outer, right] = [outer, inner, left];
      inner = high - GOLDEN * (high - low);
      left = valueAt(inner);
    } else {
      [low, inner, left] = [inner, outer, right];
      outer = low + GOLDEN * (high - low);
      right = valueAt(outer);
    }
  }
  return (low + high) / 2;
}
