import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { CommandOutcome } from '../hosts/host.ts';

/** What the checks look at: the folder of the repository, and a way to ask git. */
export interface ReleaseSource {
  readonly folder: string;
  readonly version: string;
  readonly tag: string;
  readonly git: (...words: string[]) => Promise<CommandOutcome>;
}

/** One thing that must hold before a version is built for others. */
export interface ReleaseCheck {
  readonly name: string;
  readonly title: string;
  /** Null where it holds; otherwise what was found, and what was wanted. */
  readonly run: (source: ReleaseSource) => Promise<{ found: string; wanted: string } | null>;
}

export const releaseChecks: readonly ReleaseCheck[] = [
  {
    name: 'tree',
    title: 'nothing is uncommitted',
    run: async ({ git }) => {
      const { code, stdout, stderr } = await git('status', '--porcelain', '--untracked-files=all');
      if (code !== 0) return { found: stderr.trim(), wanted: 'a git repository' };
      const lines = stdout.split('\n').filter(Boolean);
      if (lines.length === 0) return null;
      const more = lines.length > 3 ? ` and ${lines.length - 3} more` : '';
      return { found: `${lines.slice(0, 3).join(', ')}${more}`, wanted: 'a clean tree' };
    },
  },
  {
    name: 'tag',
    title: 'the commit has the tag of the version in package.json',
    run: async ({ git, tag }) => {
      const { stdout } = await git('tag', '--points-at', 'HEAD');
      const tags = stdout.split('\n').filter(Boolean);
      if (tags.includes(tag)) return null;
      return { found: tags.join(', ') || 'no tag', wanted: tag };
    },
  },
  {
    name: 'changelog',
    title: 'the change log says what the version brings',
    run: async ({ folder, version }) => {
      const text = readText(join(folder, 'CHANGELOG.md'));
      const wanted = `## ${version}`;
      if (text === null) return { found: 'no CHANGELOG.md', wanted };
      const entry = entryOf(text, version);
      if (entry === null) return { found: 'no such heading in CHANGELOG.md', wanted };
      return entry === '' ? { found: 'a heading without a line below', wanted } : null;
    },
  },
  {
    name: 'lockfile',
    title: 'the lockfile is of this version, and in step with package.json',
    run: async ({ folder }) => {
      const manifest = readJson(join(folder, 'package.json'));
      const lock = readJson(join(folder, 'package-lock.json'));
      const root = (lock?.packages as Record<string, Manifest> | undefined)?.[''];
      const wanted = 'npm install --package-lock-only, committed';
      if (!manifest || !root) return { found: 'no package-lock.json', wanted };
      const different = IN_STEP.find((field) => !same(manifest[field], root[field]));
      return different ? { found: `another ${different} in package-lock.json`, wanted } : null;
    },
  },
];

type Manifest = Readonly<Record<string, unknown>>;
const IN_STEP = [
  'version',
  'dependencies',
  'optionalDependencies',
  'devDependencies',
  'peerDependencies',
];

function same(one: unknown, other: unknown): boolean {
  const sorted = (value: unknown) =>
    typeof value === 'object' && value !== null
      ? JSON.stringify(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)))
      : JSON.stringify(value ?? {});
  return sorted(one) === sorted(other);
}

/** What stands below the heading of a version; null without one. */
function entryOf(text: string, version: string): string | null {
  const lines = text.split('\n');
  const heading = new RegExp(`^## \\[?v?${version.replaceAll('.', '\\.')}\\]?(\\s|$)`);
  const start = lines.findIndex((line) => heading.test(line));
  if (start < 0) return null;
  const rest = lines.slice(start + 1);
  const end = rest.findIndex((line) => line.startsWith('## '));
  return rest
    .slice(0, end < 0 ? undefined : end)
    .join('\n')
    .trim();
}

function readText(path: string): string | null {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
}

function readJson(path: string): Manifest | null {
  const text = readText(path);
  return text === null ? null : (JSON.parse(text) as Manifest);
}
