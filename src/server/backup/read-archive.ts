import { pipeline } from 'node:stream/promises';
import { createZstdDecompress } from 'node:zlib';
import { Refusal } from '../../contract/errors.ts';
import { readFrames } from './archive-frames.ts';
import { damaged } from './archive-header.ts';
import { type ArchiveRecord, decodeRecords } from './archive-records.ts';
import type { Manifest, SectionEnd, SectionHead } from './manifest.ts';
import { SectionTally } from './section-tally.ts';

export interface ReadOptions {
  readonly path: string;
  readonly passphrase: string | null;
  readonly signal?: AbortSignal;
}

/** Takes what an archive holds, piece by piece. */
export interface ArchiveConsumer {
  begin(manifest: Manifest): Promise<void>;
  /** Must read the data to its end. */
  section(head: SectionHead, data: AsyncIterable<Buffer>): Promise<void>;
  /** After the section's data have been compared with what was counted when they were written. */
  sectionEnd(head: SectionHead, end: SectionEnd): Promise<void>;
}

export interface ArchiveContent {
  readonly manifest: Manifest;
  readonly rows: number;
  readonly ends: ReadonlyMap<string, SectionEnd>;
}

const nothing = async () => {};
const onlyRead: ArchiveConsumer = {
  begin: nothing,
  section: async (_head, data) => {
    for await (const _piece of data);
  },
  sectionEnd: nothing,
};

/**
 * Reads an archive from beginning to end, once, and refuses whatever is not as it was written. Without
 * a consumer it only looks.
 */
export async function readArchive(
  options: ReadOptions,
  consumer: ArchiveConsumer = onlyRead,
): Promise<ArchiveContent> {
  const { path, passphrase, signal } = options;
  let content: ArchiveContent | undefined;
  try {
    await pipeline(
      readFrames(path, passphrase),
      createZstdDecompress(),
      async (source: AsyncIterable<Buffer>) => {
        content = await consume(decodeRecords(source, path), { path, consumer });
      },
      { signal },
    );
  } catch (error) {
    throw readable(error, path);
  }
  return content!;
}

/** What the system and the decompressor say, as what it means for the file. */
function readable(error: unknown, path: string): unknown {
  const { code } = error as NodeJS.ErrnoException;
  if (code?.startsWith('ZSTD_') || code === 'ERR_BUFFER_TOO_LARGE')
    return new Refusal('backup_damaged', { where: path, found: code }, { cause: error });
  if (['ENOENT', 'EACCES', 'EISDIR', 'ENOTDIR'].includes(code ?? ''))
    return new Refusal('file_not_readable', { where: path, found: code }, { cause: error });
  return error;
}

async function consume(
  records: AsyncGenerator<ArchiveRecord>,
  { path, consumer }: { path: string; consumer: ArchiveConsumer },
): Promise<ArchiveContent> {
  const take = takerOf(records, path);
  const manifest = (await take('manifest')).facts;
  await consumer.begin(manifest);
  const ends = new Map<string, SectionEnd>();
  let rows = 0;
  for (let next = await take('head', 'total'); ; next = await take('head', 'total')) {
    if (next.kind === 'total') {
      const complete = next.facts.sections === ends.size && next.facts.rows === rows;
      if (!complete || !holdsAll(manifest, ends)) throw damaged(path, 'fewer sections than listed');
      await drain(records, path);
      return { manifest, rows, ends };
    }
    const end = await readSection(next.facts, { take, path, consumer });
    ends.set(keyOf(next.facts), end);
    rows += end.rows;
  }
}

type Taker = <K extends ArchiveRecord['kind']>(
  ...kinds: readonly K[]
) => Promise<Extract<ArchiveRecord, { kind: K }>>;

/** Takes the next record, which must be of one of these kinds. */
function takerOf(records: AsyncGenerator<ArchiveRecord>, path: string): Taker {
  return async (...kinds) => {
    const { value, done } = await records.next();
    if (done) throw damaged(path, `an end where ${kinds.join(' or ')} should be`);
    if (!(kinds as readonly string[]).includes(value.kind))
      throw damaged(path, `${value.kind} where ${kinds.join(' or ')} should be`);
    return value as never;
  };
}

async function readSection(
  head: SectionHead,
  { take, path, consumer }: { take: Taker; path: string; consumer: ArchiveConsumer },
): Promise<SectionEnd> {
  const tally = new SectionTally(head.kind);
  let end: SectionEnd | undefined;
  const data = async function* () {
    for (;;) {
      const record = await take('data', 'end');
      if (record.kind === 'end') {
        end = record.facts;
        return;
      }
      tally.add(record.data);
      yield record.data;
    }
  };
  await consumer.section(head, data());
  const found = tally.end();
  if (!end || end.sha256 !== found.sha256 || end.rows !== found.rows)
    throw damaged(path, `other content of ${head.name} than was counted`);
  await consumer.sectionEnd(head, end);
  return end;
}

function holdsAll({ tables, files }: Manifest, ends: ReadonlyMap<string, SectionEnd>): boolean {
  const wanted = [
    ...tables.map(({ name }) => keyOf({ kind: 'table', name })),
    ...files.map((name) => keyOf({ kind: 'file', name })),
  ];
  return wanted.length === ends.size && wanted.every((key) => ends.has(key));
}

/** The frames behind the last record have to be looked at, too: the end of the file is sealed. */
async function drain(records: AsyncGenerator<ArchiveRecord>, path: string): Promise<void> {
  const { done } = await records.next();
  if (!done) throw damaged(path, 'more after its total');
}

/** The name of a section among all of an archive. */
export function keyOf({ kind, name }: SectionHead): string {
  return `${kind} ${name}`;
}
