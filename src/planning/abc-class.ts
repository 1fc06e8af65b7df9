/** ABC: which few products make most of the value. */

import { requireNumber } from './refusal.ts';

/** A: the few that make most of the value. C: the many that make the rest. */
export type AbcClass = 'A' | 'B' | 'C';

/**
 * Classes products by the share of the value that comes before them.
 *
 * The largest product has nothing before it, so there is always an A.
 *
 * `values` money or units per product, ≥ 0 · `cutOffs` shares, default .80 and .95 · returns one
 * class per value, in order; equal values keep their order; without any value all are C
 * refuses bad_number
 * source Silver, Pyke & Thomas (2017), ch. 2, doi:10.1201/9781315374406
 */
export function abcClasses(
  values: readonly number[],
  { cutOffs = [0.8, 0.95] }: { cutOffs?: readonly [number, number] } = {},
): AbcClass[] {
  let total = 0;
  values.forEach((value, i) => {
    requireNumber(`values[${i}]`, value);
    total += value;
  });
  const classes: AbcClass[] = values.map(() => 'C');
  if (total === 0) return classes;
  const order = values.map((_, i) => i).sort((a, b) => values[b]! - values[a]! || a - b);
  let before = 0;
  for (const i of order) {
    // .8 × 1000 as a sum of floats may end a hair below 800; a hair must not make an A.
    const share = before / total + 1e-12;
    classes[i] = share < cutOffs[0] ? 'A' : share < cutOffs[1] ? 'B' : 'C';
    before += values[i]!;
  }
  return classes;
}
