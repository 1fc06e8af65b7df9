import { lineOfDependency, type PackageManifest } from '../package-manifest.ts';
import {
  at,
  entriesOf,
  type MapEntry,
  parseYaml,
  textOf,
  type YamlNode,
} from '../yaml-document.ts';
import type { Disagreement } from './disagreement.ts';
import type { LockText } from './npm-lock.ts';

type Outcome = { ok: true; found: Disagreement[] } | { ok: false; line: number; message: string };

/** pnpm-lock.yaml of the versions 5 to 9 against the manifests of its importers. */
export function pnpmDisagreements(
  lock: LockText,
  manifests: readonly PackageManifest[],
  workspace?: { readonly file: string; readonly node: YamlNode },
): Outcome {
  const parsed = parseYaml(withoutPackages(lock.text));
  if (!parsed.ok) return parsed;
  const root = parsed.value;
  const version = Number.parseFloat(textOf(at(root, 'lockfileVersion')) ?? '');
  if (!Number.isFinite(version))
    return { ok: false, line: 1, message: 'there is no lockfileVersion' };
  // A hook may rewrite any manifest before it is compared.
  if (at(root, 'pnpmfileChecksum') || at(root, 'packageExtensionsChecksum'))
    return { ok: true, found: [] };
  const importers = at(root, 'importers');
  const overridden = new Set(
    entriesOf(at(root, 'overrides')).map(([key]) =>
      key
        .split('>')
        .at(-1)!
        .replace(/(?<=.)@.*$/, ''),
    ),
  );
  const [first] = manifests;
  const prefix = first?.folder ? `${first.folder}/` : '';
  const found = manifests.flatMap((manifest) => {
    const key = manifest === first ? '.' : manifest.folder.slice(prefix.length);
    const importer = importers ? at(importers, key) : key === '.' ? root : undefined;
    if (!importer) return withoutImporter(manifest, lock.file);
    return compare(manifest, { importer, overridden, lock });
  });
  return { ok: true, found: [...found, ...movedCatalogs({ workspace, lock, root })] };
}

/** `catalog:` in a manifest says nothing of the range: it stands in pnpm-workspace.yaml. */
function movedCatalogs({
  workspace,
  lock,
  root,
}: {
  workspace: { readonly file: string; readonly node: YamlNode } | undefined;
  lock: LockText;
  root: YamlNode;
}): Disagreement[] {
  if (!workspace) return [];
  const named = entriesOf(at(workspace.node, 'catalogs')).map(
    ([catalog, { node }]) => [catalog, node] as const,
  );
  const plain = at(workspace.node, 'catalog');
  const catalogs = [...named, ...(plain ? [['default', plain] as const] : [])];
  return catalogs.flatMap(([catalog, node]) =>
    entriesOf(node).flatMap(([name, entry]): Disagreement[] => {
      const range = textOf(entry.node);
      const made = textOf(at(root, 'catalogs', catalog, name, 'specifier'));
      if (range === undefined || made === undefined || made === range) return [];
      const message = `${name} is ${range} in the catalog, but ${lock.file} was made for ${made}`;
      return [{ file: workspace.file, line: entry.line, name, kind: 'other range', message }];
    }),
  );
}

/** The long part of the file is not looked at, and parsing it would cost seconds. */
function withoutPackages(text: string): string {
  const cut = /^(packages|snapshots):/m.exec(text);
  if (!cut) return text;
  const tail = /^overrides:|^settings:|^importers:/m.exec(text.slice(cut.index));
  return tail ? text : text.slice(0, cut.index);
}

function withoutImporter(manifest: PackageManifest, lockFile: string): Disagreement[] {
  const { dependencies, devDependencies } = manifest.sections;
  const names = Object.keys({ ...dependencies, ...devDependencies });
  if (names.length === 0) return [];
  const message = `${lockFile} knows nothing of the workspace ${manifest.folder || '.'}, which requires ${names[0]}`;
  return [{ file: manifest.file, line: 1, kind: 'not locked', name: manifest.folder, message }];
}

interface Importer {
  readonly importer: YamlNode;
  readonly overridden: ReadonlySet<string>;
  readonly lock: LockText;
}

function compare(
  manifest: PackageManifest,
  { importer, overridden, lock }: Importer,
): Disagreement[] {
  const locked = lockedSpecifiers(importer);
  const { peerDependencies, ...own } = manifest.sections;
  const wanted = new Map(
    Object.entries(own).flatMap(([section, names]) =>
      Object.entries(names).map(([name, range]) => [name, { section, range }] as const),
    ),
  );
  const found: Disagreement[] = [];
  for (const [name, { section, range }] of wanted) {
    const entry = locked.get(name);
    const line = lineOfDependency(manifest.text, { section, name });
    const place = { file: manifest.file, line, name };
    if (overridden.has(name) || /^(link|file):/.test(range)) continue;
    if (!entry) {
      const message = `${name} is required (${range}) but ${lock.file} does not list it`;
      found.push({ ...place, kind: 'not locked', message });
    } else if (entry.specifier !== range) {
      const message = `${name} is required as ${range}, but ${lock.file} was made for ${entry.specifier}`;
      found.push({ ...place, kind: 'other range', message });
    }
  }
  for (const [name, { line }] of locked)
    if (!wanted.has(name) && peerDependencies[name] === undefined) {
      const message = `${lock.file} lists ${name}, which ${manifest.file} no longer requires`;
      found.push({ file: lock.file, line, name, kind: 'no longer required', message });
    }
  return found;
}

function lockedSpecifiers(importer: YamlNode): Map<string, { specifier: string; line: number }> {
  const found = new Map<string, { specifier: string; line: number }>();
  const add = (name: string, { node, line }: MapEntry) => {
    const specifier = textOf(at(node, 'specifier')) ?? textOf(node);
    if (specifier !== undefined) found.set(name, { specifier, line });
  };
  const specifiers = at(importer, 'specifiers');
  if (specifiers) {
    for (const [name, entry] of entriesOf(specifiers)) add(name, entry);
    return found;
  }
  for (const section of ['dependencies', 'devDependencies', 'optionalDependencies'])
    for (const [name, entry] of entriesOf(at(importer, section))) add(name, entry);
  return found;
}
