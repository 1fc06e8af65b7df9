/** The models behind a forecast: one for the mean, one for each of a few quantiles. */

import { type BinnedTable, binTable, findCuts, MOST_BINS } from './binning.ts';
import { type BoostedTrees, type BoostOptions, boostBinned, type Later } from './boost.ts';
import { quantileLoss, SQUARED, tweedieLoss } from './losses.ts';
import type { TrainingRows } from './training-rows.ts';

/** Levels that have a model of their own; others lie on lines between them. */
export const HEAD_LEVELS: readonly number[] = [0.1, 0.3, 0.5, 0.7, 0.9];

/** What one thread needs to fit one model; plain data, its tables in memory that threads share. */
export interface HeadTask {
  /** `mean`, or the level of a quantile. */
  readonly head: 'mean' | number;
  readonly binned: BinnedTable;
  readonly targets: Float64Array;
  readonly later: Later;
  readonly settings: TreeSettings;
}

const LEAST_BINS = 15;
const ROWS_PER_BIN = 100;

/** What may be set. */
export interface TreeSettings extends Omit<BoostOptions, 'loss'> {
  /** Power of the Tweedie loss of the mean; 0 for the squared error. */
  readonly power: number;
  /** Rows to learn from, at most. */
  readonly mostRows: number;
}

/** Settings that the development stretches of the bench liked best. */
export const TREE_SETTINGS: TreeSettings = {
  power: 1.2,
  mostRows: 200_000,
  rounds: 300,
  learningRate: 0.08,
  mostLeaves: 15,
  leastRows: 30,
  lambda: 1,
  rowShare: 0.7,
  featureShare: 0.7,
  mostBins: 127,
  patience: 25,
};

/**
 * The work of fitting, head by head; what comes of each does not depend on the others.
 * `rows` drawn · `settings` · returns HeadTasks
 */
export function headTasks({ earlier, later }: TrainingRows, settings: TreeSettings): HeadTask[] {
  // Bins of few rows each tell nothing apart, and every one of them takes its time.
  const worth = Math.max(LEAST_BINS, Math.ceil(earlier.targets.length / ROWS_PER_BIN));
  const most = Math.min(settings.mostBins ?? MOST_BINS - 1, worth);
  const binned = binTable(earlier.table, findCuts(earlier.table, most));
  const heads = ['mean', ...HEAD_LEVELS] as const;
  return heads.map((head) => ({ head, binned, targets: earlier.targets, later, settings }));
}

/**
 * Fits one head.
 * `task` of headTasks · returns BoostedTrees
 */
export function fitHead({ head, binned, targets, later, settings }: HeadTask): BoostedTrees {
  const { power } = settings;
  const mean = power > 0 ? tweedieLoss(power) : SQUARED;
  const loss = head === 'mean' ? mean : quantileLoss(head);
  const watched = later.targets.length > 0 ? later : undefined;
  return boostBinned(binned, targets, { ...settings, loss, later: watched });
}
