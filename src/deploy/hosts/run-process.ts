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
  const [program, ...rest] = words;
  const { env, cwd, input, timeoutSeconds } = options;
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

function endChild(child: ReturnType<typeof spawn>, timers: NodeJS.Timeout[]): void {
  child.kill('SIGTERM');
  timers.push(setTimeout(() => child.kill('SIGKILL'), KILL_AFTER_MILLISECONDS));
}
