import {
  closeSync,
  existsSync,
  fsyncSync,
  openSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  writeSync,
} from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { Refusal } from '../contract/errors.ts';
import type { Terminal } from './terminal.ts';

/** Where a verb writes its result: a file that appears whole or not at all, a device or a pipe, or stdout. */
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
  const target = orRefuse(path, () => throughLinks(path));
  return isDevice(target) ? deviceOutput(target) : wholeOutput(path, target, terminal);
}

/** Where a link leads: the file behind it is written, the link stays. */
function throughLinks(path: string): string {
  return existsSync(path) ? realpathSync(path) : path;
}

/** Whether it is a device or a pipe: a rename would put a plain file in its place. */
function isDevice(path: string): boolean {
  const found = statSync(path, { throwIfNoEntry: false });
  return found !== undefined && !found.isFile() && !found.isDirectory();
}

function deviceOutput(path: string): Output {
  const device = orRefuse(path, () => openSync(path, 'w'));
  return {
    write: async (text) => orRefuse(path, () => writeAll(device, text)),
    finish: async () => orRefuse(path, () => closeSync(device)),
  };
}

function wholeOutput(path: string, target: string, terminal: Terminal): Output {
  // In the same folder, since a rename is atomic only inside one file system.
  const partial = join(dirname(target), `.${basename(target)}.${process.pid}.partial`);
  const file = orRefuse(path, () => openSync(partial, 'wx', 0o644));
  const forget = terminal.onEnd(() => rmSync(partial, { force: true }));
  return {
    write: async (text) => orRefuse(path, () => writeAll(file, text)),
    finish: async () => {
      orRefuse(path, () => {
        fsyncSync(file);
        closeSync(file);
        renameSync(partial, target);
      });
      forget();
    },
  };
}

function writeAll(file: number, text: string): void {
  const bytes = Buffer.from(text);
  for (let at = 0; at < bytes.length; ) at += writeSync(file, bytes, at);
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
