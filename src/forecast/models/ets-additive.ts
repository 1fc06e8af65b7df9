import {
  ALPHA,
  BETA,
  type EtsRecursion,
  GAMMA,
  LEAST_SQUARES,
  LEVEL,
  PHI,
  SEASONAL,
  SLOPE,
} from './ets-layout.ts';

/** Additive errors and seasons: ETS(A,·,N) and ETS(A,·,A). */
export const ADDITIVE: EtsRecursion = {
  forward: ({ y, m }, theta, { states, trace }) => {
    const { slope, error } = trace;
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
    let phase = SEASONAL;
    const end = SEASONAL + m;
    for (let t = 0; t < n; t++) {
      const s = states[phase]!;
      const pb = phi * b;
      const q = level + pb;
      const actual = y[t]!;
      slope[t] = b;
      let e = 0;
      // biome-ignore lint/suspicious/noSelfCompare: the cheapest test for NaN, in the innermost loop
      if (actual === actual) {
        // What does not wait for the level comes first.
        e = actual - s - q;
        squares += e * e;
        observed++;
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
    return 0;
  },

  backward: ({ y, m }, theta, { gradient, trace, weight }) => {
    const { slope, error } = trace;
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
        const dError = weight * e + gamma * dSeasonal + beta * dSlope + alpha * dLevel;
        dAlpha += e * dLevel;
        dBeta += e * dSlope;
        dGamma += e * dSeasonal;
        dLevel -= dError;
        gradient[phase] = dSeasonal - dError;
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
