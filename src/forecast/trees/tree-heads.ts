/** The models behind a forecast: one for the mean, one for a few quantiles together. */

import { type BinnedTable, binTable, findCuts, MOST_BINS } from './binning.ts';
import { type BoostedTrees, type BoostOptions, boostBinned, type Later } from './boost.ts';
import { quantileLoss, SQUARED, tweedieLoss } from './losses.ts';
import type { TrainingRows } from './training-rows.ts';

/** Levels that trees are asked for; others lie on lines between them. */
export const HEAD_LEVELS: readonly number[] = [0.1, 0.3, 0.5, 0.7, 0.9];

/** What one thread needs to fit one model; plain data, its tables in memory that threads share. */
export interface HeadTask {
  readonly head: 'mean' | 'quantiles';
  readonly binned: BinnedTable;
  readonly targets: Float64Array;
  /** What rows count for; quantiles count all the same. */
  readonly weights: Float64Array | undefined;
  readonly later: Later;
  readonly settings: TreeSettings;
}

const LEAST_BINS = 15;
const ROWS_PER_BIN = 100;

/** What may be set. */
export interface TreeSettings extends Omit<BoostOptions, 'loss' | 'weights'> {
  /** Power of the Tweedie loss of the mean; 0 for the squared error. */
  readonly power: number;
  /** Rows to learn from, at most. */
  readonly mostRows: number;
}

/** Settings that the development stretches of the bench liked best. */
export const TREE_SETTINGS: TreeSettings = {
  power: 1.2,
  mostRows: 150_000,
  rounds: 300,
  learningRate: 0.08,
  lambda: 1,
  rowShare: 0.7,
  featureShare: 0.4,
  mostBins: 127,
  patience: 25,
  leastGain: 0.005,
};
/** The mean is learned more slowly: orders are summed from it. */
const MEAN_SETTINGS = { learningRate: 0.05, patience: 40, leastGain: 0 };
/** Leaves of a tree at most: of the mean, and of the quantiles. */
const [MEAN_LEAVES, QUANTILE_LEAVES] = [63, 31];

/**
 * Trees for so many rows: a leaf for every thousand and of one in two thousand at least, within bounds.
 * `rows` to learn from · `leaves` at most
 */
function sizeOf(rows: number, leaves: number): Pick<TreeSettings, 'mostLeaves' | 'leastRows'> {
  return { mostLeaves: within(15, rows / 1000, leaves), leastRows: within(30, rows / 2000, 100) };
}

function within(least: number, value: number, most: number): number {
  return Math.round(Math.max(least, Math.min(most, value)));
}

/**
 * The work of fitting, head by head; what comes of each does not depend on the other.
 * `rows` drawn · `given` settings that take the place of the usual ones · returns HeadTasks: mean, quantiles
 */
export function headTasks(
  { earlier, later }: TrainingRows,
  given: Partial<TreeSettings>,
): HeadTask[] {
  // Bins of few rows each tell nothing apart, and every one of them takes its time.
  const worth = Math.max(LEAST_BINS, Math.ceil(earlier.targets.length / ROWS_PER_BIN));
  const most = Math.min(given.mostBins ?? TREE_SETTINGS.mostBins ?? MOST_BINS - 1, worth);
  const binned = binTable(earlier.table, findCuts(earlier.table, most));
  const { targets, weights } = earlier;
  const all = { binned, targets, later };
  const sized = (leaves: number) => ({ ...sizeOf(targets.length, leaves), ...TREE_SETTINGS });
  const ofQuantiles = { ...sized(QUANTILE_LEAVES), ...given };
  const ofMean = { ...sized(MEAN_LEAVES), ...MEAN_SETTINGS, ...given };
  return [
    { ...all, head: 'mean', weights, settings: ofMean },
    { ...all, head: 'quantiles', weights: undefined, settings: ofQuantiles },
  ];
}

/**
 * Fits one head.
 * `task` of headTasks · returns BoostedTrees
 */
export function fitHead({
  head,
  binned,
  targets,
  weights,
  later,
  settings,
}: HeadTask): BoostedTrees {
  const { power } = settings;
  const mean = power > 0 ? tweedieLoss(power) : SQUARED;
  const loss = head === 'mean' ? mean : quantileLoss(...HEAD_LEVELS);
  const watched = later.targets.length > 0 ? later : undefined;
  return boostBinned(binned, targets, { ...settings, loss, weights, later: watched });
}
