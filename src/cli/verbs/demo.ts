import { accessSync, constants, mkdirSync } from 'node:fs';
import type { Command } from 'commander';
import { Refusal } from '../../contract/errors.ts';
import { writeDemoFiles } from '../../server/startup/demo/demo-files.ts';
import type { Terminal } from '../terminal.ts';

export function define(command: Command, terminal: Terminal): void {
  command
    .argument('<folder>', 'where to write them; made if it is not there')
    .option('--json', 'print JSON')
    .addHelpText('after', EXAMPLES)
    .action((folder: string, words: { json?: boolean }) => run(folder, words, terminal));
}

const EXAMPLES = `
The sales are those of 118 pasta items of an Italian grocery (CC BY 4.0), with dates shifted to end
yesterday. Names, suppliers, terms and stock are made up.

Examples:
  parstock demo demo
  parstock plan --sales demo/sales.csv --stock demo/stock.csv --products demo/products.csv --terms demo/terms.csv
`;

async function run(folder: string, words: { json?: boolean }, terminal: Terminal): Promise<void> {
  try {
    mkdirSync(folder, { recursive: true });
    accessSync(folder, constants.W_OK);
  } catch (cause) {
    const found = (cause as NodeJS.ErrnoException).code;
    throw new Refusal('file_not_writable', { where: folder, found }, { cause });
  }
  const files = writeDemoFiles(folder, { today: terminal.today() });
  if (words.json) return terminal.out(`${JSON.stringify({ folder, files }, null, 2)}\n`);
  await terminal.out(files.map((file) => `${file}\n`).join(''));
}
