import type { FitOptions, Fitted, Model } from '../model.ts';
import { makeFitted, residualSigma } from '../model.ts';
import { linearMoments, type Moments } from '../moments.ts';
import { type Shape, weightedShape } from '../shape.ts';
import { Likeness, type Weighting } from './npts-likeness.ts';

/** Fewer observations than this make no distribution. */
const LEAST_OBSERVED = 30;
/** Periods after which a demand counts for 1/e, besides the share that never fades. */
const MEMORIES = [15, 40, 100, 300] as const;
/** What a period of another phase of the season counts for, against one of the same phase. */
const OTHER_PHASES = [1, 0.2, 0.05, 0.01] as const;
/** What a period in another state (promotion or not) counts for, against one in the same. */
const OTHER_STATES = [1, 0.02] as const;

/**
 * Non-parametric time series forecaster: the distribution of a coming period is that of past
 * demand, each past period weighted by its age, its phase of the season, and whether it was in the
 * same state (promotion or not) as the coming one. The weights come from a grid, by squared error
 * some periods ahead.
 * `y` demand per period, units, oldest first; NaN is left out
 * refuses too_short (fewer than 30 observations)
 * source Gasthaus (2016), Non-parametric time series forecaster; Alexandrov et al. (2020), GluonTS, JMLR 21(116)
 * checked against reference/npts.json, R spatstat weighted.quantile and stats weighted.mean, 1e-9
 */
export const npts: Model = {
  name: 'npts',
  title: 'Non-parametric (weighted history)',
  source: 'Gasthaus (2016)',
  fit: (y, options) => fitNpts(y, options),
};

function fitNpts(y: Float64Array, { season, known }: FitOptions): Fitted | undefined {
  let observed = 0;
  for (const value of y) if (!Number.isNaN(value)) observed++;
  if (observed < LEAST_OBSERVED) return undefined;
  const likeness = new Likeness(y, { season, states: known?.states });
  const pairs = (season > 1 ? OTHER_PHASES : [1]).flatMap((otherPhase) =>
    (likeness.stateCount > 1 ? OTHER_STATES : [1]).map((otherState) => ({
      otherPhase,
      otherState,
    })),
  );
  let best: Weighting | undefined;
  let least = Number.POSITIVE_INFINITY;
  for (const memory of MEMORIES) {
    const weightings = pairs.map((pair) => ({ memory, ...pair }));
    likeness.squaredErrors(weightings).forEach((error, i) => {
      if (!(error < least)) return;
      least = error;
      best = weightings[i]!;
    });
  }
  return best === undefined ? undefined : applyNpts(likeness, best);
}

/**
 * The model at given weights.
 * `likeness` the history · `weighting` as found before · returns Fitted
 */
export function applyNpts(likeness: Likeness, weighting: Weighting): Fitted {
  const { season, states } = likeness;
  const residuals = likeness.errors(weighting);
  return makeFitted({
    model: 'npts',
    form: 'NPTS',
    parameters: { ...weighting },
    residuals,
    sigma: residualSigma(residuals),
    moments: (h) => nptsMoments(likeness, weighting, h),
    update: (longer) => applyNpts(new Likeness(longer, { season, states }), weighting),
  });
}

/** What is said of all coming periods that are alike. */
interface Said {
  readonly mean: number;
  readonly sd: number;
  readonly shape: Shape | undefined;
}

function nptsMoments(likeness: Likeness, weighting: Weighting, h: number): Moments {
  const n = likeness.y.length;
  const known = new Map<number, Said>();
  const mean = new Float64Array(h);
  const scale = new Float64Array(h);
  const marginals: Shape[] = [];
  for (let k = 0; k < h; k++) {
    const cell = likeness.cell(n + k);
    const said = known.get(cell) ?? describe(likeness, n + k, weighting);
    known.set(cell, said);
    mean[k] = said.mean;
    scale[k] = said.sd;
    if (said.shape !== undefined) marginals.push(said.shape);
  }
  // A shock moves every later mean by the weight that the newest period has.
  const share = 1 / Math.min(weighting.memory, n);
  const moments = linearMoments({ mean, sigma: 1, echo: () => share, scale });
  return marginals.length === h ? { ...moments, marginals } : moments;
}

function describe(likeness: Likeness, to: number, weighting: Weighting): Said {
  const { values, whole } = likeness;
  const weights = likeness.weights(to, weighting);
  let total = 0;
  let mean = 0;
  for (let i = 0; i < values.length; i++) {
    total += weights[i]!;
    mean += weights[i]! * values[i]!;
  }
  mean /= total;
  let variance = 0;
  for (let i = 0; i < values.length; i++)
    variance += (weights[i]! / total) * (values[i]! - mean) ** 2;
  const sd = Math.sqrt(variance);
  const shape = weightedShape(values, { weights, mean, sd, whole });
  return { mean, sd, shape };
}
