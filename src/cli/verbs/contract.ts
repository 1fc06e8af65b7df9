import type { Command } from 'commander';
import { packageVersion, type Terminal } from '../terminal.ts';

export function define(command: Command, terminal: Terminal): void {
  command
    .option('--json', 'print JSON')
    .addHelpText('after', EXAMPLES)
    .action((words: { json?: boolean }) => run(words, terminal));
}

const EXAMPLES = `
schema            the newest migration that this program knows, and brings a database to
min-reader        the oldest program version that can run on that schema
min-upgrade-from  the oldest schema from which this program can upgrade directly

Image labels and deploys are made from this.

Examples:
  parstock contract --json
`;

async function run({ json }: { json?: boolean }, terminal: Terminal): Promise<void> {
  const { programContract } = await import('../../server/store/schema-contract.ts');
  const contract = { version: packageVersion(), ...programContract() };
  if (json) return terminal.out(`${JSON.stringify(contract, null, 2)}\n`);
  const { version, schema, minReader, minUpgradeFrom } = contract;
  await terminal.out(
    [
      `version           ${version}`,
      `schema            ${schema}`,
      `min-reader        ${minReader}`,
      `min-upgrade-from  ${minUpgradeFrom}\n`,
    ].join('\n'),
  );
}
