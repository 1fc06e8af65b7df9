/** Recursive horizons: what is said of a period is fed back as if it were known, along sample paths. */

import { normalQuantile } from '../numeric/normal.ts';
import type { Random } from '../numeric/random.ts';
import { sampleQuantile } from '../numeric/sample-quantile.ts';
import { onScoreLines } from '../numeric/score-lines.ts';
import { predictTrees } from './boost.ts';
import type { Question, Said } from './say-directly.ts';
import { featureNames, type SeriesFeatures } from './series-features.ts';
import { LARGEST_TARGET } from './training-rows.ts';
import { HEAD_LEVELS } from './tree-heads.ts';

/** Each draws from a stratum of its own, which steadies the quantiles of so few. */
const PATHS = 64;
const SCORES = HEAD_LEVELS.map(normalQuantile);

/**
 * Says a horizon period by period. Every path sees what was known at the origin and what it said
 * itself; it draws its next period from the quantiles there, on the scale of that step, as the model was
 * taught. The mean is that of all paths, each asked for its own: to feed the mean back would show the
 * model a past without any noise or zeros, which it never learned from.
 * `features` of a series · `question`, and `random`, the stream of the series · returns quantiles and
 * mean, units, ≥ 0
 * source Ben Taieb, Bontempi, Atiya & Sorjamaa (2012), doi:10.1016/j.eswa.2012.01.039, for recursion;
 * McKay, Beckman & Conover (1979), doi:10.2307/1268522, for strata
 */
export function sayRecursively(
  features: SeriesFeatures,
  { origin: { known, horizon }, ground, heads, random }: Question & { readonly random: Random },
): Said {
  const [meanHead, levelsHead] = heads;
  const stream = random.split(`paths from ${known}`);
  // As much as direct horizons can say: else a path could feed on its own growth without end.
  const largest = LARGEST_TARGET * features.scale(known);
  const paths = Array.from({ length: PATHS }, () => features.fork(known, horizon));
  const names = featureNames(ground.plan);
  const values = new Float32Array(PATHS * names.length);
  const table = { rows: PATHS, names, values, categorical: [] };
  const mean = new Float64Array(horizon);
  const quantiles = new Float64Array(HEAD_LEVELS.length * horizon);
  for (let k = 0; k < horizon; k++) {
    const target = known + k;
    // Rows draw from the lowest stratum to the highest: shuffled, or a low path would stay low.
    shuffle(paths, stream);
    paths.forEach((path, p) => {
      path.fill(values, { at: p * names.length, known: target, target });
    });
    const scales = paths.map((path) => path.scale(target));
    const inUnits = (value: number, p: number) =>
      Math.min(largest, Math.max(0, value) * scales[p]!);
    const means = predictTrees(meanHead!, table).map(inUnits);
    mean[k] = means.reduce((sum, value) => sum + value, 0) / PATHS;
    const drawn = draw(predictTrees(levelsHead!, table), stream).map(inUnits);
    paths.forEach((path, p) => {
      path.add(target, drawn[p]!);
    });
    HEAD_LEVELS.forEach((level, l) => {
      quantiles[l * horizon + k] = sampleQuantile(drawn, level);
    });
  }
  return { known, horizon, quantiles, mean };
}

/**
 * Draws for every row, the first from the lowest stratum of probability, the last from the highest: on
 * the line between the two levels around its own.
 * `said` paths × HEAD_LEVELS · `random` · returns one draw per path
 */
function draw(said: Float64Array, random: Random): Float64Array {
  const levels = HEAD_LEVELS.length;
  return Float64Array.from({ length: PATHS }, (_, p) => {
    const level = (p + random.uniform()) / PATHS;
    // Levels that cross are put in order.
    const values = said.subarray(p * levels, (p + 1) * levels).sort();
    return onScoreLines(normalQuantile(level), { scores: SCORES, values });
  });
}

function shuffle(paths: SeriesFeatures[], random: Random): void {
  for (let p = paths.length - 1; p > 0; p--) {
    const other = random.integer(p + 1);
    [paths[p], paths[other]] = [paths[other]!, paths[p]!];
  }
}
