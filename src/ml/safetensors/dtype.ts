/** Bytes per element of each type that the format knows. */
export const bytesPerElement: Readonly<Record<string, number>> = {
  BOOL: 1,
  U8: 1,
  I8: 1,
  F8_E4M3: 1,
  F8_E5M2: 1,
  U16: 2,
  I16: 2,
  F16: 2,
  BF16: 2,
  U32: 4,
  I32: 4,
  F32: 4,
  U64: 8,
  I64: 8,
  F64: 8,
};

type ToFloat32 = (bytes: DataView, count: number) => Float32Array<ArrayBuffer>;

/** How the types in which checkpoints keep their weights become single precision. */
export const toFloat32: Readonly<Record<string, ToFloat32>> = {
  // As they lie: every machine that ONNX Runtime is built for counts bytes from the little end.
  F32: (bytes, count) => new Float32Array(bytes.buffer as ArrayBuffer, bytes.byteOffset, count),
  F64: (bytes, count) => fill(count, (i) => bytes.getFloat64(8 * i, true)),
  F16: (bytes, count) => fill(count, (i) => halfToNumber(bytes.getUint16(2 * i, true))),
  BF16: (bytes, count) => {
    // A bfloat16 is the upper half of a float32.
    const bits = new Uint32Array(count);
    for (let i = 0; i < count; i++) bits[i] = bytes.getUint16(2 * i, true) << 16;
    return new Float32Array(bits.buffer);
  },
};

function fill(count: number, valueAt: (index: number) => number): Float32Array<ArrayBuffer> {
  const values = new Float32Array(count);
  for (let i = 0; i < count; i++) values[i] = valueAt(i);
  return values;
}

/** IEEE 754 binary16: 1 bit sign, 5 bits exponent, 10 bits fraction. */
function halfToNumber(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 0x1f;
  const fraction = bits & 0x3ff;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  if (exponent === 0x1f) return fraction === 0 ? sign * Number.POSITIVE_INFINITY : Number.NaN;
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}
