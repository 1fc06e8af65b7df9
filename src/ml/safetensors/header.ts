import { bytesPerElement } from './dtype.ts';
import { findRepeatedKey } from './json-keys.ts';

/** One tensor of a file: what it is, and where its bytes lie, counted from the end of the header. */
export interface TensorEntry {
  readonly name: string;
  readonly dtype: string;
  readonly shape: readonly number[];
  readonly start: number;
  readonly end: number;
}

/** A header is a few hundred lines of JSON; the format itself allows no more than this. */
export const MAX_HEADER_BYTES = 100_000_000;

/** Why a header was refused: a sentence that names the tensor. */
export class HeaderFault extends Error {}

/**
 * The tensors that a header names, checked against each other and against the data that follow
 * (`dataBytes` long): every byte belongs to exactly one tensor, and each tensor has as many bytes as
 * its type and shape say. Throws HeaderFault.
 */
export function parseHeader(bytes: Uint8Array, dataBytes: number): Map<string, TensorEntry> {
  const entries = Object.entries(readObject(bytes)).flatMap(([name, value]) =>
    name === '__metadata__' ? checkMetadata(value) : [readEntry(name, value)],
  );
  checkCoverage(entries, dataBytes);
  return new Map(entries.map((entry) => [entry.name, entry]));
}

function readObject(bytes: Uint8Array): Record<string, unknown> {
  let text: string;
  let parsed: unknown;
  try {
    text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw new HeaderFault('the header is not UTF-8');
  }
  // Every writer begins with the brace; anything before it could hide a second header.
  if (!text.startsWith('{')) throw new HeaderFault('the header does not begin with {');
  try {
    parsed = JSON.parse(text);
  } catch {
    throw new HeaderFault('the header is not JSON');
  }
  const repeated = findRepeatedKey(text);
  if (repeated !== null) throw new HeaderFault(`the header names ${quote(repeated)} twice`);
  return parsed as Record<string, unknown>;
}

function checkMetadata(value: unknown): [] {
  if (!isRecord(value) || Object.values(value).some((entry) => typeof entry !== 'string'))
    throw new HeaderFault('__metadata__ is not a table of texts');
  return [];
}

function readEntry(name: string, value: unknown): TensorEntry {
  const where = `tensor ${quote(name)}`;
  if (!isRecord(value)) throw new HeaderFault(`${where} is not an object`);
  const { dtype, shape, data_offsets: offsets } = value;
  const size = typeof dtype === 'string' ? lookUp(dtype) : undefined;
  if (size === undefined) throw new HeaderFault(`${where} has the unknown type ${quote(dtype)}`);
  if (!isListOfCounts(shape)) throw new HeaderFault(`${where} has the shape ${quote(shape)}`);
  if (!isListOfCounts(offsets) || offsets.length !== 2)
    throw new HeaderFault(`${where} has the offsets ${quote(offsets)}`);
  const [start, end] = offsets as [number, number];
  // Counted in arbitrary precision: a product of dimensions may pass what a double holds exactly.
  const wanted = shape.reduce((product, size) => product * BigInt(size), BigInt(size));
  if (BigInt(end) - BigInt(start) !== wanted)
    throw new HeaderFault(`${where} needs ${wanted} bytes and has offsets ${start} to ${end}`);
  return { name, dtype: dtype as string, shape, start, end };
}

function lookUp(dtype: string): number | undefined {
  return Object.hasOwn(bytesPerElement, dtype) ? bytesPerElement[dtype] : undefined;
}

function checkCoverage(entries: readonly TensorEntry[], dataBytes: number): void {
  let reached = 0;
  for (const entry of [...entries].sort((a, b) => a.start - b.start || a.end - b.end)) {
    const where = `tensor ${quote(entry.name)}`;
    if (entry.start < reached) throw new HeaderFault(`${where} overlaps the one before it`);
    if (entry.start > reached)
      throw new HeaderFault(`bytes ${reached} to ${entry.start} before ${where} belong to none`);
    reached = entry.end;
  }
  if (reached !== dataBytes)
    throw new HeaderFault(`the tensors end at byte ${reached}, the data at ${dataBytes}`);
}

function isListOfCounts(value: unknown): value is number[] {
  return (
    Array.isArray(value) &&
    value.every((entry) => Number.isSafeInteger(entry) && entry >= 0 && !Object.is(entry, -0))
  );
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** A name from a hostile file, short enough for a message. */
function quote(value: unknown): string {
  const text = JSON.stringify(value) ?? 'nothing';
  return text.length > 80 ? `${text.slice(0, 77)}...` : text;
}
