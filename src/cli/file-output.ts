import { closeSync, fsyncSync, openSync, renameSync, rmSync, writeSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { Refusal } from '../contract/errors.ts';
import type { Terminal } from './terminal.ts';

/** Where a verb writes its result: a file that appears whole or not at all, or stdout. */
export interface Output {
  write(text: string): Promise<void>;
  /** Makes the result visible. Without it nothing is left behind. */
  finish(): Promise<void>;
}

/** Opens `path` for an atomic write, or stdout when there is no path. */
export function openOutput(path: string | undefined, terminal: Terminal): Output {
  return path === undefined ? stdoutOutput(terminal) : fileOutput(path, terminal);
}

function stdoutOutput(terminal: Terminal): Output {
  return { write: (text) => terminal.out(text), finish: async () => undefined };
}

function fileOutput(path: string, terminal: Terminal): Output {
  // In the same folder, since a rename is atomic only inside one file system.
  const partial = join(dirname(path), `.${basename(path)}.${process.pid}.partial`);
  const file = orRefuse(path, () => openSync(partial, 'wx', 0o644));
  const forget = terminal.onEnd(() => rmSync(partial, { force: true }));
  return {
    write: async (text) => {
      const bytes = Buffer.from(text);
      orRefuse(path, () => {
        for (let at = 0; at < bytes.length; ) at += writeSync(file, bytes, at);
      });
    },
    finish: async () => {
      orRefuse(path, () => {
        fsyncSync(file);
        closeSync(file);
        renameSync(partial, path);
      });
      forget();
    },
  };
}

const REASONS: Readonly<Record<string, string>> = {
  ENOENT: 'the folder does not exist',
  ENOTDIR: 'a part of the path is not a folder',
  EACCES: 'no permission to write there',
  EPERM: 'no permission to write there',
  EROFS: 'the file system is read-only',
  ENOSPC: 'the disk is full',
  EISDIR: 'it is a folder',
};

function orRefuse<T>(path: string, work: () => T): T {
  try {
    return work();
  } catch (cause) {
    const code = (cause as NodeJS.ErrnoException).code;
    if (code === undefined) throw cause;
    throw new Refusal(
      'file_not_writable',
      { where: path, found: REASONS[code] ?? code },
      { cause },
    );
  }
}
