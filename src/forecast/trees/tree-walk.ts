/** The way of many rows down many trees: sets of rows take it together, as the bits of a word. */

import type { FeatureTable } from './binning.ts';
import { outputsOf, type Tree } from './tree.ts';

/** Rows in a set: the bits of a word. */
const SET = 32;

/** What a split asks of a row. */
interface Question {
  readonly feature: number;
  readonly threshold: number;
  readonly group: readonly number[] | undefined;
  readonly missingLeft: boolean;
}

/** Rows of a table that are on their way together. */
interface RowSet {
  readonly table: FeatureTable;
  readonly first: number;
  readonly count: number;
}

/**
 * Trees laid out to be walked. Many splits ask the same question: each is asked once of a set of rows, once of
 * all where they have the same value, as the periods ahead of one origin mostly have, and its answer
 * parts the set wherever it comes up. Row by row, every other turn is one that a processor guesses wrong.
 */
export class TreeWalk {
  readonly #questions: Question[] = [];
  /** Through the nodes of all trees: number of the question, and of the children; below zero is the leaf ~child. */
  readonly #question: Int32Array;
  readonly #left: Int32Array;
  readonly #right: Int32Array;
  readonly #leaves: Float64Array;
  readonly #roots: Int32Array;
  readonly #outputs: number;
  /** By question: the rows that go left, and the number of the set that it was last asked of. */
  readonly #answers: Int32Array;
  readonly #askedOf: Int32Array;
  #set = 0;
  /** By feature, 1 where all rows of the set have the same value. */
  readonly #shared: Uint8Array;
  /** Nodes to be visited later, each with its rows: never more than there are rows in a set. */
  readonly #waiting = new Int32Array(2 * SET);

  constructor({ names, trees }: { names: readonly string[]; trees: readonly Tree[] }) {
    this.#outputs = trees[0] === undefined ? 1 : outputsOf(trees[0]);
    const { left, right, roots } = inOneRow(trees);
    this.#left = left;
    this.#right = right;
    this.#roots = roots;
    this.#leaves = Float64Array.from(trees.flatMap(({ leaves }) => [...leaves]));
    this.#question = this.#number(trees);
    this.#answers = new Int32Array(this.#questions.length);
    this.#askedOf = new Int32Array(this.#questions.length);
    this.#shared = new Uint8Array(names.length);
  }

  /** Numbers of the questions of all nodes; equal ones have one. */
  #number(trees: readonly Tree[]): Int32Array {
    const numbers = new Map<string, number>();
    const ofNodes = trees.flatMap((tree) =>
      Array.from(tree.feature, (feature, node) => {
        const threshold = tree.threshold[node]!;
        const group = tree.categories[node];
        const missingLeft = tree.missingLeft[node] === 1;
        const key = [feature, threshold, missingLeft, group].join();
        if (!numbers.has(key))
          numbers.set(key, this.#questions.push({ feature, threshold, group, missingLeft }) - 1);
        return numbers.get(key)!;
      }),
    );
    return Int32Array.from(ofNodes);
  }

  /**
   * Adds what the trees say of each row to its scores, one tree after the other.
   * `scores` rows × outputs · `table` with the features that the trees were grown on
   */
  addTo(scores: Float64Array, table: FeatureTable): void {
    for (let first = 0; first < table.rows; first += SET)
      this.#walk(scores, { table, first, count: Math.min(SET, table.rows - first) });
  }

  #walk(scores: Float64Array, set: RowSet): void {
    const { first, count } = set;
    const all = count === SET ? -1 : (1 << count) - 1;
    const waiting = this.#waiting;
    const outputs = this.#outputs;
    this.#set++;
    this.#findShared(set);
    for (let tree = 0; tree < this.#roots.length; tree++) {
      let top = 0;
      let node = this.#roots[tree]!;
      for (let rows = all; ; rows = waiting[top]!, node = waiting[top + 1]!) {
        while (node >= 0) {
          const question = this.#question[node]!;
          if (this.#askedOf[question] !== this.#set) this.#ask(question, set);
          const goLeft = rows & this.#answers[question]!;
          const goRight = rows & ~goLeft;
          if (goLeft !== 0 && goRight !== 0) {
            waiting[top] = goRight;
            waiting[top + 1] = this.#right[node]!;
            top += 2;
          }
          rows = goLeft === 0 ? rows : goLeft;
          node = goLeft === 0 ? this.#right[node]! : this.#left[node]!;
        }
        const leaf = ~node * outputs;
        for (; rows !== 0; rows &= rows - 1) {
          const at = (first + lowestBit(rows)) * outputs;
          for (let k = 0; k < outputs; k++) scores[at + k]! += this.#leaves[leaf + k]!;
        }
        if (top === 0) break;
        top -= 2;
      }
    }
  }

  #findShared({ table, first, count }: RowSet): void {
    const { values, names } = table;
    const width = names.length;
    const end = (first + count) * width;
    for (let feature = 0; feature < width; feature++) {
      const from = first * width + feature;
      const value = values[from]!;
      let at = from + width;
      if (Number.isNaN(value)) while (at < end && Number.isNaN(values[at]!)) at += width;
      else while (at < end && values[at] === value) at += width;
      this.#shared[feature] = at < end ? 0 : 1;
    }
  }

  #ask(number: number, { table, first, count }: RowSet): void {
    const question = this.#questions[number]!;
    const { feature, threshold, group, missingLeft } = question;
    const { values, names } = table;
    const width = names.length;
    const from = first * width + feature;
    const end = from + count * width;
    let answer = 0;
    if (this.#shared[feature] === 1) answer = goesLeft(question, values[from]!) ? -1 : 0;
    else if (group !== undefined)
      for (let at = from, i = 0; at < end; at += width, i++)
        answer |= +group.includes(values[at]!) << i;
    // What is missing is neither above nor below.
    else if (missingLeft)
      for (let at = from, i = 0; at < end; at += width, i++)
        answer |= (1 - +(values[at]! > threshold)) << i;
    else
      for (let at = from, i = 0; at < end; at += width, i++)
        answer |= +(values[at]! <= threshold) << i;
    this.#answers[number] = answer;
    this.#askedOf[number] = this.#set;
  }
}

function goesLeft({ threshold, group, missingLeft }: Question, value: number): boolean {
  if (group !== undefined) return group.includes(value);
  return Number.isNaN(value) ? missingLeft : value <= threshold;
}

function lowestBit(word: number): number {
  return 31 - Math.clz32(word & -word);
}

/** Numbers nodes and leaves through all trees. */
function inOneRow(trees: readonly Tree[]) {
  const left: number[] = [];
  const right: number[] = [];
  let leaves = 0;
  const roots = Int32Array.from(trees, (tree) => {
    const nodes = left.length;
    const place = (child: number) => (child < 0 ? child - leaves : child + nodes);
    for (const child of tree.left) left.push(place(child));
    for (const child of tree.right) right.push(place(child));
    const root = place(tree.feature.length === 0 ? -1 : 0);
    leaves += tree.feature.length + 1;
    return root;
  });
  return { left: Int32Array.from(left), right: Int32Array.from(right), roots };
}
