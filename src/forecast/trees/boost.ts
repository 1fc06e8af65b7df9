/** Gradient boosting: trees, each fitted to what those before it still lack. */

import { type Random, seededRandom } from '../numeric/random.ts';
import { type BinnedTable, binTable, type FeatureTable, findCuts } from './binning.ts';
import { type Grown, type GrowthRules, TreeGrower } from './grow.ts';
import { newDerivatives, roundDerivatives } from './histogram.ts';
import type { Loss } from './losses.ts';
import { addBinnedTree, type Tree } from './tree.ts';
import { TreeWalk } from './tree-walk.ts';

/** How trees are boosted. */
export interface BoostOptions extends Partial<GrowthRules> {
  readonly loss: Loss;
  /** Trees, at most. */
  readonly rounds: number;
  readonly learningRate?: number;
  /** Share of the rows that each tree sees, in (0,1]. */
  readonly rowShare?: number;
  /** Share of the features that each tree may use, in (0,1]. */
  readonly featureShare?: number;
  /** Bins per feature, 2 to 255. */
  readonly mostBins?: number;
  /** Rounds without a better error on the later rows after which to stop. */
  readonly patience?: number;
  /** Share of what all rounds bettered that as many rounds have to better, else it stops; in [0,1). */
  readonly leastGain?: number;
  /** What each row counts for, > 0; 1 where absent. Losses whose leaves are not Newton steps take none. */
  readonly weights?: Float64Array | undefined;
  readonly seed?: number;
}

/** Rows with their targets, later than those that are learned from. */
export interface Later {
  readonly table: FeatureTable;
  readonly targets: Float64Array;
}

/** A sum of trees. */
export interface BoostedTrees {
  readonly loss: Loss;
  readonly names: readonly string[];
  /** Scores that the trees are added to, one per output of the loss. */
  readonly start: readonly number[];
  readonly trees: readonly Tree[];
  /** Mean error on the later rows by number of trees, from none; empty without such rows. */
  readonly errors: readonly number[];
}

/** Of a single output. */
const ONE_WAY: readonly number[] = [1];

const GROWTH: GrowthRules = {
  mostLeaves: 31,
  mostDepth: 64,
  leastRows: 20,
  leastHessian: 1e-3,
  lambda: 0,
};

/**
 * Boosts trees. With `later` rows it stops when they are forecast no better, and keeps the trees up
 * to the best round; which rows are later is the caller's word, never chance.
 * `table`, `targets` finite, one per row · `options` · returns BoostedTrees
 * source Friedman (2001), doi:10.1214/aos/1013203451; Ke et al. (2017), LightGBM, NeurIPS 30
 * checked against reference/trees.json, LightGBM 4.7.0, 1e-6 for all three losses
 */
export function boostTrees(
  table: FeatureTable,
  targets: Float64Array,
  options: BoostOptions & { readonly later?: Later | undefined },
): BoostedTrees {
  const cuts = findCuts(table, options.mostBins);
  return boostBinned(binTable(table, cuts), targets, options);
}

/**
 * Boosts trees on a table that is in bins already.
 * `binned`, `targets` finite, one per row · `options` as for boostTrees · returns BoostedTrees
 */
export function boostBinned(
  binned: BinnedTable,
  targets: Float64Array,
  options: BoostOptions & { readonly later?: Later | undefined },
): BoostedTrees {
  const { loss, rounds, later, patience = 30, leastGain = 0 } = options;
  if (loss.renew !== undefined && options.weights !== undefined)
    throw new Error(`rows cannot be weighted for the ${loss.name} loss`);
  const course = new Course(binned, targets, options);
  const watch = later && new Watch(later, { loss, start: course.start, cuts: binned });
  const trees: Tree[] = [];
  let best = 0;
  while (trees.length < rounds) {
    const tree = course.next();
    // No leaf can be split any more, and none will be: derivatives do not change by that tree.
    if (tree.feature.length === 0 && watch === undefined) break;
    trees.push(tree);
    if (watch === undefined) continue;
    if (watch.see(tree)) best = trees.length;
    if (trees.length - best >= patience || watch.gainOver(patience) < leastGain) break;
  }
  const kept = watch === undefined ? trees : trees.slice(0, best);
  const errors = watch?.errors ?? [];
  return { loss, names: binned.names, start: course.start, trees: kept, errors };
}

/** Models as they were laid out when they were first asked: that takes longer than an answer. */
const walks = new WeakMap<BoostedTrees, TreeWalk>();

/**
 * What the trees say.
 * `model` boosted · `table` with its features · returns answers on the scale of the targets, rows × outputs
 */
export function predictTrees(model: BoostedTrees, table: FeatureTable): Float64Array {
  const scores = repeat(model.start, table.rows);
  const walk = walks.get(model) ?? new TreeWalk(model);
  walks.set(model, walk);
  walk.addTo(scores, table);
  return scores.map(model.loss.answer);
}

/** The error on later rows as trees are added. */
class Watch {
  readonly errors: number[] = [];
  readonly #binned: BinnedTable;
  readonly #targets: Float64Array;
  readonly #scores: Float64Array;
  readonly #rows: Int32Array;
  readonly #loss: Loss;
  /** The least error so far, by number of trees. */
  readonly #least: number[];

  constructor(later: Later, of: { loss: Loss; start: readonly number[]; cuts: BinnedTable }) {
    this.#binned = binTable(later.table, of.cuts);
    this.#targets = later.targets;
    this.#scores = repeat(of.start, later.targets.length);
    this.#rows = Int32Array.from(later.targets, (_, row) => row);
    this.#loss = of.loss;
    this.#least = [this.#measure()];
  }

  #measure(): number {
    let sum = 0;
    for (let i = 0; i < this.#targets.length; i++)
      sum += this.#loss.error(this.#targets[i]!, this.#scores, i);
    const error = sum / this.#targets.length;
    this.errors.push(error);
    return error;
  }

  /** What the last rounds bettered of all that was bettered; Infinity before there were as many. */
  gainOver(rounds: number): number {
    const before = this.#least.at(-1 - rounds);
    const now = this.#least.at(-1)!;
    if (before === undefined) return Number.POSITIVE_INFINITY;
    return (before - now) / (this.#least[0]! - now);
  }

  /** Adds a tree; true where the error became less than ever before. */
  see(tree: Tree): boolean {
    addBinnedTree(this.#scores, tree, { table: this.#binned, rows: this.#rows });
    const error = this.#measure();
    const least = this.#least.at(-1)!;
    this.#least.push(error < least ? error : least);
    return error < least;
  }
}

/** The trees in the making: scores of all rows, and what the next tree sees. */
class Course {
  readonly start: readonly number[];
  readonly #options: BoostOptions;
  /** Whether every second derivative is 1. */
  readonly #allAlike: boolean;
  readonly #table: BinnedTable;
  readonly #targets: Float64Array;
  readonly #scores: Float64Array;
  readonly #powers: readonly Float64Array[];
  readonly #gradient: Float64Array;
  readonly #hessian: Float64Array;
  readonly #whole: ReturnType<typeof newDerivatives>;
  readonly #grower: TreeGrower;
  readonly #random: Random;
  readonly #lacking: Float64Array;

  constructor(table: BinnedTable, targets: Float64Array, options: BoostOptions) {
    const n = table.rows;
    this.#options = options;
    this.#table = table;
    this.#targets = targets;
    const { weights } = options;
    this.#allAlike = options.loss.constantHessian && weights === undefined;
    this.start = options.loss.start(targets, weights);
    this.#scores = repeat(this.start, n);
    const { rates = [] } = options.loss;
    this.#powers = rates.map((rate) => new Float64Array(n).fill(Math.exp(rate * this.start[0]!)));
    this.#gradient = new Float64Array(n);
    this.#hessian = new Float64Array(this.#allAlike ? 0 : n);
    this.#whole = newDerivatives(n);
    this.#lacking = new Float64Array(
      options.loss.renew === undefined ? 0 : n * options.loss.outputs,
    );
    const given = Object.entries(options).filter(([, value]) => value !== undefined);
    this.#grower = new TreeGrower(
      table,
      {
        ...GROWTH,
        ...(Object.fromEntries(given) as Partial<GrowthRules>),
      },
      options.loss.outputs,
    );
    this.#random = seededRandom('trees', options.seed ?? 1);
  }

  next(): Tree {
    const { loss, weights, rowShare = 1, featureShare = 1 } = this.#options;
    const gradient = this.#gradient;
    const hessian = this.#hessian;
    const [targets, scores, powers] = [this.#targets, this.#scores, this.#powers];
    const direction = loss.look?.(this.#random) ?? ONE_WAY;
    loss.derive({ targets, scores, direction, powers, gradient, hessian });
    if (weights !== undefined) {
      if (loss.constantHessian) hessian.fill(1);
      weigh(gradient, weights);
      weigh(hessian, weights);
    }
    const { drawn: rows, rest } = this.#draw(this.#table.rows, rowShare);
    const { drawn: features } = this.#draw(this.#table.names.length, featureShare);
    const second = this.#allAlike ? undefined : hessian;
    roundDerivatives(this.#whole, { rows, gradient, hessian: second });
    const grown = this.#grower.grow({ rows, features, derivatives: this.#whole });
    this.#score(grown);
    this.#carryOn(grown, rest);
    return grown.tree;
  }

  /** A share of the first n whole numbers, and those that are left; both ascending. */
  #draw(n: number, share: number): { readonly drawn: Int32Array; readonly rest: Int32Array } {
    const drawn = new Int32Array(n);
    const rest = new Int32Array(n);
    let count = 0;
    for (let i = 0; i < n; i++) {
      // Both are written, and one is kept: a branch here would be guessed wrong every third time.
      drawn[count] = i;
      rest[i - count] = i;
      count += share < 1 ? +(this.#random.uniform() < share) : 1;
    }
    if (count > 0) return { drawn: drawn.slice(0, count), rest: rest.slice(0, n - count) };
    const one = this.#random.integer(n);
    return { drawn: Int32Array.of(one), rest: rest.filter((i) => i !== one) };
  }

  /** Leaves take the Newton step over their rows, or the steps that the loss asks for. */
  #score({ tree, rowsOf }: Grown): void {
    const { loss, learningRate = 0.1, lambda = GROWTH.lambda } = this.#options;
    const { outputs, renew } = loss;
    rowsOf.forEach((rows, leaf) => {
      if (renew === undefined) {
        tree.leaves[leaf] = learningRate * this.#newtonStep(rows, lambda);
        return;
      }
      this.#lack(rows);
      for (let k = 0; k < outputs; k++) {
        const lacking = this.#lacking.subarray(k * rows.length, (k + 1) * rows.length);
        tree.leaves[leaf * outputs + k] = learningRate * renew(lacking, k);
      }
    });
  }

  /** Writes down what rows still lack of their targets: outputs × rows. */
  #lack(rows: Int32Array): void {
    const { outputs } = this.#options.loss;
    const [lacking, targets, scores] = [this.#lacking, this.#targets, this.#scores];
    for (let k = 0, at = 0; k < outputs; k++)
      for (let i = 0; i < rows.length; i++)
        lacking[at++] = targets[rows[i]!]! - scores[rows[i]! * outputs + k]!;
  }

  #newtonStep(rows: Int32Array, lambda: number): number {
    let first = 0;
    let second = this.#allAlike ? rows.length : 0;
    for (let i = 0; i < rows.length; i++) first += this.#gradient[rows[i]!]!;
    if (!this.#allAlike) for (let i = 0; i < rows.length; i++) second += this.#hessian[rows[i]!]!;
    return second + lambda > 0 ? -first / (second + lambda) : 0;
  }

  /** Adds the tree to all scores: by leaf where its rows are known, through its splits else. */
  #carryOn({ tree, rowsOf }: Grown, rest: Int32Array): void {
    const scores = this.#scores;
    const { outputs, rates = [] } = this.#options.loss;
    rowsOf.forEach((rows, leaf) => {
      for (let k = 0; k < outputs; k++) {
        const step = tree.leaves[leaf * outputs + k]!;
        for (let i = 0; i < rows.length; i++) scores[rows[i]! * outputs + k]! += step;
      }
      rates.forEach((rate, r) => {
        multiply(this.#powers[r]!, { rows, factor: Math.exp(rate * tree.leaves[leaf]!) });
      });
    });
    if (rest.length === 0) return;
    addBinnedTree(scores, tree, { table: this.#table, rows: rest });
    rates.forEach((rate, r) => {
      for (const row of rest) this.#powers[r]![row] = Math.exp(rate * scores[row]!);
    });
  }
}

/** `values` over and over, `times` times. */
function repeat(values: readonly number[], times: number): Float64Array {
  const all = new Float64Array(values.length * times);
  for (let i = 0; i < all.length; i++) all[i] = values[i % values.length]!;
  return all;
}

function weigh(values: Float64Array, weights: Float64Array): void {
  for (let i = 0; i < values.length; i++) values[i]! *= weights[i]!;
}

function multiply(values: Float64Array, by: { rows: Int32Array; factor: number }): void {
  for (let i = 0; i < by.rows.length; i++) values[by.rows[i]!]! *= by.factor;
}
