/** The standard normal distribution. */

const SQRT_TWO_PI = Math.sqrt(2 * Math.PI);

/**
 * Density of the standard normal at z.
 * `z` standard score, finite · returns density, ≥ 0
 * checked against reference/special-functions.json, scipy.stats.norm, 1e-13 relative
 */
export function normalPdf(z: number): number {
  return Math.exp(-0.5 * z * z) / SQRT_TWO_PI;
}

/**
 * Probability that a standard normal is at most z.
 * `z` standard score · returns probability in [0,1]
 * source West (2005), Better approximations to cumulative normal functions, Wilmott Magazine
 * checked against reference/special-functions.json, scipy.stats.norm, 1e-13 absolute
 */
export function normalCdf(z: number): number {
  const x = Math.abs(z);
  if (x > 37) return z > 0 ? 1 : 0;
  const tail = x < 7.07106781186547 ? rationalTail(x) : fractionTail(x);
  return z > 0 ? 1 - tail : tail;
}

function rationalTail(x: number): number {
  let top = 3.52624965998911e-2 * x + 0.700383064443688;
  top = top * x + 6.37396220353165;
  top = top * x + 33.912866078383;
  top = top * x + 112.079291497871;
  top = top * x + 221.213596169931;
  top = top * x + 220.206867912376;
  let bottom = 8.83883476483184e-2 * x + 1.75566716318264;
  bottom = bottom * x + 16.064177579207;
  bottom = bottom * x + 86.7807322029461;
  bottom = bottom * x + 296.564248779674;
  bottom = bottom * x + 637.333633378831;
  bottom = bottom * x + 793.826512519948;
  bottom = bottom * x + 440.413735824752;
  return (Math.exp(-0.5 * x * x) * top) / bottom;
}

function fractionTail(x: number): number {
  let fraction = x + 0.65;
  for (let k = 4; k >= 1; k--) fraction = x + k / fraction;
  return Math.exp(-0.5 * x * x) / fraction / SQRT_TWO_PI;
}

/** Coefficients of AS 241, highest power first: centre, then the near and the far tail. */
const CENTRE_TOP = [
  2509.0809287301227, 33430.57558358813, 67265.7709270087, 45921.95393154987, 13731.69376550946,
  1971.5909503065513, 133.14166789178438, 3.3871328727963665,
];
const CENTRE_BOTTOM = [
  5226.495278852854, 28729.085735721943, 39307.89580009271, 21213.794301586597, 5394.196021424751,
  687.1870074920579, 42.31333070160091, 1,
];
const NEAR_TOP = [
  0.0007745450142783414, 0.022723844989269184, 0.2417807251774506, 1.2704582524523684,
  3.6478483247632045, 5.769497221460691, 4.630337846156546, 1.4234371107496835,
];
const NEAR_BOTTOM = [
  1.0507500716444169e-9, 0.0005475938084995345, 0.015198666563616457, 0.14810397642748008,
  0.6897673349851, 1.6763848301838038, 2.053191626637759, 1,
];
const FAR_TOP = [
  2.0103343992922881e-7, 2.7115555687434876e-5, 0.0012426609473880784, 0.026532189526576124,
  0.29656057182850487, 1.7848265399172913, 5.463784911164114, 6.657904643501103,
];
const FAR_BOTTOM = [
  2.0442631033899397e-15, 1.421511758316446e-7, 1.8463183175100548e-5, 0.0007868691311456133,
  0.014875361290850615, 0.1369298809227358, 0.599832206555888, 1,
];

function polynomial(coefficients: readonly number[], x: number): number {
  let value = 0;
  for (let i = 0; i < coefficients.length; i++) value = value * x + coefficients[i]!;
  return value;
}

/**
 * The z at which the standard normal reaches a probability.
 * `level` probability in (0,1) · returns standard score; ∓Infinity at 0 and 1, NaN outside
 * source Wichura (1988), AS 241 PPND16, doi:10.2307/2347330
 * checked against reference/special-functions.json, scipy.stats.norm, 1e-12 relative
 */
export function normalQuantile(level: number): number {
  if (!(level >= 0 && level <= 1)) return Number.NaN;
  if (level === 0) return Number.NEGATIVE_INFINITY;
  if (level === 1) return Number.POSITIVE_INFINITY;
  const centred = level - 0.5;
  if (Math.abs(centred) <= 0.425) {
    const x = 0.180625 - centred * centred;
    return (centred * polynomial(CENTRE_TOP, x)) / polynomial(CENTRE_BOTTOM, x);
  }
  const r = Math.sqrt(-Math.log(centred < 0 ? level : 1 - level));
  const z =
    r <= 5
      ? polynomial(NEAR_TOP, r - 1.6) / polynomial(NEAR_BOTTOM, r - 1.6)
      : polynomial(FAR_TOP, r - 5) / polynomial(FAR_BOTTOM, r - 5);
  return centred < 0 ? -z : z;
}
