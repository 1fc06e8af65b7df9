/**
 * A message in the making, in the wire format of protocol buffers: fields by number, in the order in
 * which they are written. Only what ONNX needs.
 */
export class ProtobufMessage {
  readonly #parts: Uint8Array[] = [];
  #length = 0;

  /** An integer field; negative numbers take ten bytes, as the format has it. */
  integer(field: number, value: number | bigint): this {
    this.#append(varint(BigInt(field) << 3n));
    return this.#append(varint(BigInt.asUintN(64, BigInt(value))));
  }

  /** A field of four bytes that holds a number in single precision. */
  float(field: number, value: number): this {
    const bytes = new Uint8Array(4);
    new DataView(bytes.buffer).setFloat32(0, value, true);
    this.#append(varint((BigInt(field) << 3n) | 5n));
    return this.#append(bytes);
  }

  text(field: number, value: string): this {
    return this.bytes(field, new TextEncoder().encode(value));
  }

  message(field: number, value: ProtobufMessage): this {
    return this.bytes(field, value.finish());
  }

  bytes(field: number, value: Uint8Array): this {
    this.#append(varint((BigInt(field) << 3n) | 2n));
    this.#append(varint(BigInt(value.length)));
    return this.#append(value);
  }

  finish(): Uint8Array {
    const whole = new Uint8Array(this.#length);
    let at = 0;
    for (const part of this.#parts) {
      whole.set(part, at);
      at += part.length;
    }
    return whole;
  }

  #append(part: Uint8Array): this {
    this.#parts.push(part);
    this.#length += part.length;
    return this;
  }
}

/** Seven bits a byte, the lowest first; the highest bit says that more follow. */
function varint(value: bigint): Uint8Array {
  const bytes: number[] = [];
  let rest = value;
  do {
    const low = Number(rest & 0x7fn);
    rest >>= 7n;
    bytes.push(rest > 0n ? low | 0x80 : low);
  } while (rest > 0n);
  return Uint8Array.from(bytes);
}
