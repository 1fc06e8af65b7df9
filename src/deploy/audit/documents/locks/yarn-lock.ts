import { lineOfDependency, type PackageManifest } from '../package-manifest.ts';
import type { Disagreement } from './disagreement.ts';
import type { LockText } from './npm-lock.ts';

interface YarnEntry {
  readonly patterns: readonly string[];
  readonly line: number;
  readonly version?: string;
  readonly dependencies: ReadonlyMap<string, string>;
}

/** yarn.lock of version 1 or of berry against its manifests; undefined: it is neither. */
export function yarnDisagreements(
  lock: LockText,
  manifests: readonly PackageManifest[],
): Disagreement[] | undefined {
  const isBerry = /^__metadata:/m.test(lock.text);
  if (!isBerry && !/yarn lockfile v1/.test(lock.text)) return undefined;
  const entries = readEntries(lock.text);
  const overridden = new Set(manifests.flatMap((manifest) => [...manifest.overridden]));
  const context = { entries, overridden, manifests, lock };
  return isBerry ? compareBerry(context) : compareClassic(context);
}

interface Context {
  readonly entries: readonly YarnEntry[];
  readonly overridden: ReadonlySet<string>;
  readonly manifests: readonly PackageManifest[];
  readonly lock: LockText;
}

/** Both forms are generated: keys at the margin, two spaces for fields, four for dependencies. */
function readEntries(text: string): YarnEntry[] {
  const entries: {
    patterns: string[];
    line: number;
    version?: string;
    dependencies: Map<string, string>;
  }[] = [];
  let section = '';
  text.split(/\r?\n/).forEach((line, i) => {
    if (/^\s*(#|$)/.test(line)) return;
    const indent = line.length - line.trimStart().length;
    const content = line.trim();
    if (indent === 0) {
      const keys = content.replace(/:$/, '');
      const patterns = keys.split(/",\s*"|,\s*/).map((key) => key.replace(/^"|"$/g, ''));
      entries.push({ patterns, line: i + 1, dependencies: new Map() });
      section = '';
      return;
    }
    const entry = entries.at(-1);
    if (!entry) return;
    if (indent === 2) {
      section = content.endsWith(':') ? content.slice(0, -1) : '';
      const version = /^version:? "?([^"]+)"?$/.exec(content)?.[1];
      if (version) entry.version = version;
    } else if (indent === 4 && /^(dependencies|optionalDependencies)$/.test(section)) {
      const pair = /^"?(@?[^"\s:]+)"?:?\s+"?([^"]+)"?$/.exec(content);
      if (pair) entry.dependencies.set(pair[1]!, pair[2]!);
    }
  });
  return entries;
}

const local =
  /^(file|link|workspace|portal|patch|exec|git|github|https?|catalog):|^git\+|^[\w-]+\/[\w-]+|^\.{0,2}\//;

function compareClassic({ entries, overridden, manifests, lock }: Context): Disagreement[] {
  const byPattern = new Map(
    entries.flatMap((entry) => entry.patterns.map((p) => [p, entry] as const)),
  );
  const names = new Set(entries.flatMap(({ patterns }) => patterns.map(nameOf)));
  const own = new Set(manifests.flatMap(({ name }) => name ?? []));
  const found: Disagreement[] = [];
  const queue: string[] = [];
  for (const manifest of manifests)
    for (const [section, ranges] of Object.entries(manifest.sections)) {
      if (section === 'peerDependencies') continue;
      for (const [name, range] of Object.entries(ranges)) {
        queue.push(`${name}@${range}`);
        if (own.has(name) || overridden.has(name) || local.test(range)) continue;
        if (byPattern.has(`${name}@${range}`)) continue;
        const line = lineOfDependency(manifest.text, { section, name });
        const kind = names.has(name) ? 'other range' : 'not locked';
        const message = `${name} is required as ${range}, which ${lock.file} does not list`;
        found.push({ file: manifest.file, line, name, kind, message });
      }
    }
  return [...found, ...unreached({ byPattern, queue, entries, overridden, lock })];
}

/** Entries that nothing asks for any more; names decided by resolutions count as asked for. */
function unreached(options: {
  byPattern: ReadonlyMap<string, YarnEntry>;
  queue: string[];
  entries: readonly YarnEntry[];
  overridden: ReadonlySet<string>;
  lock: LockText;
}): Disagreement[] {
  const { byPattern, queue, entries, overridden, lock } = options;
  const reached = new Set<YarnEntry>();
  const visit = (entry: YarnEntry | undefined) => {
    if (!entry || reached.has(entry)) return;
    reached.add(entry);
    for (const [name, range] of entry.dependencies) queue.push(`${name}@${range}`);
  };
  for (const entry of entries)
    if (entry.patterns.some((p) => overridden.has(nameOf(p)))) visit(entry);
  for (let pattern = queue.pop(); pattern !== undefined; pattern = queue.pop())
    visit(byPattern.get(pattern));
  const left = entries.filter(
    (entry) =>
      !reached.has(entry) && !entry.patterns.some((p) => local.test(p.slice(nameOf(p).length + 1))),
  );
  const below = new Set(left.flatMap(({ dependencies }) => [...dependencies.keys()]));
  const tops = left.filter(({ patterns }) => !below.has(nameOf(patterns[0]!)));
  return tops.map(({ patterns, line }): Disagreement => {
    const name = nameOf(patterns[0]!);
    const message = `${lock.file} locks ${patterns[0]}, which nothing requires any more`;
    return { file: lock.file, line, name, kind: 'no longer required', message };
  });
}

function nameOf(pattern: string): string {
  const at = pattern.indexOf('@', 1);
  return at < 0 ? pattern : pattern.slice(0, at);
}

function compareBerry({ entries, overridden, manifests, lock }: Context): Disagreement[] {
  const [root] = manifests;
  const prefix = root?.folder ? `${root.folder}/` : '';
  return manifests.flatMap((manifest) => {
    const folder = manifest === root ? '.' : manifest.folder.slice(prefix.length);
    const entry = entries.find(({ patterns }) =>
      patterns.some((p) => p.endsWith(`@workspace:${folder}`)),
    );
    const { dependencies, devDependencies, optionalDependencies } = manifest.sections;
    const wanted = { ...devDependencies, ...optionalDependencies, ...dependencies };
    if (!entry) {
      const [first] = Object.keys(wanted);
      if (first === undefined) return [];
      const message = `${lock.file} knows nothing of the workspace ${folder}, which requires ${first}`;
      return [{ file: manifest.file, line: 1, kind: 'not locked', name: folder, message } as const];
    }
    return compareWorkspace(manifest, { wanted, entry, overridden, lock });
  });
}

function compareWorkspace(
  manifest: PackageManifest,
  options: {
    wanted: Record<string, string>;
    entry: YarnEntry;
    overridden: ReadonlySet<string>;
    lock: LockText;
  },
): Disagreement[] {
  const { wanted, entry, overridden, lock } = options;
  const found: Disagreement[] = [];
  for (const [name, range] of Object.entries(wanted)) {
    const section = Object.entries(manifest.sections).find(
      ([, names]) => names[name] !== undefined,
    )?.[0];
    const place = {
      file: manifest.file,
      line: lineOfDependency(manifest.text, { section, name }),
      name,
    };
    const locked = entry.dependencies.get(name);
    if (locked === undefined) {
      const message = `${name} is required (${range}) but ${lock.file} does not list it`;
      found.push({ ...place, kind: 'not locked', message });
    } else if (
      !overridden.has(name) &&
      !local.test(range) &&
      !local.test(locked) &&
      bare(locked) !== bare(range)
    ) {
      const message = `${name} is required as ${range}, but ${lock.file} was made for ${bare(locked)}`;
      found.push({ ...place, kind: 'other range', message });
    }
  }
  for (const name of entry.dependencies.keys())
    if (wanted[name] === undefined && manifest.sections.peerDependencies[name] === undefined) {
      const message = `${lock.file} lists ${name}, which ${manifest.file} no longer requires`;
      found.push({ file: lock.file, line: entry.line, name, kind: 'no longer required', message });
    }
  return found;
}

function bare(range: string): string {
  return range.replace(/^npm:(?!@?[a-z][^@]*@)/, '').trim();
}
