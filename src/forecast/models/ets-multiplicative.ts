import {
  ALPHA,
  BETA,
  type EtsRecursion,
  GAMMA,
  LEAST_MEAN,
  LEAST_SQUARES,
  LEVEL,
  PHI,
  SEASONAL,
  SLOPE,
} from './ets-layout.ts';

/** Multiplicative errors and seasons: ETS(M,·,M). */
export const MULTIPLICATIVE: EtsRecursion = {
  forward: ({ y, m }, theta, { states, trace }) => {
    const { base, slope, seasonal, error } = trace;
    const n = y.length;
    states.set(theta);
    const alpha = theta[ALPHA]!;
    const beta = theta[BETA]!;
    const gamma = theta[GAMMA]!;
    const phi = theta[PHI]!;
    let level = theta[LEVEL]!;
    let b = theta[SLOPE]!;
    let squares = LEAST_SQUARES;
    let observed = 0;
    // Logarithms are taken of products of many means, for speed.
    let logs = 0;
    let product = 1;
    let phase = SEASONAL;
    const end = SEASONAL + m;
    for (let t = 0; t < n; t++) {
      const s = states[phase]!;
      const pb = phi * b;
      const q = level + pb;
      if (!(s > LEAST_MEAN) || !(q > LEAST_MEAN)) return Number.POSITIVE_INFINITY;
      const actual = y[t]!;
      base[t] = q;
      slope[t] = b;
      seasonal[t] = s;
      let r = 0;
      // biome-ignore lint/suspicious/noSelfCompare: the cheapest test for NaN, in the innermost loop
      if (actual === actual) {
        const mean = q * s;
        if (!(mean > LEAST_MEAN)) return Number.POSITIVE_INFINITY;
        r = actual / mean - 1;
        squares += r * r;
        observed++;
        product *= mean;
        if (product > 1e100 || product < 1e-100) {
          logs += Math.log(product);
          product = 1;
        }
      }
      error[t] = r;
      // An error over the season is a share of the level, over the level a share of the season.
      const step = q * r;
      level = q + alpha * step;
      b = pb + beta * step;
      states[phase] = s + gamma * s * r;
      phase++;
      if (phase === end) phase = SEASONAL;
    }
    states[LEVEL] = level;
    states[SLOPE] = b;
    trace.squares = squares;
    trace.observed = observed;
    return 2 * (logs + Math.log(product));
  },

  backward: ({ y, m }, theta, { gradient, trace, weight }) => {
    const { base, slope, seasonal, error } = trace;
    const n = y.length;
    const alpha = theta[ALPHA]!;
    const beta = theta[BETA]!;
    const gamma = theta[GAMMA]!;
    const phi = theta[PHI]!;
    let dAlpha = 0;
    let dBeta = 0;
    let dGamma = 0;
    let dPhi = 0;
    // Adjoints of the states after the period; the seasonal ones live in the gradient itself.
    let dLevel = 0;
    let dSlope = 0;
    let phase = SEASONAL + ((n - 1) % m);
    for (let t = n - 1; t >= 0; t--) {
      // biome-ignore lint/suspicious/noSelfCompare: as above
      if (y[t]! === y[t]!) {
        const q = base[t]!;
        const s = seasonal[t]!;
        const r = error[t]!;
        const step = q * r;
        const dSeasonal = gradient[phase]!;
        const dState = alpha * dLevel + beta * dSlope;
        const dError = weight * r + gamma * s * dSeasonal + q * dState;
        const direct = 2 - dError * (1 + r);
        dAlpha += step * dLevel;
        dBeta += step * dSlope;
        dGamma += s * r * dSeasonal;
        dLevel += r * dState + direct / q;
        gradient[phase] = dSeasonal + gamma * r * dSeasonal + direct / s;
      }
      const dPb = dSlope + dLevel;
      dPhi += slope[t]! * dPb;
      dSlope = phi * dPb;
      phase--;
      if (phase < SEASONAL) phase = SEASONAL + m - 1;
    }
    gradient[ALPHA] = dAlpha;
    gradient[BETA] = dBeta;
    gradient[GAMMA] = dGamma;
    gradient[PHI] = dPhi;
    gradient[LEVEL] = dLevel;
    gradient[SLOPE] = dSlope;
  },
};
