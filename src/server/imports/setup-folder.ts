import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { type ImportKind, Refusal } from '../../contract/index.ts';
import { importKinds } from './kinds/all-kinds.ts';

/** A file that set-up imports. */
export interface SetupFile {
  readonly kind: ImportKind;
  readonly name: string;
  readonly path: string;
  readonly bytes: number;
}

export interface SetupFolder {
  /** In the order in which they are imported. */
  readonly files: readonly SetupFile[];
  /** Names of all else: listed, so that a misspelt file is noticed. */
  readonly unknown: readonly string[];
}

const VARIABLE = 'PARSTOCK_SETUP_FOLDER';
const KINDS = Object.keys(importKinds) as ImportKind[];
const WANTED = `a folder with ${KINDS.map((kind) => `${kind}.csv`).join(', ')}, any of them, also as .csv.gz`;

/** What the folder of a set-up holds, or a refusal: of a folder without a file nobody has anything. */
export async function readSetupFolder(folder: string): Promise<SetupFolder> {
  const names = await namesIn(folder);
  const files: SetupFile[] = [];
  for (const kind of KINDS) {
    const matching = names.filter(
      (name) => name.replace(/\.gz$/i, '').toLowerCase() === `${kind}.csv`,
    );
    const [name, second] = matching;
    if (second) refuse(folder, `${matching.join(' and ')}, which are both ${kind}`);
    if (name) files.push({ kind, name, ...(await fileAt(join(folder, name))) });
  }
  const known = new Set(files.map(({ name }) => name));
  const unknown = names.filter((name) => !known.has(name));
  if (files.length === 0) refuse(folder, `only ${unknown.slice(0, 10).join(', ') || 'nothing'}`);
  return { files, unknown };
}

async function namesIn(folder: string): Promise<string[]> {
  try {
    return (await readdir(folder)).sort();
  } catch (error) {
    return refuse(folder, (error as NodeJS.ErrnoException).code ?? 'an error', error);
  }
}

async function fileAt(path: string): Promise<{ path: string; bytes: number }> {
  const found = await stat(path).catch((error: NodeJS.ErrnoException) =>
    refuse(path, error.code ?? 'an error', error),
  );
  // Opening a pipe would wait for its other end for ever.
  if (!found.isFile()) refuse(path, 'something that is not a file');
  return { path, bytes: found.size };
}

function refuse(path: string, what: string, cause?: unknown): never {
  const details = { variable: VARIABLE, found: `${path}: ${what}`, wanted: WANTED };
  throw new Refusal('config_invalid', details, { cause });
}
