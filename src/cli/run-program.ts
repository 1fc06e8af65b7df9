import type { RunningServer, StartOptions } from '../server/main.ts';
import type { Terminal } from './terminal.ts';

interface ProgramOptions {
  readonly role: NonNullable<StartOptions['role']>;
  /** The line that says where it runs. */
  readonly say: (server: RunningServer) => string;
}

/** What refused to end by then is left behind: the reason has been printed. */
const LAST_WORD_MS = 5_000;

/**
 * Runs the server until Ctrl-C or SIGTERM, then stops it and everything that it started, however often
 * it is told to. A start under way is given up at the next step.
 */
export async function runProgram(terminal: Terminal, { role, say }: ProgramOptions): Promise<void> {
  const [{ startServer }, { readConfig }, { pino, destination }] = await Promise.all([
    import('../server/main.ts'),
    import('../server/config.ts'),
    import('pino'),
  ]);
  const config = readConfig(terminal.env);
  const log = pino({ level: config.logLevel }, destination(2));
  const stopping = new AbortController();
  const interrupted = terminal.untilInterrupted().then(() => stopping.abort());
  const { signal } = stopping;
  try {
    const server = await startServer(config, { log, now: () => new Date(), role, signal });
    await terminal.out(say(server));
    const lost = await Promise.race([interrupted, server.lost]);
    await server.stop();
    if (lost) throw lost;
  } catch (error) {
    if (signal.aborted && (error as Error).name === 'AbortError') return;
    setTimeout(() => process.exit(), LAST_WORD_MS).unref();
    throw error;
  }
}
