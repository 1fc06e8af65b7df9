import {
  type EtsRecursion,
  frontOf,
  LEAST_SQUARES,
  LEVEL,
  SEASONAL,
  SLOPE,
  setFront,
} from './ets-layout.ts';

/** Below this a mean, a level or a seasonal factor is out of the domain. */
const LEAST_MEAN = 1e-8;

/**
 * Multiplicative errors, whatever the season: ETS(M,·,N), ETS(M,·,A) and ETS(M,·,M). An error is a share of the mean;
 * with a multiplicative season that is the same share of the level and of the seasonal factor.
 */
export const MULTIPLICATIVE: EtsRecursion = {
  forward: ({ y, form, m }, theta, { states, trace }) => {
    const { base, slope, seasonal, error } = trace;
    const multiplied = form.season === 'M';
    states.set(theta);
    const { alpha, beta, gamma, phi, level: first, slope: drift } = frontOf(theta);
    let level = first;
    let b = drift;
    let squares = LEAST_SQUARES;
    let observed = 0;
    // Logarithms are taken of products of many means, for speed.
    let logs = 0;
    let product = 1;
    let phase = SEASONAL;
    for (let t = 0; t < y.length; t++) {
      const s = states[phase]!;
      const pb = phi * b;
      const q = level + pb;
      if (multiplied && !(s > LEAST_MEAN && q > LEAST_MEAN)) return Number.POSITIVE_INFINITY;
      const mean = multiplied ? q * s : q + s;
      const actual = y[t]!;
      base[t] = q;
      slope[t] = b;
      seasonal[t] = s;
      let r = 0;
      // biome-ignore lint/suspicious/noSelfCompare: the cheapest test for NaN, in the innermost loop
      if (actual === actual) {
        if (!(mean > LEAST_MEAN)) return Number.POSITIVE_INFINITY;
        r = (actual - mean) / mean;
        squares += r * r;
        observed++;
        product *= mean;
        if (product > 1e100 || product < 1e-100) {
          logs += Math.log(product);
          product = 1;
        }
      }
      error[t] = r;
      const step = (multiplied ? q : mean) * r;
      level = q + alpha * step;
      b = pb + beta * step;
      states[phase] = s + gamma * (multiplied ? s : mean) * r;
      phase++;
      if (phase === SEASONAL + m) phase = SEASONAL;
    }
    states[LEVEL] = level;
    states[SLOPE] = b;
    Object.assign(trace, { squares, observed });
    return 2 * (logs + Math.log(product));
  },

  backward: ({ y, form, m }, theta, { gradient, trace, weight }) => {
    const { base, slope, seasonal, error } = trace;
    const multiplied = form.season === 'M';
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
        const q = base[t]!;
        const s = seasonal[t]!;
        const r = error[t]!;
        const mean = multiplied ? q * s : q + s;
        const ofLevel = multiplied ? q : mean;
        const ofSeason = multiplied ? s : mean;
        const dSeasonal = gradient[phase]!;
        const toLevel = alpha * dLevel + beta * dSlope;
        const toSeason = gamma * dSeasonal;
        const dError = weight * r + ofLevel * toLevel + ofSeason * toSeason;
        const dMean = (2 - dError * (1 + r)) / mean;
        dAlpha += ofLevel * r * dLevel;
        dBeta += ofLevel * r * dSlope;
        dGamma += ofSeason * r * dSeasonal;
        const both = r * (toLevel + toSeason) + dMean;
        dLevel += multiplied ? r * toLevel + dMean * s : both;
        gradient[phase] = dSeasonal + (multiplied ? r * toSeason + dMean * q : both);
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
