import { elementTypes } from '../onnx/tensor-data.ts';
import {
  addAndNorm,
  feedForward,
  type LayerContext,
  linear,
  multiHeadAttention,
  product,
  residualBlock,
  rootMeanSquareNorm,
  runtimeDomain,
  type Stream,
} from './layers.ts';
import { multiply, transpose } from './matrix.ts';
import type { Chronos2Config } from './read-config.ts';

/** What every layer of one graph shares. */
interface Chronos2Context extends LayerContext {
  readonly config: Chronos2Config;
  /** Whether series of a group look at each other; alone, a series needs half of the work. */
  readonly grouped: boolean;
  readonly seen: string;
  /** How many series a group has, as a list of one number. */
  readonly groupSize: string;
  /** How many tokens lie in the future, as a list of one number. */
  readonly ahead: string;
  readonly rotation: Rotation;
}

interface Rotation {
  readonly cosines: string;
  readonly sines: string;
}

/**
 * Chronos-2 as a graph. In: `patches` [rows, patches, 3 × patch size] and `future` the same for what
 * lies ahead (time, values, what of them is known), `seen` [rows, tokens], and, for groups,
 * `group_size`: the rows of a group follow each other. Out: `quantiles` [rows, patches ahead,
 * levels × patch size], still normalised.
 *
 * source Ansari et al. (2025), arXiv:2510.15821, and the published package
 */
export function buildChronos2Graph(
  layers: LayerContext,
  { config, grouped }: { config: Chronos2Config; grouped: boolean },
): void {
  const { graph } = layers;
  const float = elementTypes.float;
  const dims = (tokens: string) => ['rows', tokens, 3 * config.patchSize];
  const patches = graph.input('patches', { type: float, dims: dims('patches') });
  const future = graph.input('future', { type: float, dims: dims('ahead') });
  const seen = graph.input('seen', { type: elementTypes.int32, dims: ['rows', 'tokens'] });
  const groupSize = grouped
    ? graph.input('group_size', { type: elementTypes.int64, dims: [1] })
    : graph.integers(1);
  const ahead = graph.node('Shape', [future], { attributes: { start: 1, end: 2 } });
  const rotation = rotationTables(layers, config);
  const context = { ...layers, config, grouped, seen, groupSize, ahead, rotation };
  const encoded = encode(context, embed(context, { patches, future }));
  const quantiles = residualBlock(context, encoded, {
    name: 'output_patch_embedding',
    from: config.dModel,
    hidden: config.dFeedForward,
    to: config.quantiles.length * config.patchSize,
  });
  graph.rename(quantiles, 'quantiles');
  const to = config.quantiles.length * config.patchSize;
  graph.output('quantiles', { type: float, dims: ['rows', 'ahead', to] });
}

/** Past and future pass the same door; the learned token stands between them. */
function embed(
  context: Chronos2Context,
  { patches, future }: { patches: string; future: string },
): string {
  const { graph, config } = context;
  const block = (input: string) =>
    residualBlock(context, input, {
      name: 'input_patch_embedding',
      from: 3 * config.patchSize,
      hidden: config.dFeedForward,
      to: config.dModel,
    });
  const table = context.weights.readFloat32('shared.weight', [2, config.dModel]);
  const data = table.slice(config.dModel);
  const token = graph.tensor('reg', { dims: [1, 1, config.dModel], data });
  const rows = graph.node('Shape', [patches], { attributes: { start: 0, end: 1 } });
  const shape = concat(context, [rows, graph.integers(1, config.dModel)]);
  const between = graph.node('Expand', [token, shape]);
  return graph.node('Concat', [block(patches), between, block(future)], {
    attributes: { axis: 1 },
  });
}

function encode(context: Chronos2Context, tokens: string): string {
  const { config } = context;
  const size = config.dModel;
  const norm = (layer: number, part: number) => ({
    name: `encoder.block.${layer}.layer.${part}.layer_norm`,
    size,
  });
  let stream = rootMeanSquareNorm(context, tokens, norm(0, 0));
  for (let layer = 0; layer < config.layers; layer++) {
    const block = `encoder.block.${layer}.layer`;
    const last = layer === config.layers - 1;
    // Only the tokens ahead are answered for: in the last layer, the past is looked at and no more.
    const time = timeAttention(context, stream, { name: `${block}.0.self_attention`, last });
    stream = addAndNorm(context, time, norm(layer, 1));
    const group = groupAttention(context, stream, { name: `${block}.1.self_attention`, last });
    stream = addAndNorm(context, { sum: stream.sum, found: group }, norm(layer, 2));
    const mlp = { wi: `${block}.2.mlp.wi`, wo: `${block}.2.mlp.wo`, size };
    const found = feedForward(context, stream.normed, { ...mlp, hidden: config.dFeedForward });
    const next = last ? { name: 'encoder.final_layer_norm', size } : norm(layer + 1, 0);
    stream = addAndNorm(context, { sum: stream.sum, found }, next);
  }
  return stream.normed;
}

/** Attention along the tokens of a row. Gives what was found, and the sum that it is added to. */
function timeAttention(
  context: Chronos2Context,
  stream: Stream,
  { name, last }: { name: string; last: boolean },
): { sum: string; found: string } {
  const { config, seen } = context;
  const inner = config.heads * config.dHead;
  const asking = last ? lastTokens(context, stream.normed) : stream.normed;
  const project = (input: string, part: string) =>
    linear(context, input, { name: `${name}.${part}`, from: config.dModel, to: inner });
  const start = last ? firstAhead(context, stream.normed) : context.graph.integers(0);
  const query = rotate(context, project(asking, 'q'), start);
  const key = rotate(context, project(stream.normed, 'k'), context.graph.integers(0));
  const value = project(stream.normed, 'v');
  const mixed = multiHeadAttention(context, { query, key, value, keyMask: seen }, config.heads);
  const found = linear(context, mixed, { name: `${name}.o`, from: inner, to: config.dModel });
  return { sum: last ? lastTokens(context, stream.sum) : stream.sum, found };
}

/** Attention across the series of a group, token by token. */
function groupAttention(
  context: Chronos2Context,
  { normed }: Stream,
  { name, last }: { name: string; last: boolean },
): string {
  if (!context.grouped) return lookAtItself(context, normed, name);
  const { graph, config, groupSize } = context;
  const { dModel: from, heads } = config;
  const to = heads * config.dHead;
  const tokens = graph.node('Shape', [normed], { attributes: { start: 1, end: 2 } });
  const any = graph.integers(-1);
  const size = graph.integers(from);
  const turned = swapMiddle(context, normed, [any, groupSize, tokens, size]);
  const byToken = graph.node('Reshape', [turned, concat(context, [any, groupSize, size])]);
  const project = (part: string) => linear(context, byToken, { name: `${name}.${part}`, from, to });
  const shown = last ? lastTokens(context, context.seen) : context.seen;
  const one = graph.integers(1);
  const mask = swapMiddle(context, shown, [any, groupSize, tokens, one]);
  const keyMask = graph.node('Reshape', [mask, concat(context, [any, groupSize])]);
  const [query, key, value] = [project('q'), project('k'), project('v')];
  const mixed = multiHeadAttention(context, { query, key, value, keyMask }, heads);
  const found = linear(context, mixed, { name: `${name}.o`, from: to, to: from });
  const back = swapMiddle(context, found, [any, tokens, groupSize, size]);
  return graph.node('Reshape', [back, concat(context, [any, tokens, size])]);
}

/**
 * A series alone in its group gives itself all of its attention: what it finds is its own value,
 * carried through, and the two products become one. (Where nothing of a token was seen, the reference
 * mixes all series evenly; nobody attends to such a token, so that no answer depends on it.)
 */
function lookAtItself(context: Chronos2Context, input: string, name: string): string {
  const { weights, config } = context;
  const inner = config.heads * config.dHead;
  const out = weights.readFloat32(`${name}.o.weight`, [config.dModel, inner]);
  const value = weights.readFloat32(`${name}.v.weight`, [inner, config.dModel]);
  const both = multiply(
    { rows: config.dModel, columns: inner, data: out },
    { rows: inner, columns: config.dModel, data: value },
  );
  return product(context, input, { name: `${name}.ov`, matrix: transpose(both) });
}

/** [a × b, c, d] or [a × b, c] seen as [a, b, c, d], with b and c in each other's place. */
function swapMiddle(
  context: Chronos2Context,
  input: string,
  dims: [string, string, string, string],
): string {
  const { graph } = context;
  const split = graph.node('Reshape', [input, concat(context, dims)]);
  return graph.node('Transpose', [split], { attributes: { perm: [0, 2, 1, 3] } });
}

function lastTokens(context: Chronos2Context, input: string): string {
  const { graph, ahead } = context;
  const start = graph.node('Neg', [ahead]);
  const end = graph.integers(Number.MAX_SAFE_INTEGER);
  return graph.node('Slice', [input, start, end, graph.integers(1)]);
}

function firstAhead(context: Chronos2Context, input: string): string {
  const { graph, ahead } = context;
  const tokens = graph.node('Shape', [input], { attributes: { start: 1, end: 2 } });
  return graph.node('Sub', [tokens, ahead]);
}

function concat({ graph }: LayerContext, parts: readonly string[]): string {
  return graph.node('Concat', parts, { attributes: { axis: 0 } });
}

/** Turns pairs of numbers of each head by an angle that grows with the token's place. */
function rotate(
  { graph, rotation, config }: Chronos2Context,
  input: string,
  start: string,
): string {
  return graph.node('RotaryEmbedding', [input, start, rotation.cosines, rotation.sines], {
    domain: runtimeDomain,
    attributes: { num_heads: config.heads },
  });
}

/** source Su et al. (2021), arXiv:2104.09864, section 3.2.2; halves, not neighbours, make a pair */
function rotationTables({ graph }: LayerContext, config: Chronos2Config): Rotation {
  const { patchSize, contextLength, maxOutputPatches, dHead, ropeTheta } = config;
  const length = Math.ceil(contextLength / patchSize) + 1 + maxOutputPatches;
  const half = dHead / 2;
  const angles = Float64Array.from({ length: length * half }, (_, i) => {
    const frequency = Math.fround(
      1 / Math.fround(ropeTheta ** Math.fround((2 * (i % half)) / dHead)),
    );
    return Math.fround(Math.floor(i / half) * frequency);
  });
  const dims = [length, half];
  return {
    cosines: graph.tensor('cosines', { dims, data: Float32Array.from(angles, Math.cos) }),
    sines: graph.tensor('sines', { dims, data: Float32Array.from(angles, Math.sin) }),
  };
}
