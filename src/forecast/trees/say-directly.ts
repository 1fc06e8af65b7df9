/** Direct horizons: every period of the horizon is asked for as it looks from the origin. */

import type { ExternalOrigin } from '../external-origins.ts';
import type { ExternalForecast } from '../types.ts';
import { type BoostedTrees, predictTrees } from './boost.ts';
import type { Ground } from './panel.ts';
import { featureNames, type SeriesFeatures } from './series-features.ts';

/** Fitted trees, and where they are asked. */
export interface Question {
  readonly origin: ExternalOrigin;
  readonly ground: Ground;
  /** Of the mean, and of HEAD_LEVELS in order. */
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
  const said = heads.map((model) => predictTrees(model, table));
  const mean = said[0]!.map((value) => Math.max(0, value) * scale);
  return { known, horizon, quantiles: inOrder(said.slice(1), scale), mean };
}

/** Levels × horizon; heads that cross are put in order (Chernozhukov et al. 2010, doi:10.3982/ECTA7880). */
function inOrder(said: readonly Float64Array[], scale: number): Float64Array {
  const horizon = said[0]!.length;
  const quantiles = new Float64Array(said.length * horizon);
  const column = new Float64Array(said.length);
  for (let k = 0; k < horizon; k++) {
    for (let l = 0; l < said.length; l++) column[l] = Math.max(0, said[l]![k]!) * scale;
    column.sort();
    for (let l = 0; l < said.length; l++) quantiles[l * horizon + k] = column[l]!;
  }
  return quantiles;
}
