import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import pg from 'pg';
import { from as copyFrom } from 'pg-copy-streams';
import { Refusal } from '../../contract/errors.ts';
import { knownMigrations, MIGRATIONS_TABLE, migrationText } from '../store/migrate.ts';
import { damaged } from './archive-header.ts';
import { columnsOf, type FoundTable, listTables, quoted } from './list-tables.ts';
import type { Manifest, SectionEnd, SectionHead, TableShape } from './manifest.ts';
import { type ArchiveContent, keyOf, type ReadOptions, readArchive } from './read-archive.ts';
import { SectionTally } from './section-tally.ts';
import { copyOut, EXACT_SETTINGS } from './snapshot.ts';
import type { Progress } from './write-archive.ts';

export interface LoadOptions extends ReadOptions {
  /** An empty database, as its owner. */
  readonly connectionString: string;
  /** What is done with an uploaded file; by default it is only read. */
  readonly takeFile?: (name: string, data: AsyncIterable<Buffer>) => Promise<void>;
  readonly onProgress?: (progress: Progress) => void;
}

/**
 * Loads an archive into an empty database, reads every table back and compares it with what was counted
 * when it was written; all of it in one transaction, so that the database ends up whole or empty.
 */
export async function loadArchive(options: LoadOptions): Promise<ArchiveContent> {
  const { connectionString, signal } = options;
  const client = new pg.Client({ connectionString, application_name: 'parstock restore' });
  client.on('error', () => {});
  await client.connect();
  const stop = () => void client.end().catch(() => {});
  signal?.addEventListener('abort', stop);
  try {
    await client.query(EXACT_SETTINGS);
    await client.query('begin');
    const content = await loadInto(client, options);
    await client.query('commit');
    return content;
  } finally {
    signal?.removeEventListener('abort', stop);
    await client.end().catch(() => {});
  }
}

async function loadInto(client: pg.Client, options: LoadOptions): Promise<ArchiveContent> {
  let tables: FoundTable[] = [];
  let shapes: readonly TableShape[] = [];
  const content = await readArchive(options, {
    begin: async (manifest) => {
      shapes = manifest.tables;
      await rebuildTables(client, manifest);
      tables = await listTables(client);
      await openTables(client, tables);
    },
    section: async (head, data) => {
      if (head.kind === 'file') return (options.takeFile ?? readOn)(head.name, data);
      const shape = shapes.find(({ name }) => name === head.name);
      if (!shape) throw damaged(options.path, `a table ${head.name} that it does not list`);
      await copyIn(client, shape, counted(data, { head, options }));
    },
    sectionEnd: async () => {},
  });
  await compareTables(client, { tables, content, options });
  await setSequences(client, content.manifest);
  await closeTables(client, tables);
  return content;
}

async function readOn(_name: string, data: AsyncIterable<Buffer>): Promise<void> {
  for await (const _piece of data);
}

/** The tables as they were when the backup was made: this program knows how they came to be. */
async function rebuildTables(client: pg.Client, manifest: Manifest): Promise<void> {
  const known = knownMigrations();
  if (manifest.migrations.some((name) => !known.includes(name)))
    return imitateTables(client, manifest.tables);
  await client.query(MIGRATIONS_TABLE);
  for (const name of manifest.migrations) await client.query(migrationText(name));
  await removeContent(client);
}

/** A migration may itself have written rows; the backup has them. */
async function removeContent(client: pg.Client): Promise<void> {
  const tables = await listTables(client);
  await openTables(client, tables);
  for (const { name } of [...tables].reverse()) await client.query(`delete from ${quoted(name)}`);
  await closeTables(client, tables);
}

/**
 * Tables of a newer program's schema, by column and type: enough to see that a backup reads back. An
 * older program that runs on newer tables makes backups of them, which the newer one restores.
 */
async function imitateTables(client: pg.Client, tables: readonly TableShape[]): Promise<void> {
  for (const { name, columns } of tables) {
    const list = columns.map((column) => `${quoted(column.name)} ${column.type}`);
    await client.query(`create table ${quoted(name)} (${list.join(', ')})`);
  }
}

/** Lets the owner fill them: no policies, and no triggers that keep what is finished from changing. */
async function openTables(client: pg.Client, tables: readonly FoundTable[]): Promise<void> {
  for (const { name, forced, hasTriggers } of tables) {
    if (forced) await alter(client, { name, change: 'no force row level security' });
    if (hasTriggers) await alter(client, { name, change: 'disable trigger user' });
  }
}

async function closeTables(client: pg.Client, tables: readonly FoundTable[]): Promise<void> {
  for (const { name, forced, hasTriggers } of tables) {
    if (forced) await alter(client, { name, change: 'force row level security' });
    if (hasTriggers) await alter(client, { name, change: 'enable trigger user' });
  }
}

async function alter(
  client: pg.Client,
  { name, change }: { name: string; change: string },
): Promise<void> {
  await client.query(`alter table ${quoted(name)} ${change}`);
}

async function copyIn(
  client: pg.Client,
  table: TableShape,
  data: AsyncIterable<Buffer>,
): Promise<void> {
  const copy = client.query(
    copyFrom(`copy ${quoted(table.name)} (${columnsOf(table)}) from stdin`),
  );
  await pipeline(Readable.from(data, { highWaterMark: 2 }), copy);
}

async function* counted(
  data: AsyncIterable<Buffer>,
  { head, options }: { head: SectionHead; options: LoadOptions },
): AsyncGenerator<Buffer> {
  let bytes = 0;
  for await (const piece of data) {
    bytes += piece.length;
    options.onProgress?.({ doing: 'restoring', what: head.name, rows: bytes });
    yield piece;
  }
}

async function compareTables(
  client: pg.Client,
  options: { tables: readonly FoundTable[]; content: ArchiveContent; options: LoadOptions },
): Promise<void> {
  const { tables, content } = options;
  const { onProgress } = options.options;
  for (const { name, columns } of content.manifest.tables) {
    const tally = new SectionTally('table');
    for await (const piece of copyOut(client, { name, columns })) {
      tally.add(piece);
      onProgress?.({ doing: 'verifying', what: name, rows: tally.rows });
    }
    refuseDifference(name, {
      found: tally.end(),
      wanted: content.ends.get(keyOf({ kind: 'table', name }))!,
    });
  }
  const unexpected = tables.filter(
    ({ name }) => !content.manifest.tables.some((one) => one.name === name),
  );
  if (unexpected.length > 0)
    throw new Error(`the backup lacks ${unexpected.map(({ name }) => name).join(', ')}`);
}

function refuseDifference(
  table: string,
  { found, wanted }: { found: SectionEnd; wanted: SectionEnd },
): void {
  if (found.rows === wanted.rows && found.fingerprint === wanted.fingerprint) return;
  const say = ({ rows, fingerprint }: SectionEnd) => `${rows} rows, ${fingerprint}`;
  throw new Refusal('backup_not_verified', { table, found: say(found), wanted: say(wanted) });
}

async function setSequences(client: pg.Client, { sequences }: Manifest): Promise<void> {
  for (const { name, lastValue, isCalled } of sequences) {
    const there = await client.query('select to_regclass($1) as there', [quoted(name)]);
    if (there.rows[0].there === null) continue;
    await client.query('select setval($1::regclass, $2::bigint, $3)', [
      quoted(name),
      lastValue,
      isCalled,
    ]);
  }
}
