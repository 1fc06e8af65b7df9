import type { GraphBuilder } from '../onnx/graph-builder.ts';
import { elementTypes } from '../onnx/tensor-data.ts';
import {
  addAndNorm,
  feedForward,
  type LayerContext,
  linear,
  multiHeadAttention,
  residualBlock,
  rootMeanSquareNorm,
  runtimeDomain,
  type Stream,
} from './layers.ts';
import { transpose } from './matrix.ts';
import { positionBias } from './position-bias.ts';
import type { BoltConfig } from './read-config.ts';

/**
 * Chronos-Bolt as a graph. In: `patches` [batch, patches, 2 × patch size] (values, then what of them
 * was seen) and `seen` [batch, tokens] (1 where a token may be attended to). Out: `quantiles`
 * [batch, levels × prediction length], still normalised.
 *
 * source Ansari et al. (2024), arXiv:2403.07815, and the published package; T5 by Raffel et al. (2020)
 */
export function buildBoltGraph(context: LayerContext, config: BoltConfig): void {
  const { graph } = context;
  const patches = graph.input('patches', {
    type: elementTypes.float,
    dims: ['batch', 'patches', 2 * config.patchSize],
  });
  const seen = graph.input('seen', { type: elementTypes.int32, dims: ['batch', 'tokens'] });
  const embedded = residualBlock(context, patches, {
    name: 'input_patch_embedding',
    from: 2 * config.patchSize,
    hidden: config.dFeedForward,
    to: config.dModel,
  });
  const tokens = config.useRegToken
    ? appendToken(context, { embedded, patches, config })
    : embedded;
  const encoded = encode(context, { tokens, seen, config });
  const decoded = decode(context, { encoded, seen, config });
  const outputs = config.quantiles.length * config.predictionLength;
  const quantiles = residualBlock(exact(context), decoded, {
    name: 'output_patch_embedding',
    from: config.dModel,
    hidden: config.dFeedForward,
    to: outputs,
  });
  graph.rename(quantiles, 'quantiles');
  graph.output('quantiles', { type: elementTypes.float, dims: ['batch', outputs] });
}

/** The learned token that closes the sequence, once for each series. */
export function appendToken(
  { graph, weights }: LayerContext,
  { embedded, patches, config }: { embedded: string; patches: string; config: { dModel: number } },
): string {
  const table = weights.readFloat32('shared.weight', [2, config.dModel]);
  const token = graph.tensor('reg', {
    dims: [1, 1, config.dModel],
    data: table.slice(config.dModel),
  });
  const batch = graph.node('Shape', [patches], { attributes: { start: 0, end: 1 } });
  const shape = graph.node('Concat', [batch, graph.integers(1, config.dModel)], {
    attributes: { axis: 0 },
  });
  const repeated = graph.node('Expand', [token, shape]);
  return graph.node('Concat', [embedded, repeated], { attributes: { axis: 1 } });
}

interface EncoderInput {
  readonly tokens: string;
  readonly seen: string;
  readonly config: BoltConfig;
}

function encode(context: LayerContext, { tokens, seen, config }: EncoderInput): string {
  const bias = slicedPositionBias(context, tokens, config);
  const size = config.dModel;
  const norm = (layer: number, part: number) => ({
    name: `encoder.block.${layer}.layer.${part}.layer_norm`,
    size,
  });
  let stream: Stream = rootMeanSquareNorm(context, tokens, norm(0, 0));
  for (let layer = 0; layer < config.layers; layer++) {
    const block = `encoder.block.${layer}.layer`;
    const found = selfAttention(context, stream.normed, {
      name: `${block}.0.SelfAttention`,
      keyMask: seen,
      bias,
      config,
    });
    stream = addAndNorm(context, { sum: stream.sum, found }, norm(layer, 1));
    const dense = `${block}.1.DenseReluDense`;
    const more = feedForward(context, stream.normed, {
      wi: `${dense}.wi`,
      wo: `${dense}.wo`,
      size,
      hidden: config.dFeedForward,
    });
    const last = layer === config.layers - 1;
    const next = last ? { name: 'encoder.final_layer_norm', size } : norm(layer + 1, 0);
    stream = addAndNorm(context, { sum: stream.sum, found: more }, next);
  }
  return stream.normed;
}

function selfAttention(
  context: LayerContext,
  input: string,
  options: { name: string; keyMask: string; bias: string; config: BoltConfig },
): string {
  const { name, keyMask, bias, config } = options;
  const inner = config.heads * config.dHead;
  const project = (part: string) =>
    linear(context, input, { name: `${name}.${part}`, from: config.dModel, to: inner });
  const [query, key, value] = [project('q'), project('k'), project('v')];
  const mixed = multiHeadAttention(context, { query, key, value, keyMask, bias }, config.heads);
  return linear(context, mixed, { name: `${name}.o`, from: inner, to: config.dModel });
}

/** The bias for the longest context is part of the graph; a run takes its top left corner. */
function slicedPositionBias(context: LayerContext, tokens: string, config: BoltConfig): string {
  const { graph, weights } = context;
  const { heads, positionBuckets: buckets, positionMaxDistance: maxDistance } = config;
  const name = 'encoder.block.0.layer.0.SelfAttention.relative_attention_bias.weight';
  const length = Math.ceil(config.contextLength / config.patchSize) + (config.useRegToken ? 1 : 0);
  const table = weights.readFloat32(name, [buckets, heads]);
  const data = positionBias(table, { heads, length, buckets, maxDistance });
  const whole = graph.tensor('position_bias', { dims: [1, heads, length, length], data });
  const size = graph.node('Shape', [tokens], { attributes: { start: 1, end: 2 } });
  const ends = graph.node('Concat', [size, size], { attributes: { axis: 0 } });
  return graph.node('Slice', [whole, graph.integers(0, 0), ends, graph.integers(2, 3)]);
}

/**
 * One step of the decoder. It begins with the same token for every series, so everything before the
 * first look at the encoder is a constant, which ONNX Runtime computes once when it loads the graph.
 * With a single query, keys and values of the encoder need not be projected for every token: the
 * query is carried back through the keys' weights instead, and the values' weights are applied to
 * the one mixed token.
 */
function decode(
  context: LayerContext,
  { encoded, seen, config }: { encoded: string; seen: string; config: BoltConfig },
): string {
  const { graph, weights } = context;
  const size = config.dModel;
  const table = weights.readFloat32('shared.weight', [config.useRegToken ? 2 : 1, size]);
  const start = table.slice(config.decoderStartToken * size, (config.decoderStartToken + 1) * size);
  const hidden = hiddenScores(graph, seen);
  let sum = graph.tensor('start', { dims: [1, size], data: start });
  for (let layer = 0; layer < config.decoderLayers; layer++) {
    const block = `decoder.block.${layer}.layer`;
    const normed = (part: number) =>
      rootMeanSquareNorm(context, sum, { name: `${block}.${part}.layer_norm`, size }).normed;
    const self = attendToItself(context, normed(0), { name: `${block}.0.SelfAttention`, config });
    sum = graph.node('Add', [sum, self]);
    const name = `${block}.1.EncDecAttention`;
    const cross = attendToEncoder(context, normed(1), { name, encoded, hidden, config });
    sum = graph.node('Add', [sum, cross]);
    const dense = `${block}.2.DenseReluDense`;
    const layers = { wi: `${dense}.wi`, wo: `${dense}.wo`, size, hidden: config.dFeedForward };
    sum = graph.node('Add', [sum, feedForward(exact(context), normed(2), layers)]);
  }
  return rootMeanSquareNorm(context, sum, { name: 'decoder.final_layer_norm', size }).normed;
}

/** The decoder has one token a series: eight bits or packed weights would save next to nothing. */
function exact(context: LayerContext): LayerContext {
  return { ...context, precision: 'float32', mapped: true };
}

/** 0 for a token that was seen and the smallest number for one that was not: [batch, 1, tokens]. */
function hiddenScores(graph: GraphBuilder, seen: string): string {
  const lowest = graph.tensor('lowest', {
    dims: [],
    data: Float32Array.of(-3.4028234663852886e38),
  });
  const one = graph.tensor('one', { dims: [], data: Float32Array.of(1) });
  const float = graph.node('Cast', [seen], { attributes: { to: elementTypes.float } });
  const hidden = graph.node('Mul', [graph.node('Sub', [one, float]), lowest]);
  return graph.node('Unsqueeze', [hidden, graph.integers(1)]);
}

/** A single token attends to itself alone: its value, carried through. */
function attendToItself(
  context: LayerContext,
  input: string,
  { name, config }: { name: string; config: BoltConfig },
): string {
  const inner = config.heads * config.dHead;
  const from = config.dModel;
  const value = linear(exact(context), input, { name: `${name}.v`, from, to: inner });
  return linear(exact(context), value, { name: `${name}.o`, from: inner, to: from });
}

function attendToEncoder(
  context: LayerContext,
  input: string,
  options: { name: string; encoded: string; hidden: string; config: BoltConfig },
): string {
  const { name, encoded, hidden, config } = options;
  const { heads, dHead, dModel } = config;
  const { graph, weights } = context;
  const inner = heads * dHead;
  const turn = (from: string) =>
    graph.node('Transpose', [from], { attributes: { perm: [1, 0, 2] } });
  const read = (part: string) => weights.readFloat32(`${name}.${part}.weight`, [inner, dModel]);

  const query = linear(exact(context), input, { name: `${name}.q`, from: dModel, to: inner });
  const byHead = turn(graph.node('Reshape', [query, graph.integers(0, heads, dHead)]));
  const keyDims = [heads, dHead, dModel];
  const keys = graph.tensor(`${name}.k`, { dims: keyDims, data: read('k') }, { mapped: true });
  const carried = turn(graph.node('MatMul', [byHead, keys]));
  const scores = graph.node('FusedMatMul', [carried, encoded], {
    domain: runtimeDomain,
    attributes: { transB: 1 },
  });
  const shares = graph.node('Softmax', [graph.node('Add', [scores, hidden])]);
  const mixed = turn(graph.node('MatMul', [shares, encoded]));
  const dims = [heads, dModel, dHead];
  const turned = { dims, data: turnHeads(read('v'), config) };
  const values = graph.tensor(`${name}.v`, turned, { mapped: true });
  const found = turn(graph.node('MatMul', [mixed, values]));
  const flat = graph.node('Reshape', [found, graph.integers(0, inner)]);
  return linear(exact(context), flat, { name: `${name}.o`, from: inner, to: dModel });
}

/** The weights of each head, turned: [heads, size, model] → [heads, model, size]. */
function turnHeads(weights: Float32Array, { heads, dHead, dModel }: BoltConfig): Float32Array {
  const turned = new Float32Array(weights.length);
  for (let head = 0; head < heads; head++) {
    const from = head * dHead * dModel;
    const data = weights.subarray(from, from + dHead * dModel);
    turned.set(transpose({ rows: dHead, columns: dModel, data }).data, from);
  }
  return turned;
}
