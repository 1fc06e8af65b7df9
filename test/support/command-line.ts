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

/** Starts the real executable as a process of its own. */
export function spawnParstock(args: readonly string[]): ChildProcess {
  return spawn(process.execPath, [join(root, 'bin/parstock.mjs'), ...args], {
    stdio: 'pipe',
    env: { PATH: process.env.PATH },
  });
}

/** Runs `parstock …` to its end, with `input` on stdin. */
export function runParstock(
  args: readonly string[],
  input: string | Buffer = '',
): Promise<CommandResult> {
  const child = spawnParstock(args);
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
  child.stdin!.end(input);
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
