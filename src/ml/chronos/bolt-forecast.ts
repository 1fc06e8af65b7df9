import { copyBlock } from './copy-block.ts';
import { normalise } from './instance-norm.ts';
import { cutIntoPatches, patchesOf } from './patches.ts';
import { empiricalQuantile } from './quantile-levels.ts';
import type { BoltConfig } from './read-config.ts';
import { inBatches, type RunGraph } from './run-graph.ts';

/** Trained quantiles of one series: levels × horizon, level after level. */
export type TrainedQuantiles = Float32Array;

export interface BoltModel {
  readonly config: BoltConfig;
  readonly run: RunGraph;
}

/**
 * Forecasts series with Chronos-Bolt. A horizon beyond the trained one is rolled out as the reference
 * does: each quantile of the last block continues the series once, and of the answers to all of them
 * the quantiles are taken.
 */
export async function forecastBolt(
  model: BoltModel,
  series: readonly Float32Array[],
  horizon: number,
): Promise<TrainedQuantiles[]> {
  const { contextLength, predictionLength, quantiles } = model.config;
  const levels = quantiles.length;
  const results = series.map(() => new Float32Array(levels * horizon));
  let contexts: Float32Array[][] = series.map((values) => [values.slice(-contextLength)]);
  for (let from = 0; from < horizon; from += predictionLength) {
    const answers = await answer(model, contexts.flat());
    const blocks = contexts.map((paths) => reduce(answers.splice(0, paths.length), model.config));
    for (const [i, block] of blocks.entries())
      copyBlock(results[i]!, block, { from, horizon, levels });
    if (from + predictionLength >= horizon) break;
    contexts = contexts.map((paths, i) => continuePaths(paths, blocks[i]!, model.config));
  }
  return results;
}

/** The model's own block for each context: levels × prediction length. */
async function answer(
  model: BoltModel,
  contexts: readonly Float32Array[],
): Promise<Float32Array[]> {
  const { patchSize, useRegToken } = model.config;
  const extraTokens = useRegToken ? 1 : 0;
  const sizeOf = (context: Float32Array) => ({
    rows: 1,
    tokens: Math.max(1, patchesOf(context.length, patchSize)) + extraTokens,
  });
  return inBatches(contexts, sizeOf, async (batch) => {
    const normalised = batch.map(normalise);
    const cut = cutIntoPatches(normalised, { patchSize, extraTokens });
    const rows = batch.length;
    const output = await model.run({
      patches: { data: cut.patches, dims: [rows, cut.count, 2 * patchSize] },
      seen: { data: cut.seen, dims: [rows, cut.tokens] },
    });
    const size = output.length / rows;
    return normalised.map(({ location, scale }, row) =>
      output
        .subarray(row * size, (row + 1) * size)
        .map((value) => Math.fround(value * scale) + location),
    );
  });
}

/** Of the blocks that several paths led to, the quantiles at each period; a single block stands. */
function reduce(blocks: readonly Float32Array[], config: BoltConfig): Float32Array {
  const { predictionLength: length, quantiles } = config;
  if (blocks.length === 1) return blocks[0]!;
  const reduced = new Float32Array(quantiles.length * length);
  const sample = new Float32Array(blocks.length * quantiles.length);
  for (let period = 0; period < length; period++) {
    for (const [path, block] of blocks.entries())
      for (let level = 0; level < quantiles.length; level++)
        sample[path * quantiles.length + level] = block[level * length + period]!;
    sample.sort();
    for (const [level, share] of quantiles.entries())
      reduced[level * length + period] = empiricalQuantile(sample, share);
  }
  return reduced;
}

/** One path for each quantile: what was known on that path, then the quantile of the last block. */
function continuePaths(
  paths: readonly Float32Array[],
  block: Float32Array,
  { predictionLength: length, quantiles, contextLength }: BoltConfig,
): Float32Array[] {
  return quantiles.map((_, level) => {
    const known = paths[level] ?? paths[0]!;
    const longer = new Float32Array(known.length + length);
    longer.set(known);
    longer.set(block.subarray(level * length, (level + 1) * length), known.length);
    return longer.slice(-contextLength);
  });
}
