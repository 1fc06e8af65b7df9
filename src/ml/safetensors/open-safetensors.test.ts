import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, expect, test } from 'vitest';
import { Refusal } from '../../contract/errors.ts';
import { openSafetensors } from './open-safetensors.ts';

const folder = mkdtempSync(join(tmpdir(), 'safetensors-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** A file as its parts: what the header says, and the data that follow. */
function writeFile(header: string | Uint8Array, data: Uint8Array, claimed?: bigint): string {
  const text = typeof header === 'string' ? new TextEncoder().encode(header) : header;
  const length = new Uint8Array(8);
  new DataView(length.buffer).setBigUint64(0, claimed ?? BigInt(text.length), true);
  const path = join(folder, 'model.safetensors');
  writeFileSync(path, Buffer.concat([length, text, data]));
  return path;
}

function faultOf(path: string): string {
  try {
    openSafetensors(path).close();
  } catch (error) {
    if (error instanceof Refusal && error.code === 'model_file_invalid')
      return String(error.details.found);
    throw error;
  }
  return 'none';
}

const tensor = (dtype: string, shape: unknown, offsets: unknown) => ({
  dtype,
  shape,
  data_offsets: offsets,
});

test('reads weights of every kept type, each from its own place', () => {
  const header = {
    __metadata__: { format: 'pt' },
    half: tensor('F16', [4], [16, 24]),
    single: tensor('F32', [2, 2], [0, 16]),
    brain: tensor('BF16', [1, 3], [24, 30]),
    double: tensor('F64', [1], [30, 38]),
    none: tensor('F32', [0, 7], [38, 38]),
  };
  const data = new DataView(new ArrayBuffer(38));
  [1.5, -2, 0.1, 3e38].forEach((value, i) => {
    data.setFloat32(4 * i, value, true);
  });
  // 1, -2, the smallest half above 0, infinity.
  [0x3c00, 0xc000, 0x0001, 0x7c00].forEach((bits, i) => {
    data.setUint16(16 + 2 * i, bits, true);
  });
  [0x3f80, 0xc049, 0x7fc0].forEach((bits, i) => {
    data.setUint16(24 + 2 * i, bits, true);
  });
  data.setFloat64(30, Math.PI, true);
  const file = openSafetensors(writeFile(JSON.stringify(header), new Uint8Array(data.buffer)));
  expect([...file.readFloat32('single', [2, 2])]).toEqual([1.5, -2, 0.1, 3e38].map(Math.fround));
  expect([...file.readFloat32('half', [4])]).toEqual([1, -2, 2 ** -24, Number.POSITIVE_INFINITY]);
  expect([...file.readFloat32('brain', [1, 3])]).toEqual([1, -3.140625, Number.NaN]);
  expect([...file.readFloat32('double', [1])]).toEqual([Math.fround(Math.PI)]);
  expect(file.readFloat32('none', [0, 7])).toHaveLength(0);
  expect(() => file.readFloat32('single', [4])).toThrow(Refusal);
  expect(() => file.readFloat32('absent', [1])).toThrow(Refusal);
  file.close();
});

test('refuses a whole number where weights are wanted', () => {
  const path = writeFile(JSON.stringify({ a: tensor('I64', [1], [0, 8]) }), new Uint8Array(8));
  const file = openSafetensors(path);
  expect(() => file.readFloat32('a', [1])).toThrow(Refusal);
  file.close();
});

const eight = new Uint8Array(8);
const hostile: [name: string, header: string | Uint8Array, data: Uint8Array, says: RegExp][] = [
  ['not JSON', '{"a":', eight, /not JSON/],
  ['a list', '[]', eight, /begin with/],
  ['space before the brace', ' {}', eight, /begin with/],
  ['not UTF-8', Uint8Array.of(0x7b, 0xff, 0x7d), eight, /UTF-8/],
  ['an entry that is a number', '{"a":1}', eight, /not an object/],
  ['metadata that is not text', '{"__metadata__":{"a":1}}', eight, /__metadata__/],
  ['an unknown type', json({ a: tensor('F12', [2], [0, 8]) }), eight, /unknown type/],
  ['a type from the prototype', json({ a: tensor('toString', [2], [0, 8]) }), eight, /unknown/],
  ['a negative dimension', json({ a: tensor('F32', [-2], [0, 8]) }), eight, /shape/],
  ['a broken dimension', json({ a: tensor('F32', [0.5], [0, 2]) }), eight, /shape/],
  ['a negative offset', json({ a: tensor('F32', [2], [-8, 0]) }), eight, /offsets/],
  ['offsets backwards', json({ a: tensor('F32', [2], [8, 0]) }), eight, /needs 8 bytes/],
  ['three offsets', json({ a: tensor('F32', [2], [0, 4, 8]) }), eight, /offsets/],
  ['a shape of other size', json({ a: tensor('F32', [3], [0, 8]) }), eight, /needs 12 bytes/],
  [
    'a shape whose size overflows',
    json({ a: tensor('F32', [2 ** 40, 2 ** 40, 2 ** 50], [0, 0]) }),
    eight,
    /needs \d{30,} bytes/,
  ],
  [
    'tensors that overlap',
    json({ a: tensor('F32', [2], [0, 8]), b: tensor('F32', [1], [4, 8]) }),
    eight,
    /overlaps/,
  ],
  ['a gap before', json({ a: tensor('F32', [1], [4, 8]) }), eight, /belong to none/],
  ['data left over', json({ a: tensor('F32', [1], [0, 4]) }), eight, /end at byte 4/],
  ['data cut off', json({ a: tensor('F32', [4], [0, 16]) }), eight, /end at byte 16/],
  [
    'one name twice',
    '{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},"\\u0061":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}',
    eight,
    /"a" twice/,
  ],
  [
    'one field twice',
    '{"a":{"dtype":"F32","dtype":"F64","shape":[1],"data_offsets":[0,8]}}',
    eight,
    /"dtype" twice/,
  ],
];
test.each(hostile)('refuses %s', (_, header, data, says) => {
  expect(faultOf(writeFile(header, data))).toMatch(says);
});

test.each([9n, 2n ** 40n, 2n ** 63n, 2n ** 64n - 1n])('refuses a header of %s bytes', (claimed) => {
  expect(faultOf(writeFile('{}', new Uint8Array(0), claimed))).toMatch(/says it is/);
});

test('refuses a file without a header', () => {
  const path = join(folder, 'short');
  writeFileSync(path, '1234567');
  expect(faultOf(path)).toMatch(/no header/);
});

test('whatever the bytes, a file is read or refused, and never read beyond its end', () => {
  const change = fc.record({ at: fc.nat(), to: fc.integer({ min: 0, max: 255 }) });
  const valid = json({ a: tensor('F32', [2], [0, 8]), b: tensor('BF16', [2, 1], [8, 12]) });
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(valid.length));
  const whole = Buffer.concat([length, Buffer.from(valid), Buffer.alloc(12)]);
  const path = join(folder, 'fuzzed');
  fc.assert(
    fc.property(fc.array(change, { maxLength: 4 }), fc.nat(whole.length), (changes, cut) => {
      const bytes = Buffer.from(whole);
      for (const { at, to } of changes) bytes[at % bytes.length] = to;
      writeFileSync(path, cut % 4 === 0 ? bytes.subarray(0, cut) : bytes);
      if (faultOf(path) !== 'none') return;
      const file = openSafetensors(path);
      const spans = [...file.entries.values()].map(({ start, end }) => end - start);
      expect(spans.reduce((sum, span) => sum + span, 0)).toBe(12);
      file.close();
    }),
    { numRuns: 500 },
  );
});

function json(value: unknown): string {
  return JSON.stringify(value);
}
