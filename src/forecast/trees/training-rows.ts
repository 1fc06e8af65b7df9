/** Rows to learn from: a period of a series as it looked some periods before. */

import { seededRandom } from '../numeric/random.ts';
import type { FeatureTable } from './binning.ts';
import type { Panel, Participant } from './panel.ts';
import { featureNames, SeriesFeatures, unitOf } from './series-features.ts';

/** Rows with targets, each divided by the scale of its series at the origin. */
export interface Rows {
  readonly table: FeatureTable;
  readonly targets: Float64Array;
}

/** What is learned from, and the later stretch that tells when to stop. */
export interface TrainingRows {
  readonly earlier: Rows;
  readonly later: Rows;
}

/** Older periods say little of how demand goes now. */
const LONGEST_PAST = 1100;
/** Targets beyond are cut: a single sale of a resting product is no reason to bend every tree. */
export const LARGEST_TARGET = 50;

interface Pick {
  readonly participant: Participant;
  readonly features: SeriesFeatures;
  readonly known: number;
  readonly target: number;
}

/**
 * Draws the rows: every period once or, where that would be more than `most` rows, a share of them,
 * each from an origin drawn within the horizon before it;
 * for recursive horizons, from the origin just before it. The later stretch is a horizon or two at
 * the end of what may be learned; its origins lie in it, and no earlier row has a target there.
 * `panel` · `most` rows · `seed` · returns TrainingRows
 */
export function drawRows(
  panel: Panel,
  { most, seed }: { readonly most: number; readonly seed: number },
): TrainingRows {
  const { horizon, horizons, plan } = panel.ground;
  const farthest = horizons === 'recursive' ? 1 : horizon;
  const total = panel.participants.reduce(
    (sum, { learnable }) => sum + Math.min(learnable, LONGEST_PAST),
    0,
  );
  const share = Math.min(1, most / Math.max(1, total));
  const earlier: Pick[] = [];
  const later: Pick[] = [];
  for (const participant of panel.participants) {
    const { series, learnable } = participant;
    const random = seededRandom(series.id, seed).split('rows');
    const features = SeriesFeatures.of(series, plan);
    const from = Math.max(unitOf(plan.season), learnable - LONGEST_PAST);
    const held = learnable - Math.min(2 * horizon, Math.floor((learnable - from) / 5));
    for (let target = from; target < learnable; target++) {
      // Drawn for every period, so that a row does not depend on which others there are.
      const [keep, ahead] = [random.uniform(), random.uniform()];
      if (keep >= share || Number.isNaN(series.y[target]!)) continue;
      const earliest = Math.max(target < held ? 1 : held, target - farthest + 1);
      const known = target - Math.floor(ahead * (target - earliest + 1));
      if (features.observed(known) === 0) continue;
      (target < held ? earlier : later).push({ participant, features, known, target });
    }
  }
  return { earlier: toRows(earlier, panel), later: toRows(later, panel) };
}

function toRows(picks: readonly Pick[], { ground: { plan } }: Panel): Rows {
  const names = featureNames(plan);
  const values = new Float32Array(picks.length * names.length);
  const targets = new Float64Array(picks.length);
  picks.forEach(({ participant, features, known, target }, row) => {
    features.fill(values, { at: row * names.length, known, target });
    const y = participant.series.y[target]!;
    targets[row] = Math.min(LARGEST_TARGET, Math.max(0, y / features.scale(known)));
  });
  const categorical = names.map((name) => name === 'category' || name === 'series');
  return { table: { rows: picks.length, names, values, categorical }, targets };
}
