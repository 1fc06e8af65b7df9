/** Between any number and a share. */

/**
 * The logistic curve.
 * `x` any number · returns a share in (0,1)
 */
export function logistic(x: number): number {
  return 1 / (1 + Math.exp(-x));
}

/**
 * Back from a share, which is kept a little away from both ends: there the curve has no slope to follow.
 * `p` share · `margin` share in (0, ½) · returns x
 */
export function logit(p: number, margin: number): number {
  const inside = Math.min(1 - margin, Math.max(margin, p));
  return Math.log(inside / (1 - inside));
}
