import { damaged } from './archive-header.ts';
import type { Manifest, SectionEnd, SectionHead } from './manifest.ts';

/*
 * Inside the frames, compressed: records of [kind, 1 byte][length, 4 bytes][body]. First the manifest;
 * then each section as its head, its data in pieces, and its end with what was counted; last the total.
 */
const KIND = { manifest: 1, head: 2, data: 3, end: 4, total: 5 } as const;
type KindName = keyof typeof KIND;
const NAMES = new Map<number, KindName>(
  Object.entries(KIND).map(([name, number]) => [number, name as KindName]),
);
const HEAD_BYTES = 5;
const LARGEST_RECORD = 64 * 1024 * 1024;

export interface Total {
  readonly sections: number;
  readonly rows: number;
}

/** One record of an archive. */
export type ArchiveRecord =
  | { readonly kind: 'manifest'; readonly facts: Manifest }
  | { readonly kind: 'head'; readonly facts: SectionHead }
  | { readonly kind: 'data'; readonly data: Buffer }
  | { readonly kind: 'end'; readonly facts: SectionEnd }
  | { readonly kind: 'total'; readonly facts: Total };

/** The bytes of one record. */
export function encodeRecord(record: ArchiveRecord): Buffer {
  const body = record.kind === 'data' ? record.data : Buffer.from(JSON.stringify(record.facts));
  const head = Buffer.alloc(HEAD_BYTES);
  head.writeUInt8(KIND[record.kind]);
  head.writeUInt32BE(body.length, 1);
  return Buffer.concat([head, body]);
}

/** Cuts a stream of bytes into records; `path` is named where it holds something else. */
export async function* decodeRecords(
  source: AsyncIterable<Buffer>,
  path: string,
): AsyncGenerator<ArchiveRecord> {
  let waiting: Buffer = Buffer.alloc(0);
  for await (const part of source) {
    waiting = waiting.length === 0 ? part : Buffer.concat([waiting, part]);
    while (waiting.length >= HEAD_BYTES) {
      const length = waiting.readUInt32BE(1);
      if (length > LARGEST_RECORD) throw damaged(path, 'a record longer than any');
      if (waiting.length < HEAD_BYTES + length) break;
      const body = waiting.subarray(HEAD_BYTES, HEAD_BYTES + length);
      yield decode({ kind: waiting.readUInt8(), body, path });
      waiting = waiting.subarray(HEAD_BYTES + length);
    }
  }
  if (waiting.length > 0) throw damaged(path, 'half a record at its end');
}

function decode({ kind, body, path }: { kind: number; body: Buffer; path: string }): ArchiveRecord {
  const name = NAMES.get(kind);
  if (name === undefined) throw damaged(path, `a record of kind ${kind}`);
  if (name === 'data') return { kind: name, data: body };
  try {
    return { kind: name, facts: JSON.parse(body.toString()) };
  } catch {
    throw damaged(path, `an unreadable ${name}`);
  }
}
