import type { GraphBuilder, NodeOptions } from '../onnx/graph-builder.ts';
import type { Safetensors } from '../safetensors/open-safetensors.ts';
import { type Matrix, quantiseColumns, transpose } from './matrix.ts';

/** How the large products are computed: as trained, or in whole numbers of eight bits. */
export type Precision = 'float32' | 'int8';

/** What the layers of both architectures are built from. */
export interface LayerContext {
  readonly graph: GraphBuilder;
  readonly weights: Safetensors;
  readonly precision: Precision;
  readonly epsilon: number;
  /** Weights that too few tokens pass for a packed copy in every thread: they stay in the file. */
  readonly mapped?: boolean;
}

/** Operators of ONNX Runtime's own: several steps in one pass over memory. */
export const runtimeDomain = 'com.microsoft';

/** Weights as PyTorch keeps a linear layer: one row for each output. */
export interface LinearShape {
  readonly from: number;
  readonly to: number;
}

/** Puts a linear layer without bias into the graph: [.., from] → [.., to]. */
export function linear(
  context: LayerContext,
  input: string,
  { name, from, to }: LinearShape & { name: string },
): string {
  const data = context.weights.readFloat32(`${name}.weight`, [to, from]);
  const matrix = transpose({ rows: to, columns: from, data });
  return product(context, input, { name, matrix });
}

/** Multiplies with a matrix of weights: [.., rows] → [.., columns]. */
export function product(
  { graph, precision, mapped = false }: LayerContext,
  input: string,
  { name, matrix }: { name: string; matrix: Matrix },
): string {
  if (precision === 'int8') return int8Product(graph, input, matrix);
  const literal = { dims: [matrix.rows, matrix.columns], data: matrix.data };
  return graph.node('MatMul', [input, graph.tensor(name, literal, { mapped })]);
}

/** Inputs are put on 256 steps as they come, weights column by column when the graph is built. */
function int8Product(graph: GraphBuilder, input: string, matrix: Matrix): string {
  const { values, scales } = quantiseColumns(matrix);
  const dims = [matrix.rows, matrix.columns];
  const weight = graph.tensor('int8', { dims, data: values });
  const scale = graph.tensor('scale', { dims: [matrix.columns], data: scales });
  return graph.node('DynamicQuantizeMatMul', [input, weight, scale], { domain: runtimeDomain });
}

function biased(context: LayerContext, input: string, layer: LinearShape & { name: string }) {
  const data = context.weights.readFloat32(`${layer.name}.bias`, [layer.to]);
  const bias = context.graph.tensor(`${layer.name}.bias`, { dims: [layer.to], data });
  return context.graph.node('Add', [linear(context, input, layer), bias]);
}

/** Two layers with a rectifier between, beside one straight layer: how patches enter and leave. */
export function residualBlock(
  context: LayerContext,
  input: string,
  { name, from, hidden, to }: LinearShape & { name: string; hidden: number },
): string {
  // The few sums at the door stay exact: they cost little, and the spread of their inputs is wide.
  const exact: LayerContext = { ...context, precision: 'float32' };
  const { graph } = context;
  const inner = biased(exact, input, { name: `${name}.hidden_layer`, from, to: hidden });
  const risen = graph.node('Relu', [inner]);
  const outer = biased(exact, risen, { name: `${name}.output_layer`, from: hidden, to });
  const straight = biased(exact, input, { name: `${name}.residual_layer`, from, to });
  return graph.node('Add', [outer, straight]);
}

/** A sum that goes on from layer to layer, and its normalised copy that the next layer reads. */
export interface Stream {
  readonly sum: string;
  readonly normed: string;
}

/** Divides by the root of the mean square, as T5 does: no mean is taken off, no bias added. */
export function rootMeanSquareNorm(
  context: LayerContext,
  input: string,
  layer: { name: string; size: number },
): Stream {
  const normed = context.graph.node(
    'SimplifiedLayerNormalization',
    [input, normWeight(context, layer)],
    { attributes: normAttributes(context) },
  );
  return { sum: input, normed };
}

/** Adds what a layer found to the sum, and normalises the new sum, in one pass. */
export function addAndNorm(
  context: LayerContext,
  { sum, found }: { sum: string; found: string },
  layer: { name: string; size: number },
): Stream {
  const options: NodeOptions = {
    domain: runtimeDomain,
    outputs: 4,
    attributes: { epsilon: { float: context.epsilon } },
  };
  const inputs = [found, sum, normWeight(context, layer)];
  const results = context.graph.nodes('SkipSimplifiedLayerNormalization', inputs, options);
  return { normed: results[0]!, sum: results[3]! };
}

function normWeight(context: LayerContext, { name, size }: { name: string; size: number }): string {
  const data = context.weights.readFloat32(`${name}.weight`, [size]);
  return context.graph.tensor(name, { dims: [size], data });
}

function normAttributes({ epsilon }: LayerContext): NonNullable<NodeOptions['attributes']> {
  return { epsilon: { float: epsilon }, axis: -1, stash_type: 1 };
}

/** Two layers with a rectifier between, without bias. */
export function feedForward(
  context: LayerContext,
  input: string,
  { wi, wo, size, hidden }: { wi: string; wo: string; size: number; hidden: number },
): string {
  const inner = linear(context, input, { name: wi, from: size, to: hidden });
  const risen = context.graph.node('Relu', [inner]);
  return linear(context, risen, { name: wo, from: hidden, to: size });
}

/** The smallest single-precision number: added to a score, it hides the key. */
export const HIDDEN = -3.4028234663852886e38;

/** Attention of many heads over queries, keys and values as [batch, length, heads × size]. */
export function multiHeadAttention(
  { graph }: LayerContext,
  {
    query,
    key,
    value,
    keyMask,
    bias,
  }: Record<'query' | 'key' | 'value' | 'keyMask', string> & {
    bias?: string;
  },
  heads: number,
): string {
  return graph.node('MultiHeadAttention', [query, key, value, '', keyMask, bias ?? ''], {
    domain: runtimeDomain,
    // Neither T5 nor Chronos-2 divides by the root of the head's size.
    attributes: { num_heads: heads, scale: { float: 1 }, mask_filter_value: { float: HIDDEN } },
  });
}
