import { ProtobufMessage } from './protobuf.ts';
import { bytesOf, elementTypeOf, type TensorLiteral, type TensorValues } from './tensor-data.ts';
import type { WeightFile } from './weight-file.ts';

/** What a node carries besides its inputs: whole numbers, lists of them, or a number marked as float. */
export type Attribute = number | readonly number[] | { readonly float: number };

export interface NodeOptions {
  readonly attributes?: Readonly<Record<string, Attribute>>;
  /** Operators of ONNX Runtime's own live in `com.microsoft`. */
  readonly domain?: string;
  /** How many results the node has; the first is what `node` returns. */
  readonly outputs?: number;
}

/** A dimension: a number, or a name where it is known only when the graph runs. */
export type Dimension = number | string;

/** New enough for all operators used here, old enough for every ONNX Runtime of the last years. */
const OPSETS: readonly [domain: string, version: number][] = [
  ['', 21],
  ['com.microsoft', 1],
];
/** Version 10 of the file format goes with opset 21. */
const IR_VERSION = 10;
/** Smaller tensors travel in the model itself, where constant folding sees them. */
const INLINE_BYTES = 1024;

/** Puts an ONNX model together, node by node, in the order of evaluation. */
export class GraphBuilder {
  readonly #graph = new ProtobufMessage();
  readonly #weights: WeightFile;
  readonly #constants = new Map<string, string>();
  #names = 0;

  constructor(name: string, weights: WeightFile) {
    this.#graph.text(2, name);
    this.#weights = weights;
  }

  input(name: string, value: { type: number; dims: readonly Dimension[] }): string {
    this.#graph.message(11, valueInfo(name, value));
    return name;
  }

  output(name: string, value: { type: number; dims: readonly Dimension[] }): void {
    this.#graph.message(12, valueInfo(name, value));
  }

  /** Appends a node and returns the name of its first result; an absent input is an empty name. */
  node(operator: string, inputs: readonly string[], options: NodeOptions = {}): string {
    return this.nodes(operator, inputs, options)[0]!;
  }

  /** Appends a node and returns the names of all its results. */
  nodes(operator: string, inputs: readonly string[], options: NodeOptions = {}): string[] {
    const message = new ProtobufMessage();
    for (const input of inputs) message.text(1, input);
    const results = Array.from({ length: options.outputs ?? 1 }, () => this.#name(operator));
    for (const result of results) message.text(2, result);
    message.text(3, results[0]!).text(4, operator);
    for (const [name, value] of Object.entries(options.attributes ?? {}))
      message.message(5, attribute(name, value));
    if (options.domain) message.text(7, options.domain);
    this.#graph.message(1, message);
    return results;
  }

  /** Names a result, so that it can be an output. */
  rename(result: string, name: string): void {
    this.#graph.message(
      1,
      new ProtobufMessage().text(1, result).text(2, name).text(3, name).text(4, 'Identity'),
    );
  }

  /**
   * Adds weights or a constant and returns its name. One that is `mapped` stays where it lies in the
   * file: it is declared as an input with a default value, and such weights no session packs or folds.
   */
  tensor(hint: string, literal: TensorLiteral, { mapped = false } = {}): string {
    const name = this.#name(hint);
    if (mapped) this.input(name, { type: elementTypeOf(literal.data), dims: literal.dims });
    this.#graph.message(5, tensorProto(name, literal, this.#weights));
    return name;
  }

  /** A list of whole numbers, as shapes, axes and bounds are; equal lists share one constant. */
  integers(...values: readonly number[]): string {
    return this.#constant(`ints ${values}`, () => ({
      dims: [values.length],
      data: BigInt64Array.from(values, BigInt),
    }));
  }

  /** One whole number without dimensions. */
  scalar(value: number): string {
    return this.#constant(`int ${value}`, () => ({
      dims: [],
      data: BigInt64Array.of(BigInt(value)),
    }));
  }

  finish(): Uint8Array {
    const model = new ProtobufMessage().integer(1, IR_VERSION).text(2, 'parstock');
    model.message(7, this.#graph);
    for (const [domain, version] of OPSETS)
      model.message(8, new ProtobufMessage().text(1, domain).integer(2, version));
    return model.finish();
  }

  #constant(key: string, make: () => TensorLiteral): string {
    const known = this.#constants.get(key) ?? this.tensor('constant', make());
    this.#constants.set(key, known);
    return known;
  }

  #name(hint: string): string {
    this.#names++;
    return `${hint}_${this.#names}`;
  }
}

function attribute(name: string, value: Attribute): ProtobufMessage {
  const message = new ProtobufMessage().text(1, name);
  if (typeof value === 'number') return message.integer(3, value).integer(20, 2);
  if ('float' in value) return message.float(2, value.float).integer(20, 1);
  for (const entry of value) message.integer(8, entry);
  return message.integer(20, 7);
}

function valueInfo(
  name: string,
  { type, dims }: { type: number; dims: readonly Dimension[] },
): ProtobufMessage {
  const shape = new ProtobufMessage();
  for (const dim of dims) {
    const dimension = new ProtobufMessage();
    shape.message(1, typeof dim === 'number' ? dimension.integer(1, dim) : dimension.text(2, dim));
  }
  const tensor = new ProtobufMessage().integer(1, type).message(2, shape);
  return new ProtobufMessage().text(1, name).message(2, new ProtobufMessage().message(1, tensor));
}

function tensorProto(
  name: string,
  { dims, data }: TensorLiteral,
  weights: WeightFile,
): ProtobufMessage {
  assertSize(name, { dims, data });
  const message = new ProtobufMessage();
  for (const dim of dims) message.integer(1, dim);
  message.integer(2, elementTypeOf(data)).text(8, name);
  if (data.byteLength < INLINE_BYTES) return message.bytes(9, bytesOf(data));
  const { location, offset, length } = weights.append(bytesOf(data));
  for (const [key, value] of Object.entries({ location, offset, length }))
    message.message(13, new ProtobufMessage().text(1, key).text(2, String(value)));
  return message.integer(14, 1);
}

function assertSize(name: string, { dims, data }: { dims: readonly number[]; data: TensorValues }) {
  const wanted = dims.reduce((product, size) => product * size, 1);
  if (wanted !== data.length)
    throw new Error(`Tensor ${name} has ${data.length} values and the shape [${dims}].`);
}
