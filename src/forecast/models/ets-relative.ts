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

/** Multiplicative errors about additive seasons: ETS(M,·,N) and ETS(M,·,A). */
export const RELATIVE: EtsRecursion = {
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
      const actual = y[t]!;
      base[t] = q;
      slope[t] = b;
      seasonal[t] = s;
      let e = 0;
      // biome-ignore lint/suspicious/noSelfCompare: the cheapest test for NaN, in the innermost loop
      if (actual === actual) {
        const mean = q + s;
        if (!(mean > LEAST_MEAN)) return Number.POSITIVE_INFINITY;
        e = actual - s - q;
        const r = e / mean;
        squares += r * r;
        observed++;
        product *= mean;
        if (product > 1e100 || product < 1e-100) {
          logs += Math.log(product);
          product = 1;
        }
      }
      error[t] = e;
      level = q + alpha * e;
      b = pb + beta * e;
      states[phase] = s + gamma * e;
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
        const e = error[t]!;
        const dSeasonal = gradient[phase]!;
        const share = 1 / (base[t]! + seasonal[t]!);
        const pull = weight * e * share;
        const direct = (2 - pull * e * share - pull) * share;
        const dState = gamma * dSeasonal + beta * dSlope + alpha * dLevel;
        dAlpha += e * dLevel;
        dBeta += e * dSlope;
        dGamma += e * dSeasonal;
        dLevel += direct - dState;
        gradient[phase] = dSeasonal + direct - dState;
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
