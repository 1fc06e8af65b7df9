import type { Command } from 'commander';
import { runProgram } from '../run-program.ts';
import type { Terminal } from '../terminal.ts';

export function define(command: Command, terminal: Terminal): void {
  command.addHelpText('after', EXAMPLES).action(async () => {
    await runProgram(terminal, {
      role: 'serve',
      say: ({ setupLink, url }) => `Parstock runs at ${setupLink ?? url}\n`,
    });
  });
}

const EXAMPLES = `
Settings are environment variables; docs/operating.md lists them.

Examples:
  parstock serve
  PARSTOCK_PORT=9000 PARSTOCK_DATA_DIR=/var/lib/parstock parstock serve
`;
