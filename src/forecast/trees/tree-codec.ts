/** Boosted trees as JSON, and back. */

import type { BoostedTrees } from './boost.ts';
import type { FittedTrees } from './forecast-trees.ts';
import { lossNamed } from './losses.ts';
import type { Ground } from './panel.ts';
import type { Tree } from './tree.ts';

const FORMAT = 'parstock-trees';
const VERSION = 2;

/** Boosted trees that could not be read: where, what was found, what was wanted. */
export interface UnreadableTrees {
  readonly ok: false;
  readonly where: string;
  readonly found: string;
  readonly wanted: string;
}

/**
 * Writes a model down; numbers come back to the last bit.
 * `model` boosted · returns JSON text
 */
export function encodeTrees(model: BoostedTrees): string {
  const { loss, names, start, trees } = model;
  return JSON.stringify({
    format: FORMAT,
    version: VERSION,
    loss: { name: loss.name, parameters: loss.parameters },
    names,
    start,
    trees: trees.map((tree) => ({
      feature: [...tree.feature],
      // Infinity, which stands for any value that is not missing, and NaN are no JSON.
      threshold: Array.from(tree.threshold, (value) => (Number.isFinite(value) ? value : null)),
      bin: [...tree.bin],
      categories: tree.categories.map((group) => group ?? null),
      missingLeft: [...tree.missingLeft],
      left: [...tree.left],
      right: [...tree.right],
      gain: [...tree.gain],
      leaves: [...tree.leaves],
    })),
  });
}

/**
 * Reads what encodeTrees wrote. Nothing else is let through: not another format or version, no loss
 * that is not known, no tree whose parts do not fit together or whose children lead in a circle.
 * `text` JSON · returns BoostedTrees, or what is wrong with it
 */
export function decodeTrees(
  text: string,
): { readonly ok: true; readonly model: BoostedTrees } | UnreadableTrees {
  let read: unknown;
  try {
    read = JSON.parse(text);
  } catch {
    return refuse('the text', `${text.slice(0, 20)}…`, 'JSON');
  }
  const { format, version, loss, names, start, trees } = recordOf(read);
  if (format !== FORMAT) return refuse('format', format, FORMAT);
  if (version !== VERSION) return refuse('version', version, String(VERSION));
  const { name, parameters } = recordOf(loss);
  const known = isNumbers(parameters) ? lossNamed(String(name), parameters) : undefined;
  if (!known) return refuse('loss', loss, 'squared, quantile or tweedie with its parameters');
  const { outputs } = known;
  if (!isList(names) || !names.every((one) => typeof one === 'string'))
    return refuse('names', names, 'names of features');
  if (!isNumbers(start) || start.length !== outputs)
    return refuse('start', start, `a list of ${outputs} numbers`);
  if (!isList(trees)) return refuse('trees', trees, 'a list');
  const decoded: Tree[] = [];
  for (const [i, one] of trees.entries()) {
    const tree = decodeTree(recordOf(one), { features: names.length, outputs });
    if (typeof tree === 'string') return refuse(`trees/${i}/${tree}`, one, 'parts that fit');
    decoded.push(tree);
  }
  return { ok: true, model: { loss: known, names, start, trees: decoded, errors: [] } };
}

/** Fitted trees as plain data: models are text, as a loss has functions, which do not cross to another thread. */
export interface TreeText {
  readonly ground: Ground;
  /** One per head, of encodeTrees. */
  readonly heads: readonly string[];
}

/**
 * Fitted trees from plain data of the same program: what cannot be read is a bug, and thrown.
 * `text` ground and heads · returns FittedTrees
 */
export function readTrees({ ground, heads }: TreeText): FittedTrees {
  return {
    ground,
    heads: heads.map((text) => {
      const read = decodeTrees(text);
      if (read.ok) return read.model;
      throw new Error(`fitted trees cannot be read at ${read.where}: ${read.found}`);
    }),
  };
}

/** A tree, or the name of the part that is wrong. */
function decodeTree(
  from: Record<string, unknown>,
  { features, outputs }: { readonly features: number; readonly outputs: number },
): Tree | string {
  const { leaves, categories, threshold } = from;
  if (!isNumbers(leaves) || leaves.length === 0 || leaves.length % outputs > 0) return 'leaves';
  const nodes = leaves.length / outputs - 1;
  for (const part of ['feature', 'bin', 'missingLeft', 'left', 'right', 'gain'])
    if (!isNumbers(from[part]) || from[part].length !== nodes) return part;
  const ofNodes = (value: unknown): value is unknown[] => isList(value) && value.length === nodes;
  if (!ofNodes(threshold) || !threshold.every((one) => one === null || typeof one === 'number'))
    return 'threshold';
  if (!ofNodes(categories) || !categories.every((one) => one === null || isNumbers(one)))
    return 'categories';
  const groups = categories.map((one) => (one as number[] | null) ?? undefined);
  const tree: Tree = {
    feature: Int32Array.from(from.feature as number[]),
    bin: Int32Array.from(from.bin as number[]),
    categories: groups,
    threshold: Float64Array.from(threshold, (one, i) =>
      groups[i] !== undefined ? Number.NaN : ((one as number | null) ?? Number.POSITIVE_INFINITY),
    ),
    missingLeft: Uint8Array.from(from.missingLeft as number[]),
    left: Int32Array.from(from.left as number[]),
    right: Int32Array.from(from.right as number[]),
    gain: Float64Array.from(from.gain as number[]),
    leaves: Float64Array.from(leaves),
  };
  if (!tree.feature.every((f) => f >= 0 && f < features)) return 'feature';
  // A child comes after its parent, so that no walk is endless.
  const fits = (child: number, node: number) =>
    child < 0 ? ~child <= nodes : child > node && child < nodes;
  if (!tree.left.every(fits)) return 'left';
  return tree.right.every(fits) ? tree : 'right';
}

function recordOf(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
}

function isList(value: unknown): value is unknown[] {
  return Array.isArray(value);
}

function isNumbers(value: unknown): value is number[] {
  return isList(value) && value.every((one) => typeof one === 'number' && Number.isFinite(one));
}

function refuse(where: string, found: unknown, wanted: string): UnreadableTrees {
  return { ok: false, where, found: (JSON.stringify(found) ?? 'nothing').slice(0, 60), wanted };
}
