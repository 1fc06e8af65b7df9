/** Direct horizons: every period of the horizon is asked for as it looks from the origin. */

import type { ExternalOrigin } from '../external-origins.ts';
import type { ExternalForecast } from '../types.ts';
import { type BoostedTrees, predictTrees } from './boost.ts';
import type { Ground } from './panel.ts';
import { featureNames, type SeriesFeatures } from './series-features.ts';
import { HEAD_LEVELS } from './tree-heads.ts';

/** Fitted trees, and where they are asked. */
export interface Question {
  readonly origin: ExternalOrigin;
  readonly ground: Ground;
  /** Of the mean, and of HEAD_LEVELS together. */
  readonly heads: readonly BoostedTrees[];
}

/** What is said at one origin. */
export type Said = ExternalForecast['said'][number];

/**
 * Says a horizon in one go. Demand is on the scale of the origin, as the rows were that were learned from.
 * `features` of a series · `question` · returns quantiles and mean, units, ≥ 0
 */
export function sayDirectly(
  features: SeriesFeatures,
  { origin: { known, horizon }, ground, heads }: Question,
): Said {
  const names = featureNames(ground.plan);
  const values = new Float32Array(horizon * names.length);
  for (let k = 0; k < horizon; k++)
    features.fill(values, { at: k * names.length, known, target: known + k });
  const table = { rows: horizon, names, values, categorical: [] };
  const scale = features.scale(known);
  const [mean, levels] = heads.map((model) =>
    predictTrees(model, table).map((value) => Math.max(0, value) * scale),
  );
  return { known, horizon, quantiles: inOrder(levels!), mean: mean! };
}

/** Horizon × levels to levels × horizon; levels that cross are put in order (Chernozhukov et al. 2010, doi:10.3982/ECTA7880). */
function inOrder(said: Float64Array): Float64Array {
  const levels = HEAD_LEVELS.length;
  const horizon = said.length / levels;
  const quantiles = new Float64Array(said.length);
  for (let k = 0; k < horizon; k++) {
    const column = said.subarray(k * levels, (k + 1) * levels).sort();
    for (let l = 0; l < levels; l++) quantiles[l * horizon + k] = column[l]!;
  }
  return quantiles;
}
