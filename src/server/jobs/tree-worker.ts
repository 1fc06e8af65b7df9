import {
  encodeTrees,
  type ForecastOptions,
  fitHead,
  type HeadTask,
  type PanelSeries,
  planTrees,
  type TreePlan,
} from '../../forecast/index.ts';
import type { DemandSeries } from '../store/demand.ts';

/** Work for one thread: to lay out what is to be fitted, or to fit one of the models. */
export type TreeTask =
  | { readonly series: readonly TreeSeries[]; readonly options: ForecastOptions }
  | { readonly series: readonly []; readonly head: HeadTask };

/** A product's demand, dated. */
export type TreeSeries = PanelSeries & { readonly y: Float64Array<ArrayBuffer> };

/** A plan, or a model as text: a loss has functions, which do not cross to another thread. */
export default function workOnTrees(task: TreeTask): TreePlan | string {
  if ('head' in task) return encodeTrees(fitHead(task.head));
  return planTrees(task.series, task.options);
}

const DAY = 86_400_000;

/** A product's demand with the instant of its first day. */
export function dated({ sku: id, y }: DemandSeries, lastDay: number): TreeSeries {
  return { id, y, start: lastDay - (y.length - 1) * DAY };
}
