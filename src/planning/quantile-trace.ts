/** Reading one quantile off a forecast, step by step. */

import {
  bracketOf,
  type ForecastDemand,
  storedMean,
  storedQuantile,
  windowLength,
} from './forecast-demand.ts';
import { curveBracket, curveQuantile } from './quantile-curve.ts';
import type { Planning } from './reorder-point.ts';
import { type TraceInput, traceInput } from './trace.ts';
import type { MixturePart } from './window-mixture.ts';

/** A level and its normal score. */
export interface CurveGoal {
  readonly level: number;
  readonly score: number;
}

/** Between or beyond two stored levels, linear in the normal score. */
const BETWEEN_LEVELS =
  'max(0, lower quantile + (upper quantile − lower quantile) × ' +
  '(Φ⁻¹(service level) − Φ⁻¹(lower level)) ÷ (Φ⁻¹(upper level) − Φ⁻¹(lower level)))';

/** Between two stored windows, linear in the spread over the mean. */
const BETWEEN_WINDOWS =
  'max(level below, expected demand + (1 − share) × (shorter quantile − shorter mean) + ' +
  'share × (longer quantile − longer mean))';

/** Writes how the quantile of a certain window comes about, and returns it. */
export function pushCurveQuantile(
  planning: Planning,
  at: { forecast: ForecastDemand; part: MixturePart; goal: CurveGoal },
): number {
  const { part, goal } = at;
  const { levels } = at.forecast.source.cumulative;
  const { lower, upper } = curveBracket(part.curve, goal.score);
  const stored = levels[upper] === goal.level ? upper : levels[lower] === goal.level ? lower : -1;
  const inputs: TraceInput[] = [traceInput('service level', goal.level, { unit: 'probability' })];
  let reorderPoint: number;
  if (stored >= 0) {
    reorderPoint = part.curve.units[stored]!;
    inputs.push(levelInput(planning, { ...at, index: stored, name: 'quantile' }));
  } else {
    reorderPoint = curveQuantile(part.curve, goal.score);
    inputs.push(
      traceInput('lower level', levels[lower]!, { unit: 'probability' }),
      levelInput(planning, { ...at, index: lower, name: 'lower quantile' }),
      traceInput('upper level', levels[upper]!, { unit: 'probability' }),
      levelInput(planning, { ...at, index: upper, name: 'upper quantile' }),
    );
  }
  planning.trace.push({
    id: 'reorder-point',
    label: 'Reorder point',
    formula: stored >= 0 ? 'quantile' : BETWEEN_LEVELS,
    inputs,
    result: reorderPoint,
    unit: 'units',
    note:
      stored >= 0
        ? 'quantile of the forecast demand over the protection window'
        : 'quantile of the forecast demand over the protection window, between stored levels',
  });
  return reorderPoint;
}

interface LevelAt {
  readonly forecast: ForecastDemand;
  readonly part: MixturePart;
  readonly index: number;
  readonly name: string;
}

/** The quantile at a stored level; where the window is not stored, a step of its own says how. */
function levelInput(planning: Planning, at: LevelAt): TraceInput {
  const value = at.part.curve.units[at.index]!;
  const bracket = bracketOf(at.forecast, at.part.windowDays);
  if (bracket.share === 1) return traceInput(at.name, value, { unit: 'units' });
  const id = at.name.replace(' ', '-');
  const floor = at.index === 0 ? 0 : at.part.curve.units[at.index - 1]!;
  const stored = (window: number) => ({
    mean: window < 0 ? 0 : storedMean(at.forecast, window),
    quantile: window < 0 ? 0 : storedQuantile(at.forecast, { window, level: at.index }),
  });
  const [shorter, longer] = [stored(bracket.shorter), stored(bracket.longer)];
  const length = (window: number) => (window < 0 ? 0 : windowLength(at.forecast.source, window));
  const near = `${length(bracket.shorter)} and ${length(bracket.longer)} days`;
  planning.trace.push({
    id,
    label: `Quantile at level ${at.forecast.source.cumulative.levels[at.index]}`,
    formula: BETWEEN_WINDOWS,
    inputs: [
      traceInput('level below', floor, { unit: 'units' }),
      traceInput('expected demand', at.part.mean, { unit: 'units', from: 'window-demand' }),
      traceInput('share', bracket.share, { unit: 'share' }),
      traceInput('shorter quantile', shorter.quantile, { unit: 'units' }),
      traceInput('shorter mean', shorter.mean, { unit: 'units' }),
      traceInput('longer quantile', longer.quantile, { unit: 'units' }),
      traceInput('longer mean', longer.mean, { unit: 'units' }),
    ],
    result: value,
    unit: 'units',
    note: `a window of ${at.part.windowDays} days is not stored: between ${near}, along √days`,
  });
  return traceInput(at.name, value, { unit: 'units', from: id });
}
