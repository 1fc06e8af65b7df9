import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { Refusal } from '../../contract/errors.ts';
import { toFloat32 } from './dtype.ts';
import { HeaderFault, MAX_HEADER_BYTES, parseHeader, type TensorEntry } from './header.ts';

/** An open file of weights: tensors are read one by one, from where they lie. */
export interface Safetensors {
  readonly entries: ReadonlyMap<string, TensorEntry>;
  /** The weights of one tensor in single precision; refuses where name or shape is another. */
  readFloat32(name: string, shape: readonly number[]): Float32Array<ArrayBuffer>;
  close(): void;
}

const LENGTH_BYTES = 8;

/** Opens a file of weights and checks its header. Refuses with `model_file_invalid`. */
export function openSafetensors(path: string): Safetensors {
  const file = openSync(path, 'r');
  try {
    const { entries, dataStart } = readHeader(file, path);
    return {
      entries,
      readFloat32: (name, shape) => readTensor({ file, path, dataStart, entries }, { name, shape }),
      close: () => closeSync(file),
    };
  } catch (error) {
    closeSync(file);
    throw error;
  }
}

interface OpenFile {
  readonly file: number;
  readonly path: string;
  readonly dataStart: number;
  readonly entries: ReadonlyMap<string, TensorEntry>;
}

function readHeader(file: number, path: string): Pick<OpenFile, 'entries' | 'dataStart'> {
  const size = fstatSync(file).size;
  if (size < LENGTH_BYTES) throw invalid(path, `the file has ${size} bytes and no header`);
  const length = readExactly(file, { at: 0, bytes: LENGTH_BYTES }).getBigUint64(0, true);
  if (length > BigInt(MAX_HEADER_BYTES) || length > BigInt(size - LENGTH_BYTES))
    throw invalid(path, `the header says it is ${length} bytes long, the file has ${size}`);
  const dataStart = LENGTH_BYTES + Number(length);
  const header = readExactly(file, { at: LENGTH_BYTES, bytes: Number(length) });
  try {
    const entries = parseHeader(new Uint8Array(header.buffer), size - dataStart);
    return { entries, dataStart };
  } catch (error) {
    if (error instanceof HeaderFault) throw invalid(path, error.message, error);
    throw error;
  }
}

function readTensor(
  { file, path, dataStart, entries }: OpenFile,
  wanted: { name: string; shape: readonly number[] },
): Float32Array<ArrayBuffer> {
  const entry = entries.get(wanted.name);
  if (!entry) throw invalid(path, `there is no tensor ${wanted.name}`);
  if (entry.shape.join() !== wanted.shape.join())
    throw invalid(
      path,
      `tensor ${wanted.name} has the shape [${entry.shape}], the configuration wants [${wanted.shape}]`,
    );
  const convert = toFloat32[entry.dtype];
  if (!convert) throw invalid(path, `tensor ${wanted.name} is kept as ${entry.dtype}`);
  const bytes = readExactly(file, { at: dataStart + entry.start, bytes: entry.end - entry.start });
  return convert(
    bytes,
    entry.shape.reduce((product, size) => product * size, 1),
  );
}

/** One read may bring less than asked (never more than 2 GB at once): goes on until all is there. */
function readExactly(file: number, { at, bytes }: { at: number; bytes: number }): DataView {
  const buffer = new Uint8Array(bytes);
  for (let done = 0; done < bytes; ) {
    const length = Math.min(bytes - done, 2 ** 30);
    const read = readSync(file, buffer, { offset: done, length, position: at + done });
    // The file was cut after its size was read.
    if (read === 0) throw new Error(`The file ended ${bytes - done} bytes early.`);
    done += read;
  }
  return new DataView(buffer.buffer);
}

function invalid(file: string, found: string, cause?: unknown): Refusal {
  return new Refusal('model_file_invalid', { file, found }, { cause });
}
