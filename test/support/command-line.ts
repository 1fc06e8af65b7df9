import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../../', import.meta.url));

/** What a command left behind. */
export interface CommandResult {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A file of the repository by its path from the root. */
export function repositoryFile(path: string): string {
  return join(root, path);
}

export type Environment = Readonly<Record<string, string>>;

/** Starts the real executable as a process of its own, with nothing of our environment but PATH. */
export function spawnParstock(
  args: readonly string[],
  { env = {}, stdout = 'pipe' }: { env?: Environment; stdout?: 'pipe' | number } = {},
): ChildProcess {
  return spawn(process.execPath, [join(root, 'bin/parstock.mjs'), ...args], {
    stdio: ['pipe', stdout, 'pipe'],
    env: { PATH: process.env.PATH, ...env },
  });
}

/** Runs `parstock …` to its end, with a text on stdin or variables in its environment. */
export function runParstock(
  args: readonly string[],
  given: string | Buffer | { readonly env: Environment } = '',
): Promise<CommandResult> {
  const isInput = typeof given === 'string' || Buffer.isBuffer(given);
  const child = spawnParstock(args, isInput ? {} : given);
  let stdout = '';
  let stderr = '';
  child.stdout!.setEncoding('utf8').on('data', (text: string) => {
    stdout += text;
  });
  child.stderr!.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
  });
  // A command that refuses its options never reads what is sent.
  child.stdin!.on('error', () => undefined);
  child.stdin!.end(isInput ? given : '');
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code) => resolve({ code, stdout, stderr }));
  });
}

/** A folder that is gone after the work. */
export async function inTemporaryFolder<T>(work: (folder: string) => Promise<T>): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), 'parstock-'));
  try {
    return await work(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
