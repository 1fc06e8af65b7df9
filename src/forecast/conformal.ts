import { pinball } from './accuracy.ts';
import type { Origins, ScoredPeriod } from './backtest-windows.ts';
import { doubtOf } from './combine.ts';
import type { Calibration } from './distribution.ts';
import { cumulativeDeviations, type Moments } from './moments.ts';
import { type Shape, shapeQuantile } from './shape.ts';

/** Backtest errors weigh against the model's own word as if it came with this many of its own. */
const PRIOR_PERIODS = 12;
const PRIOR_SUMS = 4;
/**
 * Errors of overlapping windows, of a model that had seen little, go together: where they are as many
 * as the periods that it learned from, they weigh this little.
 */
const LEAST_CERTAINTY = 0.05;
/** A single wild error shall not widen every interval. */
const LARGEST_SCORE = 5;
/** Mean absolute error of a standard normal. */
const MEAN_ABSOLUTE = Math.sqrt(2 / Math.PI);

/** Calibration, and how much stands behind it. */
export interface Calibrated extends Calibration {
  /** Scored periods that the period factor was learned from. */
  readonly periods: number;
  /** Origins whose whole horizon was observed: what the cumulative factor was learned from. */
  readonly sums: number;
}

/** What was chosen for its small backtest errors will err more: this much where the backtest proves least. */
const WINNERS_CURSE = 0.15;
/** Parameters found on few periods are uncertain, which no model here counts into its own spread. */
const FEW_PERIODS = 5;

/** What stands where no backtest says better. */
export const UNCALIBRATED: Calibrated = { period: 1, cumulative: 1, periods: 0, sums: 0 };

/**
 * What stands for demand that scatters about one level, whatever a backtest says. The scatter σ was learned from n
 * periods, so that quantiles are those of Student's t: at .9 to .95 about 1/n more. The mean is off by
 * σ/√n, which adds as much to a single period; in sums the moments have it.
 * `y` units, NaN where not observed, at least one observed · returns Calibrated
 */
export function calibrateLevel(y: Float64Array): Calibrated {
  const learned = y.filter((value) => !Number.isNaN(value)).length;
  return { ...UNCALIBRATED, period: 1 + 2 / learned, cumulative: 1 + 1 / learned };
}

interface Evidence {
  readonly rows: readonly ScoredPeriod[];
  readonly moments: readonly Moments[];
  readonly y: Float64Array;
  readonly origins: Origins;
  /** Whether it was chosen for its small errors; so it is by default. */
  readonly picked?: boolean;
}

/**
 * Scales a model's deviations to the errors that it made when it was backtested: one factor for
 * single periods, one for the sum over the horizon. Both are drawn towards 1 by a prior, so little
 * evidence changes little. Of single periods, of which there are many, the mean size counts and not
 * the mean square: what a quantile costs grows with the error, not with its square, and a few wild
 * days would widen the interval of all others.
 * `rows`, `moments` from the backtest · `y` the history · returns Calibrated, factors in [0.4, 3]
 * source Lee & Scholtes (2014), doi:10.1016/j.ijforecast.2013.10.004, empirical prediction intervals;
 * Saoud, Kourentzes & Boylan (2022), doi:10.1016/j.omega.2021.102548, for cumulative errors
 */
export function calibrate({ rows, moments, y, origins, picked = true }: Evidence): Calibrated {
  let sizes = 0;
  let periods = 0;
  for (const { actual, mean, sd } of rows) {
    if (!(sd > 0)) continue;
    sizes += Math.min(LARGEST_SCORE, Math.abs(actual - mean) / sd);
    periods++;
  }
  let sumSquares = 0;
  let sums = 0;
  moments.forEach((said, o) => {
    const score = cumulativeScore(said, y.subarray(origins.lengths[o]!));
    if (Number.isNaN(score)) return;
    sumSquares += score * score;
    sums++;
  });
  const doubt = doubtOf(origins, y.length);
  const curse = 1 + ((picked ? WINNERS_CURSE : 0) + FEW_PERIODS / y.length) * doubt;
  const certainty = Math.max(LEAST_CERTAINTY, 1 - doubt);
  const [ownPeriods, ownSums] = [PRIOR_PERIODS / certainty, PRIOR_SUMS / certainty];
  return {
    period: bounded((curse * (ownPeriods + sizes / MEAN_ABSOLUTE)) / (ownPeriods + periods)),
    cumulative: bounded(curse * Math.sqrt((ownSums + sumSquares) / (ownSums + sums))),
    periods,
    sums,
  };
}

/** Standardised error of the sum over the horizon; NaN where a period was not observed. */
function cumulativeScore(said: Moments, future: Float64Array): number {
  let error = 0;
  for (let k = 0; k < said.horizon; k++) error += future[k]! - Math.max(0, said.mean[k]!);
  const sd = cumulativeDeviations(said)[said.horizon - 1]!;
  return sd > 0 ? Math.min(LARGEST_SCORE, Math.abs(error) / sd) : Number.NaN;
}

function bounded(factor: number): number {
  return Math.min(3, Math.max(0.4, factor));
}

const SHAPE_LEVELS = [0.1, 0.3, 0.5, 0.7, 0.9, 0.95];

/** The family of a forecast, and what its quantiles cost. */
export interface ChosenShape {
  /** Of sums of periods, and of single ones unless `own`. */
  readonly shape: Shape;
  /** Whether the families that a model gave its periods cost less than that one for all. */
  readonly own: boolean;
  /** Quantile loss over the backtest errors, units. */
  readonly loss: number;
}

/**
 * Picks the family whose quantiles cost least over the backtest errors.
 * `rows` from the backtest · `shapes` to choose from, the first one stands without evidence
 * `period` factor on the deviations · returns ChosenShape
 */
export function chooseShape(
  rows: readonly ScoredPeriod[],
  { shapes, period }: { shapes: readonly Shape[]; period: number },
): ChosenShape {
  const costs = shapes.map((shape) => quantileLoss(rows, { shape: () => shape, period }));
  const loss = Math.min(...costs);
  const shape = shapes[Math.max(0, costs.indexOf(loss))]!;
  if (rows.length === 0 || rows.some(({ own }) => own === undefined))
    return { shape, own: false, loss };
  const owned = quantileLoss(rows, { shape: (row) => row.own!, period });
  return owned < loss ? { shape, own: true, loss: owned } : { shape, own: false, loss };
}

/** Sum of the quantile losses, units. */
function quantileLoss(
  rows: readonly ScoredPeriod[],
  { shape, period }: { shape: (row: ScoredPeriod) => Shape; period: number },
): number {
  let loss = 0;
  for (const row of rows) {
    const { actual, mean, sd } = row;
    for (const level of SHAPE_LEVELS) {
      const quantile = shapeQuantile(shape(row), level, { mean, sd: sd * period });
      loss += pinball(level, { actual, quantile });
    }
  }
  return loss;
}
