/** The reorder point by normal theory, with its arithmetic. */

import { normalQuantile } from '../forecast/index.ts';
import { fillRateSafetyStock } from './fill-rate.ts';
import {
  cycleQuantity,
  type DemandPath,
  type Planning,
  type ReorderPoint,
  warn,
} from './reorder-point.ts';
import { windowSpread } from './safety-stock.ts';
import { traceInput } from './trace.ts';
import type { NormalDemand } from './types.ts';

/** Expected demand of a constant daily mean. */
export function normalPath(demand: NormalDemand): DemandPath {
  return {
    through: (days) => demand.meanPerDay * days,
    parts: ({ from, to }) => [
      traceInput(
        `${to - from} days at ${demand.meanPerDay} a day`,
        demand.meanPerDay * (to - from),
        {
          unit: 'units',
        },
      ),
    ],
  };
}

/**
 * Reorder point = expected demand over the window + factor × spread, each step in the trace.
 *
 * `demand` daily mean and standard deviation, units · returns the reorder point and safety stock
 * source see safety-stock.ts and fill-rate.ts
 */
export function reorderByNormalTheory(planning: Planning, demand: NormalDemand): ReorderPoint {
  const { window, trace } = planning;
  const path = normalPath(demand);
  const expected = path.through(window.days);
  const windowInput = traceInput('protection window', window.days, {
    unit: 'days',
    from: 'protection-window',
  });
  const mean = traceInput('demand per day', demand.meanPerDay, { unit: 'units a day' });
  trace.push({
    id: 'window-demand',
    label: 'Expected demand over the protection window',
    formula: 'demand per day × protection window',
    inputs: [mean, windowInput],
    result: expected,
    unit: 'units',
  });
  const sd = window.leadTimeSdDays;
  const { meanPerDay: demandPerDay, sdPerDay } = demand;
  const spread = windowSpread({
    demandPerDay,
    sdPerDay,
    windowDays: window.days,
    leadTimeSdDays: sd,
  });
  trace.push({
    id: 'window-spread',
    label: 'Standard deviation of demand over the window',
    formula:
      '√(protection window × sd per day × sd per day + ' +
      'demand per day × demand per day × lead time sd × lead time sd)',
    inputs: [
      windowInput,
      traceInput('sd per day', sdPerDay, { unit: 'units' }),
      mean,
      traceInput('lead time sd', sd, { unit: 'days' }),
    ],
    result: spread,
    unit: 'units',
    note: 'variance of the days plus variance of the lead time',
  });
  const factor = safetyFactor(planning, { spread, path });
  const safetyStock = factor * spread;
  pushResult(planning, { expected, safetyStock, factor, spread });
  warn(planning, {
    code: 'normal_theory',
    message: `Normal theory was used in place of a forecast distribution${
      demand.reason === undefined ? '' : `: ${demand.reason}`
    }.`,
  });
  return { method: 'normal theory', reorderPoint: expected + safetyStock, safetyStock };
}

function safetyFactor(planning: Planning, at: { spread: number; path: DemandPath }): number {
  const { service } = planning.input.policy;
  if (service.kind === 'cycle') {
    const factor = normalQuantile(service.level);
    planning.trace.push({
      id: 'safety-factor',
      label: 'Safety factor of the service level',
      formula: 'Φ⁻¹(service level)',
      inputs: [traceInput('service level', service.level, { unit: 'probability' })],
      result: factor,
      unit: 'standard deviations',
    });
    return factor;
  }
  const orderQuantity = cycleQuantity(planning, at.path);
  if (at.spread === 0 || orderQuantity === 0) return noSpread(planning);
  const { factor } = fillRateSafetyStock({
    fillRate: service.level,
    orderQuantity,
    spread: at.spread,
  });
  planning.trace.push({
    id: 'safety-factor',
    label: 'Safety factor of the fill rate',
    formula: 'k such that φ(k) − k × (1 − Φ(k)) = (1 − fill rate) × cycle quantity ÷ spread',
    inputs: [
      traceInput('fill rate', service.level, { unit: 'share' }),
      traceInput('cycle quantity', orderQuantity, { unit: 'units', from: 'cycle-quantity' }),
      traceInput('spread', at.spread, { unit: 'units', from: 'window-spread' }),
    ],
    result: factor,
    unit: 'standard deviations',
    note: 'expected shortage of a cycle is the share of it that may go unserved',
  });
  return factor;
}

function noSpread(planning: Planning): number {
  planning.trace.push({
    id: 'safety-factor',
    label: 'Safety factor of the fill rate',
    formula: '0',
    inputs: [],
    result: 0,
    unit: 'standard deviations',
    note: 'demand without spread needs no safety stock',
  });
  return 0;
}

function pushResult(
  planning: Planning,
  found: { expected: number; safetyStock: number; factor: number; spread: number },
): void {
  planning.trace.push(
    {
      id: 'safety-stock',
      label: 'Safety stock',
      formula: 'safety factor × spread',
      inputs: [
        traceInput('safety factor', found.factor, {
          unit: 'standard deviations',
          from: 'safety-factor',
        }),
        traceInput('spread', found.spread, { unit: 'units', from: 'window-spread' }),
      ],
      result: found.safetyStock,
      unit: 'units',
    },
    {
      id: 'reorder-point',
      label: 'Reorder point',
      formula: 'expected demand + safety stock',
      inputs: [
        traceInput('expected demand', found.expected, { unit: 'units', from: 'window-demand' }),
        traceInput('safety stock', found.safetyStock, { unit: 'units', from: 'safety-stock' }),
      ],
      result: found.expected + found.safetyStock,
      unit: 'units',
      note: 'normal theory',
    },
  );
}
