import type { Command } from 'commander';
import type { z } from 'zod';
import type { statusSchema } from '../../contract/index.ts';
import { openServer, serverUrl } from '../server-client.ts';
import { textTable } from '../table.ts';
import type { Terminal } from '../terminal.ts';

type Status = z.infer<typeof statusSchema>;

export function define(command: Command, terminal: Terminal): void {
  command
    .option('--server <url>', 'address of the server; default: this machine, PARSTOCK_PORT')
    .option('--json', 'print JSON')
    .addHelpText(
      'after',
      '\nExamples:\n  parstock status\n  parstock status --server https://stock.example.com',
    )
    .action((words: { server?: string; json?: boolean }) => run(words, terminal));
}

async function run(words: { server?: string; json?: boolean }, terminal: Terminal): Promise<void> {
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
