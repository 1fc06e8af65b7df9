import { posix } from 'node:path';
import { globExpression } from '../repository/ignore-patterns.ts';
import type { Repository } from '../repository/repository.ts';

/** What a package.json asks for. */
export interface PackageManifest {
  readonly file: string;
  readonly folder: string;
  readonly name?: string;
  readonly sections: Readonly<Record<Section, Readonly<Record<string, string>>>>;
  readonly workspaces: readonly string[];
  /** Names whose range is decided elsewhere: overrides, resolutions. */
  readonly overridden: ReadonlySet<string>;
  readonly text: string;
}

export const SECTIONS = [
  'dependencies',
  'devDependencies',
  'optionalDependencies',
  'peerDependencies',
] as const;
export type Section = (typeof SECTIONS)[number];

type Json = Record<string, unknown>;

export function readPackageManifest(file: string, text: string): PackageManifest | undefined {
  const value = record(parseJson(text));
  if (!value) return undefined;
  const sections = Object.fromEntries(
    SECTIONS.map((section) => [section, strings(value[section])]),
  ) as PackageManifest['sections'];
  const workspaces = value.workspaces;
  const globs = Array.isArray(workspaces) ? workspaces : record(workspaces)?.packages;
  const overrides = [value.overrides, value.resolutions, record(value.pnpm)?.overrides];
  const folder = posix.dirname(file);
  return {
    file,
    folder: folder === '.' ? '' : folder,
    name: typeof value.name === 'string' ? value.name : undefined,
    sections,
    workspaces: Array.isArray(globs) ? globs.filter((glob) => typeof glob === 'string') : [],
    overridden: new Set(
      overrides.flatMap((each) => Object.keys(record(each) ?? {}).flatMap(overriddenName)),
    ),
    text,
  };
}

// `a>b@^1` and `a/b` both decide over b.
function overriddenName(key: string): string[] {
  const last = key
    .split('>')
    .at(-1)!
    .replace(/(?<=.)@.*$/, '');
  const scoped = /(@[^/]+\/[^/]+)$/.exec(last)?.[1];
  return [last, ...(scoped ? [scoped] : [last.split('/').at(-1)!])];
}

export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

export function record(value: unknown): Json | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Json)
    : undefined;
}

export function strings(value: unknown): Record<string, string> {
  const pairs = Object.entries(record(value) ?? {}).filter(([, text]) => typeof text === 'string');
  return Object.fromEntries(pairs) as Record<string, string>;
}

/** The root's package.json, and those of its workspaces. */
export function workspaceManifests(
  root: PackageManifest,
  { globs, repository }: { globs: readonly string[]; repository: Repository },
): PackageManifest[] {
  const clean = (glob: string) =>
    glob
      .replace(/^!?\.?\//, '')
      .replace(/^!/, '')
      .replace(/\/$/, '');
  const wanted = globs
    .filter((glob) => !glob.startsWith('!'))
    .map((glob) => globExpression(clean(glob)));
  const unwanted = globs
    .filter((glob) => glob.startsWith('!'))
    .map((glob) => globExpression(clean(glob)));
  if (wanted.length === 0) return [root];
  const prefix = root.folder === '' ? '' : `${root.folder}/`;
  const members = repository.files.flatMap((file) => {
    if (!file.startsWith(prefix) || !file.endsWith('/package.json')) return [];
    const folder = file.slice(prefix.length, -'/package.json'.length);
    const chosen =
      wanted.some((glob) => glob.test(folder)) && !unwanted.some((glob) => glob.test(folder));
    const manifest = chosen ? readPackageManifest(file, repository.text(file) ?? '') : undefined;
    return manifest ? [manifest] : [];
  });
  return [root, ...members];
}

/** Line of `"name":` in a section of a package.json; the section's own, or 1, when it is not found. */
export function lineOfDependency(
  text: string,
  { section, name }: { section?: string; name: string },
): number {
  const lines = text.split(/\r?\n/);
  const start = section ? lines.findIndex((line) => line.includes(`"${section}"`)) : 0;
  const found = lines.findIndex((line, i) => i >= Math.max(0, start) && line.includes(`"${name}"`));
  return Math.max(1, (found >= 0 ? found : start) + 1);
}

/** First line that holds a text, or 1. */
export function lineOfText(text: string, wanted: string): number {
  const at = text.indexOf(wanted);
  return at < 0 ? 1 : text.slice(0, at).split('\n').length;
}
