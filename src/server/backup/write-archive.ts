import { createReadStream, createWriteStream } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { constants, createZstdCompress } from 'node:zlib';
import { writeFrames } from './archive-frames.ts';
import { makeHeader } from './archive-header.ts';
import { type ArchiveRecord, encodeRecord } from './archive-records.ts';
import type { Manifest, SectionHead } from './manifest.ts';
import { SectionTally } from './section-tally.ts';
import type { Snapshot } from './snapshot.ts';

export interface ArchiveOptions {
  readonly path: string;
  readonly uploadFolder: string;
  readonly program: string;
  readonly instant: string;
  readonly passphrase: string | null;
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: Progress) => void;
}

/** How far a backup has come. */
export interface Progress {
  readonly doing: 'reading' | 'verifying' | 'restoring';
  readonly what: string;
  readonly rows: number;
}

export interface Written {
  readonly manifest: Manifest;
  readonly rows: number;
}

const PIECE_BYTES = 128 * 1024;
/** Two thirds of the size of gzip's best in a quarter of its time. */
const LEVEL = 3;

/** Streams a snapshot into a new file; when this returns, it survives a power cut. */
export async function writeArchive(snapshot: Snapshot, options: ArchiveOptions): Promise<Written> {
  const { path, program, instant, passphrase, signal } = options;
  const schema = snapshot.facts.migrations.at(-1) ?? '';
  const { bytes, seal } = await makeHeader({ program, instant, schema }, passphrase);
  const files = await openWaitingFiles(snapshot, options.uploadFolder);
  const tables = snapshot.tables.map(({ name, columns }) => ({ name, columns }));
  const names = [...files.keys()];
  const manifest: Manifest = { program, instant, ...snapshot.facts, tables, files: names };
  const count = { rows: 0 };
  try {
    await pipeline(
      recordsOf(snapshot, { manifest, files, count, onProgress: options.onProgress }),
      createZstdCompress({ params: { [constants.ZSTD_c_compressionLevel]: LEVEL } }),
      async function* (compressed) {
        yield bytes;
        yield* writeFrames(compressed, seal);
      },
      createWriteStream(path, { flags: 'wx', mode: 0o600, flush: true }),
      { signal },
    );
  } finally {
    for (const file of files.values()) await file.close().catch(() => {});
  }
  return { manifest, rows: count.rows };
}

/**
 * Opened at once, and read later: an import that ends meanwhile deletes its file, whose content stays
 * ours as long as it is open.
 */
async function openWaitingFiles(
  { waitingFiles }: Snapshot,
  uploadFolder: string,
): Promise<Map<string, FileHandle>> {
  const files = new Map<string, FileHandle>();
  for (const { tenantId, importId } of waitingFiles) {
    try {
      files.set(`${tenantId}/${importId}`, await open(join(uploadFolder, tenantId, importId), 'r'));
    } catch (error) {
      // Its import says so when it is committed.
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    }
  }
  return files;
}

interface Recording {
  readonly manifest: Manifest;
  readonly files: ReadonlyMap<string, FileHandle>;
  readonly count: { rows: number };
  readonly onProgress?: ArchiveOptions['onProgress'];
}

async function* recordsOf(snapshot: Snapshot, recording: Recording): AsyncGenerator<Buffer> {
  const { manifest, files, count } = recording;
  yield encodeRecord({ kind: 'manifest', facts: manifest });
  for (const table of snapshot.tables)
    yield* sectionOf({ kind: 'table', name: table.name }, snapshot.rows(table), recording);
  for (const [name, handle] of files) {
    const bytes = createReadStream('', { fd: handle, autoClose: false });
    yield* sectionOf({ kind: 'file', name }, bytes as AsyncIterable<Buffer>, recording);
  }
  const sections = snapshot.tables.length + files.size;
  yield encodeRecord({ kind: 'total', facts: { sections, rows: count.rows } });
}

async function* sectionOf(
  head: SectionHead,
  data: AsyncIterable<Buffer>,
  { count, onProgress }: Recording,
): AsyncGenerator<Buffer> {
  const tally = new SectionTally(head.kind);
  yield encodeRecord({ kind: 'head', facts: head });
  for await (const piece of inPieces(data)) {
    tally.add(piece);
    onProgress?.({ doing: 'reading', what: head.name, rows: tally.rows });
    yield encodeRecord({ kind: 'data', data: piece });
  }
  count.rows += tally.rows;
  const end: ArchiveRecord = { kind: 'end', facts: tally.end() };
  yield encodeRecord(end);
}

/** The database sends a few rows at a time; fewer, larger pieces cost less. */
async function* inPieces(source: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  let parts: Buffer[] = [];
  let bytes = 0;
  for await (const part of source) {
    parts.push(part);
    bytes += part.length;
    if (bytes < PIECE_BYTES) continue;
    yield Buffer.concat(parts);
    parts = [];
    bytes = 0;
  }
  if (bytes > 0) yield Buffer.concat(parts);
}
