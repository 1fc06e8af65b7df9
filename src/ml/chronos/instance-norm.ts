/** What was taken off a series, and what it was divided by. */
export interface LocationScale {
  readonly location: number;
  readonly scale: number;
}

export interface NormalisedSeries extends LocationScale {
  /** The series about 0, with its gaps. */
  readonly values: Float32Array;
}

/** What a series without spread is divided by. */
const NO_SPREAD = 1e-5;

/**
 * Takes the mean of what was seen off a series and divides by its standard deviation, in single
 * precision as the reference does; sums are carried in double precision, so that they are at least as
 * close to the true ones.
 */
export function normalise(series: Float32Array): NormalisedSeries {
  const { location, scale } = measure(series);
  return { location, scale, values: standardise(series, { location, scale }) };
}

/** The same, by a location and scale found elsewhere. */
export function standardise(
  series: Float32Array,
  { location, scale }: LocationScale,
): Float32Array {
  return series.map((value) => Math.fround(value - location) / scale);
}

function measure(series: Float32Array): LocationScale {
  let seen = 0;
  let sum = 0;
  for (const value of series) {
    if (Number.isNaN(value)) continue;
    seen++;
    sum += value;
  }
  if (seen === 0) return { location: 0, scale: 1 };
  const location = Math.fround(sum / seen);
  let squares = 0;
  for (const value of series) {
    if (!Number.isNaN(value)) squares += Math.fround(value - location) ** 2;
  }
  const scale = Math.fround(Math.sqrt(squares / seen));
  return { location, scale: scale === 0 ? Math.fround(NO_SPREAD) : scale };
}
