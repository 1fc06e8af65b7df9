import type { Command } from 'commander';
import type { z } from 'zod';
import type { statusSchema } from '../../contract/index.ts';
import { destinationStatus } from '../../deploy/index.ts';
import { type DeliveryWords, surroundings, withDeliveryOptions } from '../delivery.ts';
import { hostStatusText } from '../delivery-printers.ts';
import { badOption } from '../options.ts';
import { openServer, serverUrl } from '../server-client.ts';
import { textTable } from '../table.ts';
import type { Terminal } from '../terminal.ts';

type Status = z.infer<typeof statusSchema>;

interface StatusWords extends DeliveryWords {
  readonly server?: string;
}

export function define(command: Command, terminal: Terminal): void {
  withDeliveryOptions(command)
    .argument('[destination]', 'a destination of deploy.yml, instead of a server')
    .option('--server <url>', 'address of the server; default: this machine, PARSTOCK_PORT')
    .addHelpText('after', EXAMPLES)
    .action((destination: string | undefined, words: StatusWords) =>
      destination === undefined ? run(words, terminal) : runOf(destination, { words, terminal }),
    );
}

const EXAMPLES = `
Examples:
  parstock status
  parstock status --server https://stock.example.com
  parstock status production         what serves there, asked of its proxy and engine
`;

/** A destination rather than a server: who serves, who is at work, what one can go back to. */
async function runOf(
  destination: string,
  { words, terminal }: { words: StatusWords; terminal: Terminal },
): Promise<void> {
  if (words.server !== undefined)
    throw badOption('--server', words.server, 'a destination or a server, not both');
  const statuses = await destinationStatus(surroundings(words, terminal), destination);
  const json = () => `${JSON.stringify(statuses, null, 2)}\n`;
  await terminal.out(words.json ? json() : hostStatusText(statuses));
}

async function run(words: StatusWords, terminal: Terminal): Promise<void> {
  const server = openServer({ url: serverUrl(words.server, terminal) });
  const status = await server.ask<Status>('/status');
  await terminal.out(
    words.json ? `${JSON.stringify(status, null, 2)}\n` : asText(server.url, status),
  );
}

/** `failed at sales file: A file … (setup_file_refused, sales.csv, line 4, units)`. */
function setupText({ state, step, error }: Status['setup']): string {
  const at = step ? `${state}${state === 'failed' ? ' at' : ','} ${step}` : state;
  if (!error) return at;
  const { code, title, file, line, column } = error;
  const place = [code, file, line !== null && `line ${line}`, column].filter(Boolean).join(', ');
  return `${at}: ${title} (${place})`;
}

function schemaText({ database, program, minReader }: Status['schema']): string {
  const admits = minReader ? `, admits versions from ${minReader}` : '';
  return `${database ?? '–'}${admits} (program: ${program})`;
}

function asText(url: string, status: Status): string {
  const { schema, queue, machineLearning, setup } = status;
  const facts = [
    ['server', url],
    ['version', status.version],
    ['role', status.role],
    ['database', `${status.database} PostgreSQL`],
    ['schema', schemaText(schema)],
    ['started', status.startedAt],
    ['set-up', setupText(setup)],
    [
      'queue',
      queue ? `${queue.waiting} waiting, ${queue.active} active, ${queue.failed} failed` : '–',
    ],
    ['machine learning', machineLearningText(machineLearning)],
    ...modelFacts(machineLearning),
    ['backups', backupText(status.backup)],
  ];
  const width = Math.max(...facts.map(([name]) => name!.length));
  const head = facts.map(([name, value]) => `${name!.padEnd(width)}  ${value}\n`).join('');
  const columns = [
    { title: 'step' },
    { title: 'state' },
    { title: 'ms', align: 'right' as const },
    { title: 'at most', align: 'right' as const },
    { title: 'note' },
  ];
  const rows = status.steps.map(({ name, state, milliseconds, deadlineSeconds, note }) => [
    name,
    state,
    milliseconds === null ? '–' : String(Math.round(milliseconds)),
    deadlineSeconds === null ? '–' : `${Math.round(deadlineSeconds)} s`,
    note ?? '',
  ]);
  return `${head}\n${textTable(columns, rows)}`;
}

/** `waiting: newest 2026-11-23T17:40:05.123Z, next 2026-11-24T17:40:05.123Z`. */
function backupText({ state, lastAt, nextAt, reason }: Status['backup']): string {
  const next = nextAt && `next ${nextAt}`;
  const facts = [`newest ${lastAt ?? 'none'}`, next, reason].filter(Boolean);
  return `${state}: ${facts.join(', ')}`;
}

function machineLearningText(report: Status['machineLearning']): string {
  const { state, reason, code, phase, bytes, nextTryAt } = report;
  const percent = bytes && bytes.total > 0 ? Math.floor((100 * bytes.done) / bytes.total) : null;
  const words = [
    phase ? `${state} (${phase})` : state,
    percent === null ? '' : `${percent} %`,
    reason,
    code ? `(${code})` : '',
    nextTryAt ? `next try ${nextTryAt}` : '',
  ];
  return words.filter(Boolean).join(', ').replace(', (', ' (');
}

function modelFacts({ models, runtimeVersion }: Status['machineLearning']): string[][] {
  const rows = models.map(({ name, installed, trust }) => [
    '',
    `${name}: ${installed ? `installed, checksums: ${trust}` : 'not installed'}`,
  ]);
  return runtimeVersion ? [['', `ONNX Runtime ${runtimeVersion}`], ...rows] : rows;
}
