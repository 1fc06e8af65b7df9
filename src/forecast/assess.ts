/** Turns what won a backtest into a distribution, and compares distributions by their quantiles. */

import type { Origins } from './backtest-windows.ts';
import { doubtOf, GREAT_DOUBT } from './combine.ts';
import { type Calibrated, calibrate, calibrateLevel, chooseShape } from './conformal.ts';
import { isSlow } from './demand-class.ts';
import type { Fitted } from './model.ts';
import { isSmallCount } from './pool.ts';
import type { Prepared } from './prepare.ts';
import type { Selection } from './select.ts';
import { COUNT, empiricalShape, GAMMA, NORMAL, type Shape } from './shape.ts';

/**
 * Factor on what a mean of unlike forecasts costs: what it is compared with was picked for its backtest, and
 * will do worse than there. The more it rests on what learned from many series, the less the backtest of one
 * says against it.
 * `share` of what learned from many series, in [0,1]
 */
function trustIn(share: number): number {
  return share > 0 ? Math.min(0.8, 1 - share / 2) : 1;
}

/** A selection with its spread calibrated and its family chosen. */
export interface Assessment {
  readonly selection: Selection;
  readonly calibration: Calibrated;
  /** Family of sums of periods, and of single ones unless `own`. */
  readonly shape: Shape;
  /** Whether every period has the family that its model gave it. */
  readonly own: boolean;
  /** Quantile loss over the backtest, units, as it is compared. */
  readonly loss: number;
}

/**
 * The selection whose quantiles cost least over the backtest, as they would have been said.
 * `selections` at least one, the first stands where there is no difference · returns Assessment
 */
export function sharpest(
  selections: readonly Selection[],
  prepared: Prepared,
  origins: Origins,
): Assessment {
  const assessed = selections.map((selection) => assess(selection, prepared, origins));
  return assessed.reduce((best, one) => (one.loss < best.loss ? one : best));
}

function assess(selection: Selection, prepared: Prepared, origins: Origins): Assessment {
  const { rows, moments } = selection;
  const calibration = selection.pool?.level
    ? calibrateLevel(prepared.y)
    : calibrate({ rows, moments, y: prepared.y, origins, picked: selection.pool === undefined });
  const { period } = calibration;
  const { evaluations } = selection;
  const said = evaluations.map((one) => one.moments.at(-1)!);
  const weights = selection.weigh(said, origins.lengths.at(-1)!);
  const residuals = mixResiduals(
    evaluations.map(({ fitted }, i) => ({ fitted, weight: weights[i]! })),
  );
  const shapes = shapesFor(prepared, residuals);
  // A family that few errors prefer is luck, and a skewed one moves the median: however many were
  // scored, those of overlapping windows are few.
  const settled = doubtOf(origins, prepared.y.length) > GREAT_DOUBT ? shapes.slice(0, 1) : shapes;
  const { shape, own, loss } = chooseShape(rows, { shapes: settled, period });
  return { selection, calibration, shape, own, loss: loss * trustIn(selection.share) };
}

/** Families to choose from; the first stands where there is no evidence. */
export function shapesFor(
  { y, profile, whole }: Prepared,
  residuals?: Float64Array,
): readonly Shape[] {
  if (isSlow(profile)) return [whole ? COUNT : GAMMA];
  const own = residuals === undefined ? undefined : empiricalShape(residuals);
  const counted = isSmallCount(y) && !isSteadier(y, residuals);
  const usual = !whole ? [NORMAL, GAMMA] : counted ? [COUNT, NORMAL] : [NORMAL, COUNT];
  return [...usual, ...(own === undefined ? [] : [own])];
}

/** Less than this share of the variance of counts is no chance. */
const STEADIER = 0.5;

/** Whether demand follows its models more closely than counts could: the noise of counting is not there. */
function isSteadier(y: Float64Array, residuals?: Float64Array): boolean {
  if (residuals === undefined) return false;
  let squares = 0;
  let demand = 0;
  let seen = 0;
  // They end where the models were fitted, which may be before the end.
  for (let t = 0; t < residuals.length; t++) {
    if (Number.isNaN(residuals[t]!) || Number.isNaN(y[t]!)) continue;
    squares += residuals[t]! ** 2;
    demand += y[t]!;
    seen++;
  }
  return seen > 0 && squares < STEADIER * demand;
}

/** One-step errors of a weighted mean of models; NaN where a member has none. */
export function mixResiduals(members: readonly { fitted: Fitted; weight: number }[]): Float64Array {
  const mixed = new Float64Array(members[0]!.fitted.residuals.length);
  for (const { fitted, weight } of members) {
    for (let t = 0; t < mixed.length; t++) mixed[t]! += weight * fitted.residuals[t]!;
  }
  return mixed;
}
