import type { Command } from 'commander';
import type { Terminal } from '../terminal.ts';

export function define(command: Command, terminal: Terminal): void {
  command.addHelpText('after', EXAMPLES).action(() => run(terminal));
}

const EXAMPLES = `
Settings are environment variables; docs/operating.md lists them.

Examples:
  parstock serve
  PARSTOCK_PORT=9000 PARSTOCK_DATA_DIR=/var/lib/parstock parstock serve
`;

/** Runs the server until Ctrl-C or SIGTERM, then stops it and everything that it started. */
async function run(terminal: Terminal): Promise<void> {
  const [{ startServer }, { readConfig }, { pino, destination }] = await Promise.all([
    import('../../server/main.ts'),
    import('../../server/config.ts'),
    import('pino'),
  ]);
  const config = readConfig(terminal.env);
  const log = pino({ level: config.logLevel }, destination(2));
  const interrupted = terminal.untilInterrupted();
  const server = await startServer(config, { log, now: () => new Date() });
  await terminal.out(`Parstock runs at ${server.setupLink ?? server.url}\n`);
  await interrupted;
  await server.stop();
}
