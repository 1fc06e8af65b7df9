import {
  closeSync,
  constants,
  fstatSync,
  openSync,
  readdirSync,
  readSync,
  realpathSync,
  statSync,
} from 'node:fs';
import { join } from 'node:path';
import { Refusal } from '../../../contract/errors.ts';
import { ignoreMatcher } from './ignore-patterns.ts';
import type { Repository, Unread } from './repository.ts';

export const LIMITS = {
  files: 200_000,
  depth: 40,
  documentBytes: 4 * 2 ** 20,
  lockfileBytes: 24 * 2 ** 20,
  keptBytes: 64 * 2 ** 20,
} as const;

/** Folders of other people's code, or of what tools write; never part of a deployment's sources. */
const passedBy = new Set(
  [
    '.git .hg .svn node_modules bower_components vendor third_party .venv venv __pycache__ .tox .nox',
    '.mypy_cache .ruff_cache .pytest_cache .next .nuxt .turbo .terraform .gradle .idea .cache .yarn',
  ]
    .join(' ')
    .split(' '),
);

const lockfile = /(^|\/)(package-lock\.json|npm-shrinkwrap\.json|pnpm-lock\.yaml|.*\.lock)$/;

interface Walk {
  readonly root: string;
  readonly files: string[];
  readonly unread: Unread[];
  readonly ignores: ((path: string, isFolder?: boolean) => boolean)[];
}

/**
 * Reads a folder's names at once and its files on demand. Follows no link, opens nothing but
 * regular files below the root, runs nothing.
 */
export function readRepository(path: string): Repository {
  const root = openRoot(path);
  const walk: Walk = { root, files: [], unread: [], ignores: [] };
  walkFolder(walk, '', 0);
  walk.files.sort();
  return openFiles(walk);
}

function openRoot(path: string): string {
  try {
    const root = realpathSync(path);
    if (statSync(root).isDirectory()) return root;
  } catch (cause) {
    throw new Refusal('file_not_readable', { where: path, found: (cause as Error).message });
  }
  throw new Refusal('file_not_readable', { where: path, found: 'a file' });
}

function walkFolder(walk: Walk, folder: string, depth: number): void {
  const inside = (name: string) => (folder === '' ? name : `${folder}/${name}`);
  const entries = namesOf(walk, folder);
  const ignore = entries.some(({ name }) => name === '.gitignore')
    ? readWhole(join(walk.root, inside('.gitignore')), LIMITS.documentBytes)
    : undefined;
  if (typeof ignore === 'string') {
    const decide = ignoreMatcher(ignore, 'git');
    const start = folder === '' ? 0 : folder.length + 1;
    walk.ignores.push((path, isFolder) => decide(path.slice(start), isFolder));
  }
  for (const entry of entries) {
    const path = inside(entry.name);
    if (walk.files.length >= LIMITS.files) {
      if (walk.unread.at(-1)?.reason !== 'too many') walk.unread.push({ path, reason: 'too many' });
      break;
    }
    if (entry.isSymbolicLink()) noteLink(walk, path);
    else if (entry.isDirectory()) {
      if (passedBy.has(entry.name) || isIgnored(walk, path, true)) continue;
      if (depth < LIMITS.depth) walkFolder(walk, path, depth + 1);
      else walk.unread.push({ path, reason: 'too many' });
    } else if (entry.isFile() && !isIgnored(walk, path, false)) walk.files.push(path);
  }
  if (typeof ignore === 'string') walk.ignores.pop();
}

function namesOf(walk: Walk, folder: string) {
  try {
    return readdirSync(join(walk.root, folder), { withFileTypes: true });
  } catch {
    walk.unread.push({ path: folder || '.', reason: 'unreadable' });
    return [];
  }
}

function isIgnored({ ignores }: Walk, path: string, isFolder: boolean): boolean {
  return ignores.some((decide) => decide(path, isFolder));
}

/** A link that stays inside adds nothing: its target is walked. One that leaves is named. */
function noteLink(walk: Walk, path: string): void {
  try {
    const target = realpathSync(join(walk.root, path));
    if (target === walk.root || target.startsWith(`${walk.root}/`)) return;
    walk.unread.push({ path, reason: 'link out of the folder' });
  } catch {
    // A dangling or circular link leads nowhere, and nothing is missed by not following it.
  }
}

function openFiles({ root, files, unread }: Walk): Repository {
  const known = new Set(files);
  const texts = new Map<string, string | undefined>();
  let kept = 0;
  const text = (path: string): string | undefined => {
    if (!known.has(path)) return undefined;
    if (texts.has(path)) return texts.get(path);
    const limit = lockfile.test(path) ? LIMITS.lockfileBytes : LIMITS.documentBytes;
    const whole = readWhole(join(root, path), limit);
    if (typeof whole !== 'string') {
      unread.push({ path, reason: whole.reason });
      texts.set(path, undefined);
      return undefined;
    }
    // A lockfile is large, and read once; a finding in it reads it again.
    if (limit === LIMITS.lockfileBytes) return whole;
    kept += whole.length;
    if (kept < LIMITS.keptBytes) texts.set(path, whole);
    return whole;
  };
  return {
    files,
    unread,
    has: (path) => known.has(path),
    text,
    lines: (path) => (text(path) ?? '').split(/\r?\n/),
    head: (path) => (known.has(path) ? readHead(join(root, path)) : ''),
  };
}

/** O_NOFOLLOW and O_NONBLOCK: a file swapped for a link or a pipe after the walk opens nothing. */
function openRegular(path: string): { file: number; bytes: number } | undefined {
  let file: number;
  try {
    file = openSync(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  } catch {
    return undefined;
  }
  const facts = fstatSync(file);
  if (facts.isFile()) return { file, bytes: facts.size };
  closeSync(file);
  return undefined;
}

function readWhole(path: string, limit: number): string | { reason: Unread['reason'] } {
  const opened = openRegular(path);
  if (!opened) return { reason: 'unreadable' };
  const { file, bytes } = opened;
  try {
    if (bytes > limit) return { reason: 'too large' };
    const content = readBytes(file, bytes);
    if (content.subarray(0, 8000).includes(0)) return { reason: 'binary' };
    return content.toString('utf8').replace(/^\uFEFF/, '');
  } catch {
    return { reason: 'unreadable' };
  } finally {
    closeSync(file);
  }
}

function readHead(path: string): string {
  const opened = openRegular(path);
  if (!opened) return '';
  try {
    const content = readBytes(opened.file, Math.min(opened.bytes, 160));
    return content.includes(0) ? '' : content.toString('utf8');
  } catch {
    return '';
  } finally {
    closeSync(opened.file);
  }
}

function readBytes(file: number, bytes: number): Buffer {
  const content = Buffer.alloc(bytes);
  let length = 0;
  while (length < bytes) {
    const read = readSync(file, content, length, bytes - length, null);
    if (read === 0) break;
    length += read;
  }
  return content.subarray(0, length);
}
