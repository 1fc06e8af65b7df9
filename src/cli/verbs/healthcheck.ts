import type { Command } from 'commander';
import { openServer, serverUrl } from '../server-client.ts';
import type { Terminal } from '../terminal.ts';

export function define(command: Command, terminal: Terminal): void {
  command
    .option('--server <url>', 'address of the server; default: this machine, PARSTOCK_PORT')
    .addHelpText('after', '\nExamples:\n  parstock healthcheck && echo ready')
    .action(async (words: { server?: string }) => {
      await openServer({ url: serverUrl(words.server, terminal) }).ask('/ready');
    });
}
