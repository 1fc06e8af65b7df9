/** The reorder point as a quantile of the predictive distribution, with its arithmetic. */

import { normalQuantile } from '../forecast/index.ts';
import { demandThrough, type ForecastDemand } from './forecast-demand.ts';
import type { WindowAtom } from './protection-window.ts';
import { type CurveGoal, pushCurveQuantile } from './quantile-trace.ts';
import {
  cycleQuantity,
  type DemandPath,
  type Planning,
  type ReorderPoint,
  warn,
} from './reorder-point.ts';
import { type TraceInput, traceInput } from './trace.ts';
import {
  type MixturePart,
  mixtureAtMost,
  mixtureMean,
  mixtureQuantile,
  mixtureShortage,
  mixtureStockForShortage,
  windowMixture,
} from './window-mixture.ts';

/** Expected demand along a forecast; a trace gets it week by week. */
export function forecastPath(forecast: ForecastDemand): DemandPath {
  const through = (days: number) => demandThrough(forecast, days);
  return {
    through,
    parts: ({ from, to }) => {
      const parts: TraceInput[] = [];
      for (let start = from; start < to; start += 7) {
        const end = Math.min(start + 7, to);
        const name = end - start <= 1 ? `day ${end}` : `days ${start + 1} to ${end}`;
        parts.push(traceInput(name, through(end) - through(start), { unit: 'units' }));
      }
      return parts;
    },
  };
}

/**
 * Reorder point = the demand over the protection window that is not exceeded with the wanted
 * service; safety stock = that − expected demand.
 *
 * `forecast` made ready · returns the reorder point and safety stock, units
 * source Saoud, Kourentzes & Boylan (2022), Omega 110, doi:10.1016/j.omega.2022.102614, for the
 * quantile of cumulative demand; see window-mixture.ts for the lead time
 */
export function reorderByForecast(planning: Planning, forecast: ForecastDemand): ReorderPoint {
  const { window, input } = planning;
  const parts = windowMixture(forecast, window.atoms);
  const path = forecastPath(forecast);
  const expected = mixtureMean(parts);
  pushExpectedDemand(planning, { parts, path, expected });
  warnOfForecast(planning, forecast);
  const { service } = input.policy;
  const reorderPoint =
    service.kind === 'cycle'
      ? cyclePoint(planning, { forecast, parts, expected })
      : fillRatePoint(planning, { parts, path });
  const safetyStock = reorderPoint - expected;
  planning.trace.push({
    id: 'safety-stock',
    label: 'Safety stock',
    formula: 'reorder point − expected demand',
    inputs: [
      traceInput('reorder point', reorderPoint, { unit: 'units', from: 'reorder-point' }),
      traceInput('expected demand', expected, { unit: 'units', from: 'window-demand' }),
    ],
    result: safetyStock,
    unit: 'units',
  });
  return { method: 'predictive quantile', reorderPoint, safetyStock };
}

function pushExpectedDemand(
  planning: Planning,
  found: { parts: readonly MixturePart[]; path: DemandPath; expected: number },
): void {
  const { parts, path, expected } = found;
  const certain = parts.length === 1;
  planning.trace.push({
    id: 'window-demand',
    label: 'Expected demand over the protection window',
    formula: certain ? 'sum of inputs' : 'sum of products',
    inputs: certain
      ? path.parts({ from: 0, to: parts[0]!.windowDays })
      : parts.flatMap(({ windowDays, probability, mean }) => [
          traceInput(`probability of ${windowDays} days`, probability, { unit: 'probability' }),
          traceInput(`demand over ${windowDays} days`, mean, { unit: 'units' }),
        ]),
    result: expected,
    unit: 'units',
    note: certain
      ? 'the forecast of these dates, summed'
      : 'the forecast summed over each possible window, weighted by its probability',
  });
}

function cyclePoint(
  planning: Planning,
  at: { forecast: ForecastDemand; parts: readonly MixturePart[]; expected: number },
): number {
  const { level } = planning.input.policy.service;
  const goal: CurveGoal = { level, score: normalQuantile(level) };
  warnOfLevel(planning, at.forecast);
  if (at.parts.length === 1)
    return pushCurveQuantile(planning, { forecast: at.forecast, part: at.parts[0]!, goal });
  const reorderPoint = mixtureQuantile(at.parts, goal);
  planning.trace.push({
    id: 'reorder-point',
    label: 'Reorder point',
    formula: 'x such that sum of products ≥ service level',
    inputs: [
      ...at.parts.flatMap((part) => [
        traceInput(`probability of ${part.windowDays} days`, part.probability, {
          unit: 'probability',
        }),
        traceInput(
          `P(demand over ${part.windowDays} days ≤ x)`,
          mixtureAtMost([{ ...part, probability: 1 }], reorderPoint),
          { unit: 'probability' },
        ),
      ]),
      traceInput('service level', level, { unit: 'probability' }),
    ],
    result: reorderPoint,
    unit: 'units',
    note: 'the smallest x that suffices, over all possible lead times',
  });
  return reorderPoint;
}

function fillRatePoint(
  planning: Planning,
  at: { parts: readonly MixturePart[]; path: DemandPath },
): number {
  const { level } = planning.input.policy.service;
  const quantity = cycleQuantity(planning, at.path);
  if (quantity === 0) return pushNoDemand(planning);
  const reorderPoint = mixtureStockForShortage(at.parts, (1 - level) * quantity);
  planning.trace.push({
    id: 'reorder-point',
    label: 'Reorder point',
    formula: 'x such that expected shortage ≤ (1 − fill rate) × cycle quantity',
    inputs: [
      traceInput('expected shortage', mixtureShortage(at.parts, reorderPoint), { unit: 'units' }),
      traceInput('fill rate', level, { unit: 'share' }),
      traceInput('cycle quantity', quantity, { unit: 'units', from: 'cycle-quantity' }),
    ],
    result: reorderPoint,
    unit: 'units',
    note: 'the smallest x that suffices; shortage is what the forecast distribution holds beyond x',
  });
  return reorderPoint;
}

function pushNoDemand(planning: Planning): number {
  planning.trace.push({
    id: 'reorder-point',
    label: 'Reorder point',
    formula: '0',
    inputs: [],
    result: 0,
    unit: 'units',
    note: 'no demand is expected, so there is no share of it to serve',
  });
  return 0;
}

function warnOfForecast(planning: Planning, forecast: ForecastDemand): void {
  const { window } = planning;
  const longest = longestLikely(window.atoms);
  const horizonDays = forecast.horizonDays;
  if (longest > horizonDays)
    warn(planning, {
      code: 'window_exceeds_horizon',
      message:
        `Stock must last up to ${longest} days and the forecast reaches ${horizonDays}: ` +
        'the rest was extended from its last weeks.',
      details: { windowDays: longest, horizonDays },
    });
  if (forecast.negativeDays > 0)
    warn(planning, {
      code: 'negative_forecast',
      message: `The forecast was below 0 on ${forecast.negativeDays} days; these count as 0.`,
      details: { days: forecast.negativeDays },
    });
  if (forecast.source.spread === 'simulated')
    warn(planning, {
      code: 'approximate_spread',
      message: 'The spread comes from sample paths of the model, not from its measured errors.',
    });
}

/** The longest window that is not a mere curiosity: one in a hundred is at least as long. */
function longestLikely(atoms: readonly WindowAtom[]): number {
  let probability = 0;
  let i = atoms.length;
  while (i > 0 && probability < 0.01) probability += atoms[--i]!.probability;
  return atoms[i]!.windowDays;
}

function warnOfLevel(planning: Planning, forecast: ForecastDemand): void {
  const { level } = planning.input.policy.service;
  const { levels } = forecast.source.cumulative;
  const [lowest, highest] = [levels[0]!, levels[levels.length - 1]!];
  if (level >= lowest && level <= highest) return;
  warn(planning, {
    code: 'level_outside_stored',
    message: `The forecast has levels ${lowest} to ${highest}; ${level} was extended from them.`,
    details: { level, lowest, highest },
  });
}
