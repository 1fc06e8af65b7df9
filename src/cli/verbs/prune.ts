import type { Command } from 'commander';
import { withHosts } from '../../deploy/operations.ts';
import { type PruneReport, prune } from '../../deploy/prune/index.ts';
import { destinationOf } from '../../deploy/steps/open-destination.ts';
import { type DeliveryWords, surroundings, withDeliveryOptions } from '../delivery.ts';
import { textTable } from '../table.ts';
import { EndWith, EXIT, type Terminal } from '../terminal.ts';

interface PruneWords extends DeliveryWords {
  readonly dryRun?: boolean;
}

export function define(command: Command, terminal: Terminal): void {
  withDeliveryOptions(command)
    .argument('<destination>', 'where, as deploy.yml names it')
    .option('--dry-run', 'print names and bytes; remove nothing')
    .addHelpText('after', HELP)
    .action((name: string, words: PruneWords) => run(name, { words, terminal }));
}

const HELP = `
Removes stopped containers, copies of the data and images of versions older than those that a rollback
may go to. Only what this program labelled, by name, without force: never what runs, what is rolled back
to, or another's. Every deploy ends with it.

Examples:
  parstock prune stage --dry-run
  parstock prune production --json

Exit codes: 0 done, 1 something could not be removed (it is named), 2 the command was not understood.
`;

async function run(
  name: string,
  { words, terminal }: { words: PruneWords; terminal: Terminal },
): Promise<void> {
  const around = surroundings(words, terminal);
  const destination = destinationOf(around.deployment, name);
  const dryRun = words.dryRun === true;
  const reports = await withHosts(around, {
    destination,
    work: async (hosts) => {
      const all: PruneReport[] = [];
      for (const host of hosts) all.push(await prune(host, { destination, dryRun, measure: true }));
      return all;
    },
  });
  await terminal.out(words.json ? `${JSON.stringify(reports, null, 2)}\n` : asText(reports));
  if (reports.some(({ items }) => items.some(({ left }) => left !== null)))
    throw new EndWith(EXIT.refused);
}

function asText(reports: readonly PruneReport[]): string {
  const items = reports.flatMap(({ host, items }) => items.map((item) => ({ host, ...item })));
  if (items.length === 0) return 'Nothing to remove.\n';
  const columns = [
    { title: 'host' },
    { title: 'what' },
    { title: 'name' },
    { title: 'bytes', align: 'right' as const },
    { title: 'why' },
  ];
  const rows = items.map(({ host, kind, name, bytes, why, left }) => [
    host,
    kind,
    name,
    bytes === null ? '–' : String(bytes),
    left === null ? why : `still there: ${left}`,
  ]);
  const total = items.reduce((sum, { bytes }) => sum + (bytes ?? 0), 0);
  const verb = reports[0]!.dryRun ? 'would be freed' : 'freed';
  return `${textTable(columns, rows)}\n${total} bytes ${verb}\n`;
}
