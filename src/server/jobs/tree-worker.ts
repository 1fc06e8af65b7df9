import {
  encodeTrees,
  type ForecastOptions,
  fitHead,
  type HeadTask,
  type PanelSeries,
  planTrees,
  readTrees,
  type TreePlan,
  type TreeText,
  tryTrees,
} from '../../forecast/index.ts';
import type { DemandSeries } from '../store/demand.ts';
import { withKnownDays } from './known-days.ts';

/** Work for one thread: to lay out what is to be fitted, to fit one of the models, or to try them out. */
export type TreeTask =
  | { readonly series: readonly TreeSeries[]; readonly options: ForecastOptions }
  | { readonly series: readonly []; readonly head: HeadTask }
  | {
      readonly series: readonly TreeSeries[];
      readonly options: ForecastOptions;
      readonly fitted: TreeText;
    };

/** A product's demand, dated. */
export type TreeSeries = PanelSeries & { readonly y: Float64Array<ArrayBuffer> };

/** A plan, a model as text, or the share of models. */
export default function workOnTrees(task: TreeTask): TreePlan | string | number {
  if ('head' in task) return encodeTrees(fitHead(task.head));
  if ('fitted' in task) return tryTrees(readTrees(task.fitted), task.series, task.options);
  return planTrees(task.series, task.options);
}

const DAY = 86_400_000;

/**
 * A product's demand with the instant of its first day. Its promotions are told where the plan reaches
 * to the end of the horizon: trees that know of them would take a day behind it for one without.
 */
export function dated(series: DemandSeries, lastDay: number): TreeSeries {
  const { sku: id, y, promotion } = series;
  const start = lastDay - (y.length - 1) * DAY;
  if (promotion?.some(Number.isNaN)) return { id, y, start };
  return { ...withKnownDays(series), y, start };
}
