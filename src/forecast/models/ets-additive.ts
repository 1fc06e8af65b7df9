import {
  type EtsRecursion,
  frontOf,
  LEAST_SQUARES,
  LEVEL,
  SEASONAL,
  SLOPE,
  setFront,
} from './ets-layout.ts';

/** Additive errors and seasons: ETS(A,·,N) and ETS(A,·,A). */
export const ADDITIVE: EtsRecursion = {
  forward: ({ y, m }, theta, { states, trace }) => {
    const { slope, error } = trace;
    states.set(theta);
    const { alpha, beta, gamma, phi, level: first, slope: drift } = frontOf(theta);
    let level = first;
    let b = drift;
    let squares = LEAST_SQUARES;
    let observed = 0;
    let phase = SEASONAL;
    for (let t = 0; t < y.length; t++) {
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
      if (phase === SEASONAL + m) phase = SEASONAL;
    }
    states[LEVEL] = level;
    states[SLOPE] = b;
    trace.squares = squares;
    trace.observed = observed;
    return 0;
  },

  backward: ({ y, m }, theta, { gradient, trace, weight }) => {
    const { slope, error } = trace;
    const { alpha, beta, gamma, phi } = frontOf(theta);
    let dAlpha = 0;
    let dBeta = 0;
    let dGamma = 0;
    let dPhi = 0;
    // Adjoints of the states after the period; the seasonal ones live in the gradient itself.
    let dLevel = 0;
    let dSlope = 0;
    let phase = SEASONAL + ((y.length - 1) % m);
    for (let t = y.length - 1; t >= 0; t--) {
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
    const front = { alpha: dAlpha, beta: dBeta, gamma: dGamma, phi: dPhi };
    setFront(gradient, { ...front, level: dLevel, slope: dSlope });
  },
};
