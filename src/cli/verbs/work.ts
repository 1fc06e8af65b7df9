import type { Command } from 'commander';
import { runProgram } from '../run-program.ts';
import type { Terminal } from '../terminal.ts';

export function define(command: Command, terminal: Terminal): void {
  command.addHelpText('after', EXAMPLES).action(async () => {
    await runProgram(terminal, {
      role: 'work',
      say: ({ url }) => `Parstock takes jobs; how it is: ${url}/status\n`,
    });
  });
}

const EXAMPLES = `
Does the jobs of servers that share a PostgreSQL (PARSTOCK_DATABASE_URL) and the folder of uploads:
forecasts and imports. It answers /live, /ready, /status and /metrics on PARSTOCK_PORT, and nothing else.
Servers with PARSTOCK_WORKERS=0 leave all jobs to it.

Examples:
  PARSTOCK_DATABASE_URL=postgresql://parstock@db/parstock PARSTOCK_PORT=8081 parstock work
`;
