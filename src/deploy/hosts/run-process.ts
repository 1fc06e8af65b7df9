import { spawn } from 'node:child_process';
import type { CommandOptions, CommandOutcome } from './host.ts';

const MOST_OUTPUT = 8 * 1024 * 1024;
const KILL_AFTER_MILLISECONDS = 5_000;

export interface ProcessOptions extends CommandOptions {
  readonly env?: NodeJS.ProcessEnv;
  readonly cwd?: string;
}

/**
 * Runs a program and collects what it says. It gets a process group of its own: Ctrl-C is for the
 * deployer, which then undoes its steps with further commands.
 */
export function runProcess(
  words: readonly string[],
  options: ProcessOptions = {},
): Promise<CommandOutcome> {
  const { env, cwd, input, timeoutSeconds } = options;
  const [program, ...rest] = input === undefined ? words : piped(words);
  const child = spawn(program!, rest, {
    ...(env ? { env } : {}),
    ...(cwd ? { cwd } : {}),
    detached: true,
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  const said = { stdout: '', stderr: '' };
  for (const name of ['stdout', 'stderr'] as const) {
    child[name].setEncoding('utf8');
    child[name].on('data', (text: string) => {
      said[name] = (said[name] + text).slice(-MOST_OUTPUT);
    });
  }
  // A command that ends without reading its input closes the pipe: that is no fault of ours.
  child.stdin.on('error', () => undefined);
  child.stdin.end(input ?? '');
  return new Promise((resolve, reject) => {
    const timers: NodeJS.Timeout[] = [];
    if (timeoutSeconds !== undefined)
      timers.push(setTimeout(() => endChild(child, timers), timeoutSeconds * 1000));
    child.on('error', (error) => {
      for (const timer of timers) clearTimeout(timer);
      reject(error);
    });
    child.on('close', (code) => {
      for (const timer of timers) clearTimeout(timer);
      resolve({ code, ...said });
    });
  });
}

/**
 * What we open for a child is a socket, which cannot be opened by name: a program that reads /dev/stdin,
 * as over ssh it can, would fail here alone. A shell gives it a true pipe.
 */
function piped(words: readonly string[]): readonly string[] {
  return ['sh', '-c', 'cat | "$@"', 'sh', ...words];
}

function endChild(child: ReturnType<typeof spawn>, timers: NodeJS.Timeout[]): void {
  // The whole group: the program may stand behind a shell.
  const end = (signal: NodeJS.Signals) => {
    try {
      process.kill(-child.pid!, signal);
    } catch {
      // It has ended in the meantime.
    }
  };
  end('SIGTERM');
  timers.push(setTimeout(() => end('SIGKILL'), KILL_AFTER_MILLISECONDS));
}
