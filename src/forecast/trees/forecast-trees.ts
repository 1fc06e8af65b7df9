/** Forecasts by trees that learn from all series of a batch together. */

import { openSeries } from '../closures.ts';
import { seededRandom } from '../numeric/random.ts';
import type { ExternalForecast } from '../types.ts';
import type { BoostedTrees } from './boost.ts';
import { type FeatureImportance, featureImportance } from './importance.ts';
import { type Ground, makePanel, originsIn, type PanelOptions, type PanelSeries } from './panel.ts';
import { pickTried, shareOver } from './panel-share.ts';
import { sayDirectly } from './say-directly.ts';
import { sayRecursively } from './say-recursively.ts';
import { SeriesFeatures } from './series-features.ts';
import { drawRows } from './training-rows.ts';
import {
  fitHead,
  HEAD_LEVELS,
  type HeadTask,
  headTasks,
  TREE_SETTINGS,
  type TreeSettings,
} from './tree-heads.ts';

/** Name in results. */
export const TREES = 'trees';
const TITLE = 'Tree boosting';
/** Features that a forecast of one series names. */
const MOST_NAMED = 8;

/** Fewer series than this have little to learn from one another. */
const LEAST_SERIES = 8;
/** Fewer rows than this teach less than models of a single series know. */
const LEAST_ROWS = 1500;

/** Options of `forecast`, and what is particular to trees. */
export interface TreeOptions extends PanelOptions {
  readonly settings?: Partial<TreeSettings>;
}

/** A batch made ready: what there is to fit, or why nothing is. */
export interface TreePlan {
  readonly ground: Ground;
  /** Work for threads, or for one after the other; empty where trees are not fitted. */
  readonly tasks: readonly HeadTask[];
  /** Why no trees are fitted, as the end of a sentence. */
  readonly unavailable?: string;
}

/**
 * What has to be fitted for a batch. Trees join where there are series and history enough: eight
 * series, and 1,500 observed periods before the first origin of the backtest.
 * `batch` series, dated where `start` is given · `options` as for `forecast` · returns TreePlan
 */
export function planTrees(batch: readonly PanelSeries[], options: TreeOptions): TreePlan {
  const panel = makePanel(batch, options);
  const { ground } = panel;
  const given = { ...options.settings, seed: options.seed ?? 1 };
  const taught = panel.participants.filter(({ learnable }) => learnable > options.horizon).length;
  if (taught < LEAST_SERIES) {
    const unavailable = `only ${taught} of ${batch.length} series have history before the backtest, and ${LEAST_SERIES} are needed`;
    return { ground, tasks: [], unavailable };
  }
  const { mostRows } = { ...TREE_SETTINGS, ...given };
  const rows = drawRows(panel, { most: mostRows, seed: given.seed });
  if (rows.earlier.targets.length < LEAST_ROWS) {
    const unavailable = `only ${rows.earlier.targets.length} periods can be learned from, and ${LEAST_ROWS} are needed`;
    return { ground, tasks: [], unavailable };
  }
  return { ground, tasks: headTasks(rows, given) };
}

/** Trees that were fitted, and to what. */
export interface FittedTrees {
  readonly ground: Ground;
  /** One per task of the plan, in order. */
  readonly heads: readonly BoostedTrees[];
}

/** Trees that were tried on series of their batch. */
export interface TriedTrees extends FittedTrees {
  /** Weight beside what is chosen without them, of `tryTrees`. */
  readonly share: number;
}

/** What came of a batch. */
export interface TreeForecasts {
  /** One per series, in order: a candidate like any other for `forecast`. */
  readonly external: readonly ExternalForecast[];
  /** What the mean rests on, the most important first. */
  readonly importance: readonly FeatureImportance[];
}

/**
 * Holds fitted trees against models of one series, before the first origin that anything else is
 * scored at: how much they add to them depends on what all series have in common.
 * `fitted` · `batch` series, of which about fifty are enough · `options` as they were planned with
 * returns their weight, in [0,1]
 */
export function tryTrees(
  fitted: FittedTrees,
  batch: readonly PanelSeries[],
  options: TreeOptions,
): number {
  const tried = pickTried(batch);
  const { external } = sayTrees({ ...fitted, share: 1 }, tried, options);
  return shareOver(
    tried.map((series, i) => ({ series, said: external[i]! })),
    fitted.ground.plan.season,
  );
}

/**
 * What fitted trees say of series at their origins: those that they learned from, or others that end with them.
 * `fitted` · `batch` series · `options` as they were planned with · returns TreeForecasts
 */
export function sayTrees(
  fitted: TriedTrees,
  batch: readonly PanelSeries[],
  options: TreeOptions,
): TreeForecasts {
  const { share } = fitted;
  const importance = featureImportance(fitted.heads[0]!);
  const named = importance.slice(0, MOST_NAMED).map(({ feature, gain }) => ({ feature, gain }));
  const { season } = fitted.ground.plan;
  const external = batch.map((given): ExternalForecast => {
    const series = openSeries(given, season);
    const { origins, absent } = originsIn(fitted.ground, series, options);
    if (absent !== undefined) return silentTrees(absent);
    const features = SeriesFeatures.of(series, fitted.ground.plan);
    const said = origins.map((origin) =>
      fitted.ground.horizons === 'direct'
        ? sayDirectly(features, { origin, ...fitted })
        : sayRecursively(features, {
            origin,
            ...fitted,
            random: seededRandom(series.id, options.seed ?? 1),
          }),
    );
    const known = { method: TREES, title: TITLE, levels: HEAD_LEVELS, share };
    return { ...known, said, importance: named };
  });
  return { external, importance };
}

/**
 * Fits and says in one go, on one thread.
 * `batch`, `options` as for planTrees · returns TreeForecasts
 */
export function forecastTrees(batch: readonly PanelSeries[], options: TreeOptions): TreeForecasts {
  const { ground, tasks, unavailable } = planTrees(batch, options);
  if (unavailable !== undefined)
    return { external: batch.map(() => silentTrees(unavailable)), importance: [] };
  const fitted = { ground, heads: tasks.map(fitHead) };
  return sayTrees({ ...fitted, share: tryTrees(fitted, batch, options) }, batch, options);
}

/**
 * Trees that say nothing, with the reason.
 * `unavailable` end of a sentence · returns ExternalForecast
 */
export function silentTrees(unavailable: string): ExternalForecast {
  return { method: TREES, title: TITLE, levels: [], said: [], unavailable };
}
