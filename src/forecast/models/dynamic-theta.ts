import type { Fitted, Model } from '../model.ts';
import { makeFitted, residualSigma } from '../model.ts';
import { linearMoments } from '../moments.ts';
import { type Adjustment, adjustSeason, interpolate } from '../seasonal-adjustment.ts';
import { searchTheta, type ThetaParameters } from './theta-search.ts';

/**
 * The dynamic optimised Theta model: the long line is not fitted to the whole history once, but
 * learned anew with every period, forecasts included.
 * `y` demand per period, units, oldest first; NaN is interpolated
 * refuses too_short (fewer than five observations)
 * source Fiorucci, Pellegrini, Louzada, Petropoulos & Koehler (2016), doi:10.1016/j.ijforecast.2016.02.005, DOTM
 * checked against reference/smoothing.json, statsforecast DynamicOptimizedTheta: squared error no worse than 2 %
 */
export const dynamicTheta: Model = {
  name: 'dynamic-theta',
  title: 'Dynamic optimised Theta',
  source: 'Fiorucci et al. (2016)',
  fit: (y, { season }) => fitDynamic(y, season),
};

function fitDynamic(y: Float64Array, season: number): Fitted | undefined {
  if (y.reduce((count, value) => count + (Number.isNaN(value) ? 0 : 1), 0) < 5) return undefined;
  const adjustment = adjustSeason(interpolate(y), season);
  const x = adjustment.adjusted;
  const squares = (parameters: ThetaParameters) => new Pass(parameters).learn(x);
  return assemble(adjustment, searchTheta(x, squares, startsFor(x)));
}

/** The squared error has several valleys: one start in each. */
function startsFor(x: Float64Array): ThetaParameters[] {
  return [0.5, 0.97].flatMap((pull) =>
    [0.1, 0.7].map((alpha) => ({ alpha, pull, level: x[0]! / 2 })),
  );
}

/** Errors of a line through one, two, three periods say nothing of the weights. */
const UNSCORED = 3;

/** Level, mean and line after some periods; each further one moves all of them. */
class Pass {
  #level: number;
  #mean = 0;
  #slope = 0;
  #intercept = 0;
  #faded = 1;
  #count = 0;
  readonly #parameters: ThetaParameters;

  constructor(parameters: ThetaParameters) {
    this.#parameters = parameters;
    this.#level = parameters.level;
  }

  /** What is expected of the next period, units. */
  expected(): number {
    const { alpha, pull } = this.#parameters;
    // Before the first period there is no line yet: it passes through that period by agreement.
    const slopeShare = (1 - this.#faded * (1 - alpha)) / alpha;
    return this.#level + pull * (this.#faded * this.#intercept + slopeShare * this.#slope);
  }

  observe(value: number): void {
    const { alpha } = this.#parameters;
    const t = ++this.#count;
    this.#level = alpha * value + (1 - alpha) * this.#level;
    if (t > 1) {
      this.#slope = ((t - 2) * this.#slope + (6 * (value - this.#mean)) / t) / (t + 1);
    }
    this.#mean = ((t - 1) * this.#mean + value) / t;
    this.#intercept = this.#mean - (this.#slope * (t + 1)) / 2;
    this.#faded *= 1 - alpha;
  }

  /** Runs through a history; returns Σe² of all but the first periods, when there is no line yet. */
  learn(x: Float64Array, errors?: Float64Array): number {
    let squares = 0;
    this.#intercept = x[0]!;
    for (let t = 0; t < x.length; t++) {
      const e = x[t]! - this.expected();
      if (t >= UNSCORED) squares += e * e;
      if (errors !== undefined) errors[t] = t >= UNSCORED ? e : Number.NaN;
      this.observe(x[t]!);
    }
    return squares;
  }

  /** The path ahead, each expectation taken for what came; a shock is added to the first. */
  path(h: number, shock: number): Float64Array {
    const path = new Float64Array(h);
    for (let k = 0; k < h; k++) {
      path[k] = this.expected() + (k === 0 ? shock : 0);
      this.observe(path[k]!);
    }
    return path;
  }
}

function assemble(adjustment: Adjustment, parameters: ThetaParameters): Fitted {
  const { kind, figure, adjusted: x } = adjustment;
  const n = x.length;
  const errors = new Float64Array(n);
  new Pass(parameters).learn(x, errors);
  const sigma = residualSigma(errors, 3);
  const own = (t: number): number => (kind === 'none' ? 0 : figure[t % figure.length]!);
  const factor = (t: number): number => (kind === 'multiplicative' ? own(t) : 1);
  const ahead = (h: number, shock: number): Float64Array => {
    const pass = new Pass(parameters);
    pass.learn(x);
    return pass.path(h, shock);
  };
  return makeFitted({
    model: 'dynamic-theta',
    form: kind === 'none' ? 'Dynamic Theta' : `Dynamic Theta (${kind} season)`,
    parameters: {
      alpha: parameters.alpha,
      theta: 1 / (1 - parameters.pull),
      level: parameters.level,
    },
    residuals: errors.map((e, t) => e * factor(t)),
    sigma,
    moments: (h) => {
      const path = ahead(h, 0);
      const shaken = ahead(h, 1);
      const mean = path.map((value, k) =>
        kind === 'additive' ? value + own(n + k) : value * factor(n + k),
      );
      const scale = Float64Array.from({ length: h }, (_, k) => factor(n + k));
      return linearMoments({ mean, sigma, echo: (j) => shaken[j]! - path[j]!, scale });
    },
    update: (longer) => {
      const filled = interpolate(longer);
      const adjusted = filled.map((v, t) => (kind === 'additive' ? v - own(t) : v / factor(t)));
      return assemble({ kind, figure, adjusted }, parameters);
    },
  });
}
