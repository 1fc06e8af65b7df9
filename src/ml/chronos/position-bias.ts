/**
 * The bucket of T5 for how far a key lies from its query: half of them for keys behind, half for keys
 * ahead; in each half, one for every near distance, then wider ones, the last for all that is far.
 *
 * source Raffel et al. (2020), section 2.1; the reference computes the logarithm in single precision
 */
export function positionBucket(
  distance: number,
  { buckets, maxDistance }: { buckets: number; maxDistance: number },
): number {
  const half = Math.floor(buckets / 2);
  const near = Math.floor(half / 2);
  const side = distance > 0 ? half : 0;
  const far = Math.abs(distance);
  if (far < near) return side + far;
  const f = Math.fround;
  const share = f(f(Math.log(f(far / near))) / f(Math.log(maxDistance / near)));
  return side + Math.min(half - 1, near + Math.floor(f(share * f(half - near))));
}

/** What position adds to the score of each query and key: [heads, length, length]. */
export function positionBias(
  weights: Float32Array,
  shape: { heads: number; length: number; buckets: number; maxDistance: number },
): Float32Array {
  const { heads, length } = shape;
  const bias = new Float32Array(heads * length * length);
  for (let query = 0; query < length; query++)
    for (let key = 0; key < length; key++) {
      const bucket = positionBucket(key - query, shape);
      for (let head = 0; head < heads; head++)
        bias[(head * length + query) * length + key] = weights[bucket * heads + head]!;
    }
  return bias;
}
