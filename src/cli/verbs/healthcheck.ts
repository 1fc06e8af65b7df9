import type { Command } from 'commander';
import { Refusal } from '../../contract/errors.ts';
import { openServer, serverUrl } from '../server-client.ts';
import type { Terminal } from '../terminal.ts';

interface Words {
  readonly server?: string;
  readonly timeout: number;
}

export function define(command: Command, terminal: Terminal): void {
  command
    .option('--server <url>', 'address of the server; default: this machine, PARSTOCK_PORT')
    .option('--timeout <seconds>', 'how long to wait for the answer', seconds, 3)
    .addHelpText(
      'after',
      '\nPrints why where the server is not well, and exits with 1. One that waits to be set up is well.\n\nExamples:\n  parstock healthcheck && echo ready\n  parstock healthcheck --timeout 1',
    )
    .action((words: Words) => run(words, terminal));
}

function seconds(text: string): number {
  const value = Number(text);
  if (/^\d+(\.\d+)?$/.test(text) && value > 0 && value <= 60) return value;
  const wanted = 'a number of seconds above 0, at most 60';
  throw new Refusal('invalid_option', { where: '--timeout', found: text, wanted });
}

async function run({ server, timeout }: Words, terminal: Terminal): Promise<void> {
  // Less than what asks for it waits: its own words are better than being killed.
  const signal = AbortSignal.timeout(timeout * 1000);
  try {
    await openServer({ url: serverUrl(server, terminal) }).ask('/ready', { signal });
  } catch (error) {
    // Waiting for a person is no illness: a restart would only make the printed link void.
    if (!(error instanceof Refusal && error.code === 'setup_not_complete')) throw error;
    await terminal.out('The server is well, and waits for its set-up link to be opened.\n');
  }
}
