import {
  lineOfDependency,
  lineOfText,
  type PackageManifest,
  parseJson,
  record,
  SECTIONS,
  strings,
} from '../package-manifest.ts';
import { satisfies } from '../semver-range.ts';
import type { Disagreement } from './disagreement.ts';

export interface LockText {
  readonly file: string;
  readonly text: string;
}

/** package-lock.json against the package.json of its root and of its workspaces; undefined: no lock. */
export function npmDisagreements(
  lock: LockText,
  manifests: readonly PackageManifest[],
): Disagreement[] | undefined {
  const value = record(parseJson(lock.text));
  if (!value) return undefined;
  const packages = record(value.packages);
  const [root] = manifests;
  if (!root) return [];
  if (!packages) return oldLock(root, Object.keys(record(value.dependencies) ?? {}));
  return manifests.flatMap((manifest) => {
    const prefix = root.folder === '' ? '' : `${root.folder}/`;
    const folder = manifest === root ? '' : manifest.folder.slice(prefix.length);
    const entry = record(packages[folder]);
    if (!entry) return asked(manifest).length === 0 ? [] : [newWorkspace(manifest, lock.file)];
    return compareEntry(manifest, { entry, folder, packages, lock });
  });
}

function asked({ sections }: PackageManifest): string[] {
  return Object.keys({ ...sections.dependencies, ...sections.devDependencies });
}

function newWorkspace(manifest: PackageManifest, lockFile: string): Disagreement {
  const message = `${lockFile} knows nothing of the workspace ${manifest.folder}`;
  return { file: manifest.file, line: 1, kind: 'not locked', name: manifest.folder, message };
}

interface Entry {
  readonly entry: Record<string, unknown>;
  readonly folder: string;
  readonly packages: Record<string, unknown>;
  readonly lock: LockText;
}

function compareEntry(
  manifest: PackageManifest,
  { entry, folder, packages, lock }: Entry,
): Disagreement[] {
  const found: Disagreement[] = [];
  const lockedAll = Object.assign(
    {},
    ...SECTIONS.map((section) => strings(entry[section])),
  ) as Record<string, string>;
  const wantedAll = Object.assign(
    {},
    ...SECTIONS.map((section) => manifest.sections[section]),
  ) as Record<string, string>;
  for (const section of SECTIONS)
    for (const [name, range] of Object.entries(manifest.sections[section])) {
      const line = lineOfDependency(manifest.text, { section, name });
      const at = { file: manifest.file, line, name };
      const locked = lockedAll[name];
      const version = lockedVersion(packages, { folder, name });
      if (locked === undefined) {
        const message = `${name} is required (${range}) but ${lock.file} does not list it`;
        if (section !== 'peerDependencies' || !version)
          found.push({ ...at, kind: 'not locked', message });
      } else if (section === 'dependencies' && version === undefined && !isLocal(range)) {
        const message = `${name} is required (${range}) but ${lock.file} holds no version of it`;
        found.push({ ...at, kind: 'not locked', message });
      } else if (locked.trim() !== range.trim() && locked !== wantedAll[name]) {
        const still = version !== undefined && satisfies(version, range) !== false;
        const kind = still ? 'other range, still satisfied' : 'other range';
        const message = `${name} is required as ${range}, but ${lock.file} was made for ${locked} and holds ${version ?? 'none'}`;
        found.push({ ...at, kind, message });
      } else if (
        version !== undefined &&
        satisfies(version, range) === false &&
        !manifest.overridden.has(name)
      ) {
        const message = `${name} is required as ${range}, but ${lock.file} holds ${version}`;
        found.push({ ...at, kind: 'other range', message });
      }
    }
  for (const name of Object.keys(lockedAll))
    if (wantedAll[name] === undefined) {
      const message = `${lock.file} lists ${name}, which ${manifest.file} no longer requires`;
      const line = lineOfText(lock.text, `"${name}":`);
      found.push({ file: lock.file, line, name, kind: 'no longer required', message });
    }
  return found;
}

function isLocal(range: string): boolean {
  return /^(file|link|workspace|portal):|^\.{0,2}\//.test(range);
}

function lockedVersion(
  packages: Record<string, unknown>,
  { folder, name }: { folder: string; name: string },
): string | undefined {
  for (const path of [
    `${folder === '' ? '' : `${folder}/`}node_modules/${name}`,
    `node_modules/${name}`,
  ]) {
    const entry = record(packages[path]);
    if (!entry) continue;
    if (typeof entry.version === 'string') return entry.version;
    return entry.link === true ? 'a link' : undefined;
  }
  return undefined;
}

/** Version 1 lists what is installed and not what was asked for: only absence can be told. */
function oldLock(root: PackageManifest, locked: readonly string[]): Disagreement[] {
  const known = new Set(locked);
  return (['dependencies', 'devDependencies'] as const).flatMap((section) =>
    Object.keys(root.sections[section])
      .filter((name) => !known.has(name) && !isLocal(root.sections[section][name]!))
      .map((name): Disagreement => {
        const line = lineOfDependency(root.text, { section, name });
        const message = `${name} is required but package-lock.json does not list it`;
        return { file: root.file, line, name, kind: 'not locked', message };
      }),
  );
}
