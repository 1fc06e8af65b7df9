import type { Fitted, Model } from '../model.ts';
import { makeFitted, residualSigma } from '../model.ts';
import { linearMoments } from '../moments.ts';
import { type Adjustment, adjustSeason, interpolate } from '../seasonal-adjustment.ts';
import { searchTheta, type ThetaParameters } from './theta-search.ts';

/**
 * The optimised Theta model: smoothing, first level and θ found together by least squares, where
 * the standard method holds θ at two.
 * `y` demand per period, units, oldest first; NaN is interpolated
 * refuses too_short (fewer than five observations)
 * source Fiorucci, Pellegrini, Louzada, Petropoulos & Koehler (2016), doi:10.1016/j.ijforecast.2016.02.005, OTM
 * checked against reference/models.json, statsforecast OptimizedTheta: squared error no worse than 0.1 %
 */
export const optimisedTheta: Model = {
  name: 'optimised-theta',
  title: 'Optimised Theta',
  source: 'Fiorucci et al. (2016)',
  fit: (y, { season }) => fitOptimised(y, season),
};

/** The line that the long run follows, fitted to the whole history: value at period 0, and slope. */
interface Line {
  readonly intercept: number;
  readonly slope: number;
}

function fitOptimised(y: Float64Array, season: number): Fitted | undefined {
  if (y.reduce((count, value) => count + (Number.isNaN(value) ? 0 : 1), 0) < 5) return undefined;
  const adjustment = adjustSeason(interpolate(y), season);
  const line = fitLine(adjustment.adjusted);
  const x = adjustment.adjusted;
  const squares = (parameters: ThetaParameters) => pass(x, { line, parameters }).squares;
  const solution = searchTheta(x, squares, startsFor(x, line));
  return assemble({ adjustment, solution });
}

function assemble({
  adjustment,
  solution,
}: {
  adjustment: Adjustment;
  solution: ThetaParameters;
}): Fitted {
  const x = adjustment.adjusted;
  const line = fitLine(x);
  const errors = new Float64Array(x.length);
  const { level } = pass(x, { line, parameters: solution }, errors);
  const sigma = residualSigma(errors, 3);
  const { kind, figure } = adjustment;
  const own = (t: number): number => (kind === 'none' ? 0 : figure[t % figure.length]!);
  const factor = (t: number): number => (kind === 'multiplicative' ? own(t) : 1);
  const n = x.length;
  const { alpha, pull } = solution;
  return makeFitted({
    model: 'optimised-theta',
    form: kind === 'none' ? 'Optimised Theta' : `Optimised Theta (${kind} season)`,
    parameters: { alpha, theta: 1 / (1 - pull), level, slope: line.slope },
    residuals: errors.map((e, t) => e * factor(t)),
    sigma,
    moments: (h) => {
      const mean = new Float64Array(h);
      let state = level;
      for (let k = 0; k < h; k++) {
        const value = state + pull * lineTerm(line, alpha, n + k);
        state = alpha * value + (1 - alpha) * state;
        mean[k] = kind === 'additive' ? value + own(n + k) : value * factor(n + k);
      }
      const scale = Float64Array.from({ length: h }, (_, k) => factor(n + k));
      return linearMoments({ mean, sigma, echo: () => alpha, scale });
    },
    update: (longer) => {
      const filled = interpolate(longer);
      const adjusted = filled.map((v, t) => (kind === 'additive' ? v - own(t) : v / factor(t)));
      return assemble({ adjustment: { kind, figure, adjusted }, solution });
    },
  });
}

/** What the line adds to the mean of period t, 0-based, per unit of pull. */
function lineTerm({ intercept, slope }: Line, alpha: number, t: number): number {
  const faded = (1 - alpha) ** t;
  return faded * intercept + ((1 - faded * (1 - alpha)) / alpha) * slope;
}

interface Said {
  readonly line: Line;
  readonly parameters: ThetaParameters;
}

/** Runs through the history; returns the last level and the sum of squared errors. */
function pass(
  x: Float64Array,
  { line, parameters }: Said,
  errors?: Float64Array,
): { level: number; squares: number } {
  const { alpha, pull } = parameters;
  let { level } = parameters;
  let squares = 0;
  let faded = 1;
  for (let t = 0; t < x.length; t++) {
    const term = faded * line.intercept + ((1 - faded * (1 - alpha)) / alpha) * line.slope;
    const e = x[t]! - level - pull * term;
    if (errors !== undefined) errors[t] = e;
    squares += e * e;
    level = alpha * x[t]! + (1 - alpha) * level;
    faded *= 1 - alpha;
  }
  return { level, squares };
}

/** Least squares through all periods, numbered from one as the source has it. */
function fitLine(x: Float64Array): Line {
  const n = x.length;
  const middle = (n + 1) / 2;
  let sum = 0;
  let product = 0;
  for (let t = 0; t < n; t++) {
    sum += x[t]!;
    product += (t + 1 - middle) * x[t]!;
  }
  const slope = n > 1 ? (12 * product) / (n * (n * n - 1)) : 0;
  return { intercept: sum / n - slope * middle, slope };
}

/** The squared error has several valleys: one start in each, with the level that fits period 0. */
function startsFor(x: Float64Array, line: Line): ThetaParameters[] {
  const starts: ThetaParameters[] = [];
  for (const pull of [0.5, 0.97]) {
    for (const alpha of [0.1, 0.7]) {
      starts.push({ alpha, pull, level: x[0]! - pull * lineTerm(line, alpha, 0) });
    }
  }
  return starts;
}
