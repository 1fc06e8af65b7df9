/** Weights and constants of a graph, by the type of the array that holds them. */
export type TensorValues = Float32Array | BigInt64Array | Int32Array | Int8Array | Uint8Array;

export interface TensorLiteral {
  readonly dims: readonly number[];
  readonly data: TensorValues;
}

/** Numbers of `TensorProto.DataType`. */
export const elementTypes = { float: 1, uint8: 2, int8: 3, int32: 6, int64: 7, bool: 9 } as const;

/** The number under which ONNX knows the type of these values. */
export function elementTypeOf(data: TensorValues): number {
  if (data instanceof Float32Array) return elementTypes.float;
  if (data instanceof BigInt64Array) return elementTypes.int64;
  if (data instanceof Int32Array) return elementTypes.int32;
  return data instanceof Int8Array ? elementTypes.int8 : elementTypes.uint8;
}

export function bytesOf(data: TensorValues): Uint8Array {
  return new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
}
