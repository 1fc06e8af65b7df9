import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { GraphBuilder } from './graph-builder.ts';
import { ProtobufMessage } from './protobuf.ts';
import { elementTypes } from './tensor-data.ts';
import { createWeightFile } from './weight-file.ts';

const folder = mkdtempSync(join(tmpdir(), 'onnx-'));
afterAll(() => rmSync(folder, { recursive: true }));

const hex = (message: ProtobufMessage) => Buffer.from(message.finish()).toString('hex');

test('writes fields as the documentation of protocol buffers spells them out', () => {
  // The three examples of https://protobuf.dev/programming-guides/encoding/.
  expect(hex(new ProtobufMessage().integer(1, 150))).toBe('089601');
  expect(hex(new ProtobufMessage().text(2, 'testing'))).toBe('120774657374696e67');
  expect(hex(new ProtobufMessage().message(3, new ProtobufMessage().integer(1, 150)))).toBe(
    '1a03089601',
  );
  expect(hex(new ProtobufMessage().integer(1, -2))).toBe('08feffffffffffffffff01');
  expect(hex(new ProtobufMessage().float(2, 1))).toBe('150000803f');
  expect(hex(new ProtobufMessage().integer(20, 7))).toBe('a00107');
});

test('keeps small tensors in the model and large ones in whole pages beside it', () => {
  const path = join(folder, 'weights.bin');
  const weights = createWeightFile(path);
  const graph = new GraphBuilder('sample', weights);
  const large = Float32Array.from({ length: 300 }, (_, i) => i);
  graph.tensor('small', { dims: [1], data: Float32Array.of(1234.5) });
  graph.tensor('large', { dims: [300], data: large });
  graph.tensor('larger', { dims: [20, 30], data: new Int8Array(600).fill(3) });
  graph.tensor('second', { dims: [300], data: large.map((value) => -value) });
  graph.tensor('again', { dims: [30, 10], data: large });
  const model = Buffer.from(graph.finish());
  weights.close();
  expect(model.includes(Buffer.from(Float32Array.of(1234.5).buffer))).toBe(true);
  expect(model.includes(Buffer.from(large.buffer).subarray(0, 64))).toBe(false);
  expect(model.toString('latin1')).toMatch(/location.*weights\.bin.*offset.*4096.*length.*1200/s);
  const file = readFileSync(path);
  expect(file).toHaveLength(4096 + 1200);
  expect(file.subarray(0, 1200)).toEqual(Buffer.from(large.buffer));
  expect(file.readFloatLE(4096 + 4 * 299)).toBe(-299);
});

test('declares weights that shall stay in the file as inputs with a default', () => {
  const weights = createWeightFile(join(folder, 'mapped.bin'));
  const graph = new GraphBuilder('sample', weights);
  const data = new Float32Array(512);
  graph.tensor('packed', { dims: [512], data });
  graph.tensor('left', { dims: [512], data }, { mapped: true });
  const text = Buffer.from(graph.finish()).toString('latin1');
  weights.close();
  // Once among the tensors, and once more among the inputs.
  expect(text.match(/packed_1/g)).toHaveLength(1);
  expect(text.match(/left_2/g)).toHaveLength(2);
});

test('refuses a tensor whose values do not fill its shape', () => {
  const weights = createWeightFile(join(folder, 'none.bin'));
  const graph = new GraphBuilder('sample', weights);
  expect(() => graph.tensor('odd', { dims: [2, 2], data: new Float32Array(3) })).toThrow(/odd/);
  weights.close();
});

test('writes equal constants once', () => {
  const weights = createWeightFile(join(folder, 'constants.bin'));
  const graph = new GraphBuilder('sample', weights);
  graph.input('x', { type: elementTypes.float, dims: ['n', 2] });
  expect(graph.integers(1, 2)).toBe(graph.integers(1, 2));
  expect(graph.integers(1)).not.toBe(graph.scalar(1));
  weights.close();
});
