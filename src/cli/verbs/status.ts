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

function asText(url: string, status: Status): string {
  const { schema, queue, machineLearning, setup } = status;
  const facts = [
    ['server', url],
    ['version', status.version],
    ['schema', `${schema.database ?? '–'} (program: ${schema.program})`],
    ['started', status.startedAt],
    ['set-up', setup.step ? `${setup.state}, ${setup.step}` : setup.state],
    ['queue', queue ? `${queue.waiting} waiting, ${queue.active} active` : '–'],
    [
      'machine learning',
      [machineLearning.state, machineLearning.reason].filter(Boolean).join(': '),
    ],
  ];
  const width = Math.max(...facts.map(([name]) => name!.length));
  const head = facts.map(([name, value]) => `${name!.padEnd(width)}  ${value}\n`).join('');
  const columns = [
    { title: 'step' },
    { title: 'state' },
    { title: 'ms', align: 'right' as const },
    { title: 'note' },
  ];
  const rows = status.steps.map(({ name, state, milliseconds, note }) => [
    name,
    state,
    milliseconds === null ? '–' : String(Math.round(milliseconds)),
    note ?? '',
  ]);
  return `${head}\n${textTable(columns, rows)}`;
}
