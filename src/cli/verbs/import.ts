import { createReadStream } from 'node:fs';
import { access, constants } from 'node:fs/promises';
import { basename } from 'node:path';
import { Readable } from 'node:stream';
import { setTimeout as pause } from 'node:timers/promises';
import type { Command } from 'commander';
import type { z } from 'zod';
import { type ErrorCode, Refusal } from '../../contract/errors.ts';
import type { Import, importErrorSchema } from '../../contract/index.ts';
import { importKinds } from '../../server/imports/kinds/all-kinds.ts';
import { badOption } from '../options.ts';
import { openServer, type ServerClient, serverUrl } from '../server-client.ts';
import { textTable } from '../table.ts';
import type { Terminal } from '../terminal.ts';

interface ImportWords {
  readonly server?: string;
  readonly apiKey?: string;
  readonly dryRun?: boolean;
  readonly yes?: boolean;
  readonly json?: boolean;
  readonly delimiter?: string;
  readonly encoding?: string;
  readonly dateFormat?: string;
  readonly decimal?: string;
  readonly duplicates?: string;
  readonly column?: Record<string, string>;
}

type RowError = z.infer<typeof importErrorSchema>;

export function define(command: Command, terminal: Terminal): void {
  command
    .argument('<kind>', Object.keys(importKinds).join(', '), parseKind)
    .argument('<file>', 'CSV file, plain or gzip')
    .option('--server <url>', 'address of the server; default: this machine, PARSTOCK_PORT')
    .option('--api-key <key>', 'key of a planner; better given as PARSTOCK_API_KEY')
    .option('--dry-run', 'check only; change nothing')
    .option('--delimiter <sign>', ', ; | or tab; default: told from the header')
    .option('--encoding <name>', 'utf-8 or latin1; default: told from the text')
    .option('--date-format <order>', 'ymd, dmy or mdy, where dates can be read in two ways')
    .option('--decimal <sign>', '. or , where numbers can be read in two ways')
    .option('--duplicates <rule>', 'refuse, or sum several sales lines of a day')
    .option('--column <ours=theirs>', 'name of a column in the file; may be repeated', pairs)
    .option('--yes', 'take over without asking, when there is no error')
    .option('--json', 'print JSON')
    .addHelpText('after', EXAMPLES)
    .action((kind: string, file: string, words: ImportWords) =>
      run({ kind, file, words, terminal }),
    );
}

const EXAMPLES = `
Uploads the file, waits for the check, shows the errors by line and column, then takes it over.
docs/importing.md lists the columns.

Examples:
  parstock import products products.csv --dry-run
  parstock import sales receipts.csv --date-format dmy --duplicates sum --column sku=Article
  PARSTOCK_API_KEY=… parstock import sales sales.csv.gz --yes --server https://stock.example.com
`;

function parseKind(text: string): string {
  if (Object.hasOwn(importKinds, text)) return text;
  throw badOption('<kind>', text, `one of ${Object.keys(importKinds).join(', ')}`);
}

/** `sku=Article --column units=Sold`: gathered into one object. */
function pairs(text: string, before: Record<string, string> = {}): Record<string, string> {
  const [ours, theirs] = text.split(/=(.*)/s);
  if (ours && theirs) return { ...before, [ours]: theirs };
  throw badOption('--column', text, 'our name, =, the name in the file');
}

interface ImportCall {
  readonly kind: string;
  readonly file: string;
  readonly words: ImportWords;
  readonly terminal: Terminal;
}

async function run(call: ImportCall): Promise<void> {
  const { words, terminal } = call;
  if (!words.yes && !words.dryRun && !terminal.interactive)
    throw badOption('import', 'neither --yes nor --dry-run', 'one of them where nobody can answer');
  const apiKey = words.apiKey ?? terminal.env.PARSTOCK_API_KEY;
  const server = openServer({ url: serverUrl(words.server, terminal), apiKey });
  const uploaded = await upload(server, call);
  const checked = await settled(server, { id: uploaded.id, working: ['uploading', 'checking'] });
  if (checked.state !== 'checked') throw await refusalOf(server, checked, terminal);
  if (!words.json) await terminal.out(rowsText(checked));
  if (words.dryRun || !(words.yes || (await terminal.confirm('Take it over?')))) {
    const cancelled = await server.ask<Import>(path(checked.id, 'cancel'), { method: 'POST' });
    return end(cancelled, 'Nothing was changed.', call);
  }
  await server.ask<Import>(path(checked.id, 'commit'), { method: 'POST' });
  const committed = await settled(server, { id: checked.id, working: ['committing', 'checked'] });
  if (committed.state !== 'committed') throw await refusalOf(server, committed, terminal);
  return end(committed, 'Taken over.', call);
}

async function end(
  result: Import,
  sentence: string,
  { words, terminal }: ImportCall,
): Promise<void> {
  await terminal.out(words.json ? `${JSON.stringify(result, null, 2)}\n` : `${sentence}\n`);
}

function path(id: string, step = ''): string {
  return `/api/v1/imports/${id}${step === '' ? '' : `/${step}`}`;
}

/** What the server is told of the file; it checks these words itself. */
function uploadQuery({ kind, file, words }: ImportCall): URLSearchParams {
  const query = new URLSearchParams({ kind, fileName: basename(file) });
  for (const name of ['delimiter', 'encoding', 'dateFormat', 'decimal', 'duplicates'] as const)
    if (words[name] !== undefined) query.set(name, words[name]);
  if (words.column) query.set('columns', JSON.stringify(words.column));
  return query;
}

async function upload(server: ServerClient, call: ImportCall): Promise<Import> {
  const { file } = call;
  await access(file, constants.R_OK).catch((cause: NodeJS.ErrnoException) => {
    throw new Refusal('file_not_readable', { where: file, found: cause.code }, { cause });
  });
  return server.ask<Import>(`/api/v1/imports?${uploadQuery(call)}`, {
    method: 'POST',
    headers: { 'content-type': 'application/octet-stream' },
    body: Readable.toWeb(createReadStream(file)) as ReadableStream,
    duplex: 'half',
  } as RequestInit);
}

const POLL_MILLISECONDS = 250;

/** Waits until the import has left the states in which the server works on it. */
async function settled(
  server: ServerClient,
  { id, working }: { id: string; working: readonly string[] },
): Promise<Import> {
  for (;;) {
    const found = await server.ask<Import>(path(id));
    if (!working.includes(found.state)) return found;
    await pause(POLL_MILLISECONDS);
  }
}

/** Shows the bad rows, and says why the import ended. */
async function refusalOf(
  server: ServerClient,
  ended: Import,
  terminal: Terminal,
): Promise<Refusal> {
  if (ended.rows.bad > 0) {
    const page = await server.ask<{ items: RowError[] }>(`${path(ended.id, 'errors')}?limit=20`);
    terminal.note(errorsText(page.items));
    const more = ended.rows.bad - page.items.length;
    if (more > 0) terminal.note(`… and ${more} more`);
  }
  if (ended.refusal)
    return new Refusal(ended.refusal.code as ErrorCode, {
      where: ended.fileName,
      ...ended.refusal.details,
    });
  const found = `${ended.rows.bad} of ${ended.rows.total} rows`;
  return new Refusal('import_has_errors', { where: ended.fileName, found });
}

function errorsText(errors: readonly RowError[]): string {
  const columns = ['column', 'code', 'found', 'what to do'].map((title) => ({ title }));
  const rows = errors.map(({ line, column, code, found, remedy }) => [
    String(line),
    column ?? '–',
    code,
    (found ?? '').slice(0, 40),
    remedy,
  ]);
  return textTable([{ title: 'line', align: 'right' }, ...columns], rows);
}

function rowsText({ rows }: Import): string {
  return `${rows.total} ${rows.total === 1 ? 'row' : 'rows'}: ${rows.new} new, ${rows.changed} changed, ${rows.same} as they are\n`;
}
