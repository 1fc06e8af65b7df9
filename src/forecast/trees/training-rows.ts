/** Rows to learn from: a period of a series as it looked some periods before. */

import { seededRandom } from '../numeric/random.ts';
import type { FeatureTable } from './binning.ts';
import { evenlyByName } from './evenly-by-name.ts';
import type { Panel, Participant } from './panel.ts';
import { rowWeights, weightPower } from './row-weights.ts';
import { featureNames, SeriesFeatures, unitOf } from './series-features.ts';

/** Rows with targets, each divided by the scale of its series at the origin. */
export interface Rows {
  readonly table: FeatureTable;
  readonly targets: Float64Array;
  /** What each counts for in the mean; undefined where all count the same. */
  readonly weights: Float64Array | undefined;
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
/** Periods for each row, from which on series are left out: reading features off one takes longer than its rows are worth. */
const PLENTY = 8;
/** Rows that there is room for at first. */
const LEAST_ROOM = 1024;

/** A row of a series: a period, and the periods that are known when it is forecast. */
interface Pick {
  readonly features: SeriesFeatures;
  readonly y: ArrayLike<number>;
  readonly known: number;
  readonly target: number;
}

/**
 * Draws the rows: every period once or, where that would be more than `most` rows, a share of them (where many
 * times more, a share of those of every k-th series), each from an origin drawn within the horizon before it;
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
  const step = Math.max(1, Math.floor(periodsOf(panel.participants) / (PLENTY * most)));
  const taught = everyNth(panel.participants, step);
  const share = Math.min(1, most / Math.max(1, periodsOf(taught)));
  const earlier = new RowList(featureNames(plan));
  const later = new RowList(featureNames(plan));
  for (const participant of taught) {
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
      (target < held ? earlier : later).add({ features, y: series.y, known, target });
    }
  }
  const power = weightPower(panel.participants);
  return { earlier: earlier.rows(power), later: later.rows(0) };
}

function periodsOf(participants: readonly Participant[]): number {
  return participants.reduce((sum, { learnable }) => sum + Math.min(learnable, LONGEST_PAST), 0);
}

function everyNth(participants: readonly Participant[], step: number): readonly Participant[] {
  if (step === 1) return participants;
  const series = participants.map((one) => one.series);
  const kept = new Set(evenlyByName(series, Math.ceil(series.length / step)));
  return participants.filter((one) => kept.has(one.series));
}

/** Rows filled in as they are drawn: what they are read off, some 50 kB a series, is then let go. */
class RowList {
  readonly #names: readonly string[];
  readonly #targets: number[] = [];
  readonly #scales: number[] = [];
  #values = new Float32Array(0);

  constructor(names: readonly string[]) {
    this.#names = names;
  }

  add({ features, y, known, target }: Pick): void {
    const at = this.#targets.length * this.#names.length;
    if (at === this.#values.length) this.#grow();
    features.fill(this.#values, { at, known, target });
    const scale = features.scale(known);
    const scaled = y[target]! / scale;
    this.#scales.push(scale);
    this.#targets.push(Math.min(LARGEST_TARGET, Math.max(0, scaled)));
  }

  #grow(): void {
    const wider = new Float32Array(
      Math.max(LEAST_ROOM, 2 * this.#targets.length) * this.#names.length,
    );
    wider.set(this.#values);
    this.#values = wider;
  }

  rows(power: number): Rows {
    const names = this.#names;
    const rows = this.#targets.length;
    const values = this.#values.slice(0, rows * names.length);
    const categorical = names.map((name) => name === 'category' || name === 'series');
    return {
      table: { rows, names, values, categorical },
      targets: Float64Array.from(this.#targets),
      weights: rowWeights(this.#scales, power),
    };
  }
}
