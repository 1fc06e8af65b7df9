/** Quantiles of a sample, without sorting it. */

/**
 * The quantile between the two values around (n − 1) level, as LightGBM and most programs take it.
 * `values` finite, are reordered · `level` probability in [0,1] · returns one between them; 0 for none
 * source Hyndman & Fan (1996), doi:10.1080/00031305.1996.10473566, definition 7
 */
export function sampleQuantile(values: Float64Array, level: number): number {
  const n = values.length;
  if (n === 0) return 0;
  const place = level * (n - 1);
  const position = Math.floor(place);
  const below = valueAt(values, position);
  if (position === place) return below;
  // All that lies above the place is at least as large: its least is the next value.
  let above = Number.POSITIVE_INFINITY;
  for (let i = position + 1; i < n; i++) if (values[i]! < above) above = values[i]!;
  return below + (above - below) * (place - position);
}

/** The value that would stand at `place` if they were sorted; smaller ones end before it. */
function valueAt(values: Float64Array, place: number): number {
  let low = 0;
  let high = values.length - 1;
  while (low < high) {
    const pivot = middleOf(values[low]!, values[(low + high) >> 1]!, values[high]!);
    let i = low;
    let j = high;
    while (i <= j) {
      while (values[i]! < pivot) i++;
      while (values[j]! > pivot) j--;
      if (i > j) break;
      const kept = values[i]!;
      values[i++] = values[j]!;
      values[j--] = kept;
    }
    if (place <= j) high = j;
    else if (place >= i) low = i;
    else break;
  }
  return values[place]!;
}

function middleOf(a: number, b: number, c: number): number {
  return Math.max(Math.min(a, b), Math.min(Math.max(a, b), c));
}
