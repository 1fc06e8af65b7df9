import { copyBlock } from './copy-block.ts';
import { type LocationScale, normalise, standardise } from './instance-norm.ts';
import { cutIntoPatches, patchesOf } from './patches.ts';
import { interpolateQuantile, probabilityMasses, weightedQuantiles } from './quantile-levels.ts';
import type { Chronos2Config } from './read-config.ts';
import { inBatches, type RunGraph } from './run-graph.ts';

export interface Chronos2Model {
  readonly config: Chronos2Config;
  /** For series on their own. */
  readonly run: RunGraph;
  /** For groups; loaded when the first one comes. */
  readonly runGroups: RunGraph;
}

/** A series that is part of a group: its past, and as much of its future as is known. */
export interface GroupRow {
  readonly context: Float32Array;
  /** As long as the horizon; NaN where the future is to be forecast or is not known. */
  readonly future: Float32Array;
}

/** Series that are forecast together: targets first, covariates after them. */
export type Group = readonly GroupRow[];

/** A block of forecasts for one row: levels × periods. */
type Block = Float32Array;

/** The quantiles that continue a series beyond the model's own horizon, as in the reference. */
const PATHS = [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9] as const;

/** Forecasts groups of series; for each row of each group, trained levels × horizon. */
export async function forecastChronos2(
  model: Chronos2Model,
  groups: readonly Group[],
  horizon: number,
): Promise<Block[][]> {
  const { patchSize, contextLength, maxOutputPatches, quantiles } = model.config;
  const results = groups.map((g) => g.map(() => new Float32Array(quantiles.length * horizon)));
  let paths: Group[][] = groups.map((group) => [
    group.map((row) => ({ ...row, context: row.context.slice(-contextLength) })),
  ]);
  for (let from = 0; from < horizon; ) {
    const ahead = Math.min(patchesOf(horizon - from, patchSize), maxOutputPatches);
    const answers = await answer(model, paths.flat(), ahead);
    const blocks = paths.map((own) => reduce(answers.splice(0, own.length), model.config));
    for (const [i, rows] of blocks.entries())
      for (const [row, block] of rows.entries())
        copyBlock(results[i]![row]!, block, { from, horizon, levels: quantiles.length });
    from += ahead * patchSize;
    if (from >= horizon) break;
    paths = paths.map((own, i) => continuePaths(own, blocks[i]!, model.config));
  }
  return results;
}

/** The model's own block for each row of each group. */
async function answer(
  model: Chronos2Model,
  groups: readonly Group[],
  ahead: number,
): Promise<Block[][]> {
  const { patchSize } = model.config;
  const longest = (group: Group) => Math.max(...group.map(({ context }) => context.length));
  const sizeOf = (group: Group) => ({
    rows: group.length,
    tokens: Math.max(1, patchesOf(longest(group), patchSize)) + 1 + ahead,
  });
  return inBatches(groups, sizeOf, (batch) => runBatch(model, batch, ahead));
}

async function runBatch(
  model: Chronos2Model,
  batch: readonly Group[],
  ahead: number,
): Promise<Block[][]> {
  const { patchSize, timeEncodingScale: timeScale, useArcsinh } = model.config;
  const rows = batch.flat();
  const normalised = rows.map(({ context }) => normalise(context));
  const bent = normalised.map((s) => (useArcsinh ? { ...s, values: s.values.map(Math.asinh) } : s));
  const cut = cutIntoPatches(bent, { patchSize, extraTokens: 1 + ahead, timeScale });
  const size = batch[0]!.length;
  const run = size === 1 ? model.run : model.runGroups;
  const output = await run({
    patches: { data: cut.patches, dims: [rows.length, cut.count, 3 * patchSize] },
    future: {
      data: cutFuture(rows, { normalised, ahead, config: model.config }),
      dims: [rows.length, ahead, 3 * patchSize],
    },
    seen: { data: cut.seen, dims: [rows.length, cut.tokens] },
    ...(size > 1 && { group_size: { data: BigInt64Array.of(BigInt(size)), dims: [1] } }),
  });
  const each = output.length / rows.length;
  const blocks = normalised.map((scaling, row) =>
    readBlock(output.subarray(row * each, (row + 1) * each), {
      scaling,
      ahead,
      config: model.config,
    }),
  );
  return batch.map((group) => blocks.splice(0, group.length));
}

/** [time, values, what of them is known] of the periods ahead, patch by patch. */
function cutFuture(
  rows: readonly GroupRow[],
  options: { normalised: readonly LocationScale[]; ahead: number; config: Chronos2Config },
): Float32Array {
  const { normalised, ahead, config } = options;
  const { patchSize, timeEncodingScale, useArcsinh } = config;
  const cut = new Float32Array(rows.length * ahead * 3 * patchSize);
  for (const [row, { future }] of rows.entries()) {
    const known = standardise(future.subarray(0, ahead * patchSize), normalised[row]!);
    for (let at = 0; at < ahead * patchSize; at++) {
      const patch = Math.floor(at / patchSize);
      const place = ((row * ahead + patch) * 3 - patch) * patchSize + at;
      cut[place] = at / timeEncodingScale;
      const value = at < known.length ? known[at]! : Number.NaN;
      if (Number.isNaN(value)) continue;
      cut[place + patchSize] = useArcsinh ? Math.asinh(value) : value;
      cut[place + 2 * patchSize] = 1;
    }
  }
  return cut;
}

/** [patch ahead, level, period in patch] → [level, period], no longer normalised. */
function readBlock(
  output: Float32Array,
  options: { scaling: LocationScale; ahead: number; config: Chronos2Config },
): Block {
  const { scaling, ahead, config } = options;
  const { patchSize, quantiles, useArcsinh } = config;
  const length = ahead * patchSize;
  return new Float32Array(quantiles.length * length).map((_, i) => {
    const [level, period] = [Math.floor(i / length), i % length];
    const patch = Math.floor(period / patchSize);
    const value = output[(patch * (quantiles.length - 1) + level) * patchSize + period]!;
    const straight = useArcsinh ? Math.fround(Math.sinh(value)) : value;
    return Math.fround(straight * scaling.scale) + scaling.location;
  });
}

/** Of the blocks that several paths led to, the quantiles by weight; a single block stands. */
function reduce(paths: readonly (readonly Block[])[], { quantiles }: Chronos2Config): Block[] {
  if (paths.length === 1) return [...paths[0]!];
  const inner = probabilityMasses(quantiles);
  const weights = probabilityMasses(PATHS).flatMap((outer) => inner.map((mass) => outer * mass));
  const values = new Float32Array(weights.length);
  return paths[0]!.map((first, row) => {
    const length = first.length / quantiles.length;
    const block = new Float32Array(first.length);
    for (let period = 0; period < length; period++) {
      for (let k = 0; k < values.length; k++) {
        const [path, level] = [Math.floor(k / quantiles.length), k % quantiles.length];
        values[k] = paths[path]![row]![level * length + period]!;
      }
      for (const [level, value] of weightedQuantiles({ values, weights }, quantiles).entries())
        block[level * length + period] = value;
    }
    return block;
  });
}

/** One path for each of nine quantiles; what is known of the future stands in place of forecasts. */
function continuePaths(
  paths: readonly Group[],
  blocks: readonly Block[],
  { quantiles, contextLength }: Chronos2Config,
): Group[] {
  return PATHS.map((share, path) =>
    (paths[path] ?? paths[0]!).map(({ context, future }, row) => {
      const block = blocks[row]!;
      const length = block.length / quantiles.length;
      const longer = new Float32Array(context.length + length);
      longer.set(context);
      for (let period = 0; period < length; period++) {
        const values = quantiles.map((_, level) => block[level * length + period]!);
        const known = future[period] ?? Number.NaN;
        longer[context.length + period] = Number.isNaN(known)
          ? interpolateQuantile({ levels: quantiles, values }, share)
          : known;
      }
      return { context: longer.slice(-contextLength), future: future.subarray(length) };
    }),
  );
}
