import { posix } from 'node:path';
import type { Disagreement } from '../documents/locks/disagreement.ts';
import { npmDisagreements } from '../documents/locks/npm-lock.ts';
import { pnpmDisagreements } from '../documents/locks/pnpm-lock.ts';
import { poetryDisagreements } from '../documents/locks/poetry-lock.ts';
import { uvDisagreements } from '../documents/locks/uv-lock.ts';
import { yarnDisagreements } from '../documents/locks/yarn-lock.ts';
import {
  type PackageManifest,
  readPackageManifest,
  record,
  workspaceManifests,
} from '../documents/package-manifest.ts';
import { type Pyproject, parseToml, readPyproject } from '../documents/pyproject.ts';
import { at, parseYaml, textsOf } from '../documents/yaml-document.ts';
import { globExpression } from '../repository/ignore-patterns.ts';
import type { Repository } from '../repository/repository.ts';
import type { FileFault } from './facts.ts';

export type LockTool = 'npm' | 'pnpm' | 'yarn' | 'uv' | 'poetry';

/** A lockfile with the manifests that it belongs to, and how they disagree. */
export interface Codebase {
  readonly tool: LockTool;
  readonly lockFile: string;
  readonly manifests: readonly string[];
  readonly disagreements: readonly Disagreement[];
}

interface Context {
  readonly repository: Repository;
  readonly faults: FileFault[];
  /** Folders that have a lockfile of their own. */
  readonly locked: ReadonlySet<string>;
}

const readers: Readonly<Record<string, (file: string, context: Context) => Codebase | undefined>> =
  {
    'package-lock.json': npm,
    'npm-shrinkwrap.json': npm,
    'pnpm-lock.yaml': pnpm,
    'yarn.lock': yarn,
    'uv.lock': uv,
    'poetry.lock': poetry,
  };

export function readCodebases(
  files: readonly string[],
  { repository, faults }: { repository: Repository; faults: FileFault[] },
): Codebase[] {
  const locks = files.filter((file) => Object.hasOwn(readers, posix.basename(file)));
  const locked = new Set(locks.map((file) => posix.dirname(file)));
  const context = { repository, faults, locked };
  return locks.flatMap((file) => readers[posix.basename(file)]!(file, context) ?? []);
}

/** Text of a lockfile; a merge left half-way is told apart from other damage. */
function lockText(file: string, { repository, faults }: Context): string | undefined {
  const text = repository.text(file);
  if (text === undefined || text.trim() === '') return undefined;
  const conflict = /^(<{7}|>{7}) /m.exec(text);
  if (!conflict) return text;
  const line = text.slice(0, conflict.index).split('\n').length;
  faults.push({ file, line, message: 'a merge was left unresolved in it' });
  return undefined;
}

function rootManifest(file: string, { repository, faults }: Context): PackageManifest | undefined {
  const path = posix.join(posix.dirname(file), 'package.json');
  const text = repository.text(path);
  if (text === undefined) return undefined;
  const manifest = readPackageManifest(path, text);
  if (!manifest) faults.push({ file: path, line: 1, message: 'it is no JSON object' });
  return manifest;
}

/** A workspace with a lockfile of its own answers to that one. */
function members(
  root: PackageManifest,
  globs: readonly string[],
  { repository, locked }: Context,
): PackageManifest[] {
  return workspaceManifests(root, { globs, repository }).filter(
    (manifest) => manifest === root || !locked.has(manifest.folder),
  );
}

function npm(file: string, context: Context): Codebase | undefined {
  const text = lockText(file, context);
  const root = rootManifest(file, context);
  if (text === undefined || !root) return undefined;
  const manifests = members(root, root.workspaces, context);
  const disagreements = npmDisagreements({ file, text }, manifests);
  if (!disagreements) {
    context.faults.push({ file, line: 1, message: 'it is no JSON object' });
    return undefined;
  }
  return codebase('npm', { file, manifests, disagreements });
}

function pnpm(file: string, context: Context): Codebase | undefined {
  const text = lockText(file, context);
  const root = rootManifest(file, context);
  if (text === undefined || !root) return undefined;
  const path = posix.join(posix.dirname(file), 'pnpm-workspace.yaml');
  const workspace = context.repository.text(path);
  const parsed = workspace === undefined ? undefined : parseYaml(workspace);
  const globs = parsed?.ok ? textsOf(at(parsed.value, 'packages')) : [];
  const manifests = members(root, globs, context);
  const settings = parsed?.ok ? { file: path, node: parsed.value } : undefined;
  const outcome = pnpmDisagreements({ file, text }, manifests, settings);
  if (!outcome.ok) {
    context.faults.push({ file, line: outcome.line, message: outcome.message });
    return undefined;
  }
  return codebase('pnpm', { file, manifests, disagreements: outcome.found });
}

function yarn(file: string, context: Context): Codebase | undefined {
  const text = lockText(file, context);
  const root = rootManifest(file, context);
  if (text === undefined || !root) return undefined;
  const manifests = members(root, root.workspaces, context);
  const disagreements = yarnDisagreements({ file, text }, manifests);
  if (!disagreements) {
    context.faults.push({ file, line: 1, message: 'it is a lockfile of no known version of yarn' });
    return undefined;
  }
  return codebase('yarn', { file, manifests, disagreements });
}

function tomlOf(file: string, context: Context) {
  const text = file.endsWith('.lock') ? lockText(file, context) : context.repository.text(file);
  if (text === undefined) return undefined;
  const parsed = parseToml(text);
  if (parsed.ok) return { file, text, table: parsed.value };
  context.faults.push({ file, line: parsed.line, message: parsed.message });
  return undefined;
}

function pyproject(folder: string, context: Context): Pyproject | undefined {
  const read = tomlOf(posix.join(folder, 'pyproject.toml'), context);
  return read ? readPyproject(read.file, read) : undefined;
}

function uv(file: string, context: Context): Codebase | undefined {
  const lock = tomlOf(file, context);
  const root = pyproject(posix.dirname(file), context);
  if (!lock || !root) return undefined;
  const workspace = record(record(record(root.table.tool)?.uv)?.workspace);
  const globs = (key: string) => {
    const list = workspace?.[key];
    return (Array.isArray(list) ? list.map(String) : []).map((glob) =>
      globExpression(glob.replace(/^\.\/|\/$/g, '')),
    );
  };
  const [chosen, left] = [globs('members'), globs('exclude')];
  const prefix = root.folder === '' ? '' : `${root.folder}/`;
  const others = context.repository.files.flatMap((path) => {
    if (!path.endsWith('/pyproject.toml') || !path.startsWith(prefix)) return [];
    const folder = path.slice(prefix.length, -'/pyproject.toml'.length);
    const isMember =
      chosen.some((glob) => glob.test(folder)) && !left.some((glob) => glob.test(folder));
    return isMember ? (pyproject(posix.dirname(path), context) ?? []) : [];
  });
  const projects = [root, ...others];
  return codebase('uv', {
    file,
    manifests: projects,
    disagreements: uvDisagreements(lock, projects),
  });
}

function poetry(file: string, context: Context): Codebase | undefined {
  const lock = tomlOf(file, context);
  const project = pyproject(posix.dirname(file), context);
  if (!lock || !project) return undefined;
  return codebase('poetry', {
    file,
    manifests: [project],
    disagreements: poetryDisagreements(lock, project),
  });
}

function codebase(
  tool: LockTool,
  {
    file,
    manifests,
    disagreements,
  }: {
    file: string;
    manifests: readonly { file: string }[];
    disagreements: readonly Disagreement[];
  },
): Codebase {
  return {
    tool,
    lockFile: file,
    manifests: manifests.map((manifest) => manifest.file),
    disagreements,
  };
}
