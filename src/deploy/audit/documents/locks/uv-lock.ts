import { record } from '../package-manifest.ts';
import type { Pyproject, Table } from '../pyproject.ts';
import {
  lineOfRequirement,
  normalName,
  normalSpecifier,
  type Requirement,
} from '../python-requirement.ts';
import type { Disagreement } from './disagreement.ts';
import type { LockText } from './npm-lock.ts';

type Package = Table & { readonly name: string };

/** uv.lock against the pyproject.toml of its root and of its workspace members. */
export function uvDisagreements(
  lock: LockText & { table: Table },
  projects: readonly Pyproject[],
): Disagreement[] {
  const packages = packagesOf(lock.table);
  const names = new Set(packages.map(({ name }) => name));
  const found = projects.flatMap((project) => compareProject(project, { packages, names, lock }));
  return [...found, ...unreached({ packages, projects, lock })];
}

export function packagesOf(table: Table): Package[] {
  const list = Array.isArray(table.package) ? table.package : [];
  return list.flatMap((item) => {
    const name = record(item)?.name;
    return typeof name === 'string' ? [{ ...record(item)!, name: normalName(name) }] : [];
  });
}

interface Wanted {
  readonly requirement: Requirement;
  /** Where it stands: `''` for the project itself, `extra x`, `group x`. */
  readonly where: string;
}
interface Context {
  readonly packages: readonly Package[];
  readonly names: ReadonlySet<string>;
  readonly lock: LockText;
}

function compareProject(project: Pyproject, { packages, names, lock }: Context): Disagreement[] {
  const own = packages.find(
    ({ name, source }) =>
      name === project.name &&
      ['editable', 'virtual', 'directory'].some((key) => record(source)?.[key] !== undefined),
  );
  const wanted = wantedOf(project);
  if (!own) return wanted.length > 0 && project.name ? [newMember(project, lock.file)] : [];
  const metadata = record(own.metadata) ?? {};
  const locked = [
    ...lockedList(metadata['requires-dist']),
    ...Object.entries(record(metadata['requires-dev']) ?? {}).flatMap(([group, list]) =>
      lockedList(list).map((item) => ({ ...item, where: `group ${normalName(group)}` })),
    ),
  ];
  const found = wanted.flatMap((item) => compareOne(item, { project, locked, names, lock }));
  if (project.dynamic.has('dependencies') || project.dynamic.has('optional-dependencies'))
    return found;
  for (const { name, where } of locked) {
    if (wanted.some((item) => item.requirement.name === name && sameWhere(item.where, where)))
      continue;
    if (where === '' && wanted.some((item) => item.requirement.name === name)) continue;
    const message = `${lock.file} lists ${name}${where ? ` (${where})` : ''}, which ${project.file} no longer requires`;
    found.push({
      file: lock.file,
      line: lineOfPackage(lock.text, name),
      name,
      kind: 'no longer required',
      message,
    });
  }
  return found;
}

function newMember(project: Pyproject, lockFile: string): Disagreement {
  const message = `${lockFile} knows nothing of the project ${project.name}`;
  return { file: project.file, line: 1, kind: 'not locked', name: project.name ?? '', message };
}

function wantedOf({ dependencies, extras, groups }: Pyproject): Wanted[] {
  const place = (list: readonly Requirement[], where: string) =>
    list.map((requirement) => ({ requirement, where }));
  return [
    ...place(dependencies, ''),
    ...[...extras].flatMap(([extra, list]) => place(list, `extra ${extra}`)),
    ...[...groups].flatMap(([group, list]) => place(list, `group ${group}`)),
  ];
}

interface Locked {
  readonly name: string;
  readonly where: string;
  readonly specifier?: string;
  readonly sourced: boolean;
}

function lockedList(list: unknown): Locked[] {
  if (!Array.isArray(list)) return [];
  return list.flatMap((item) => {
    const entry = record(item);
    if (typeof entry?.name !== 'string') return [];
    const extra = /extra == ['"]([^'"]+)['"]/.exec(String(entry.marker ?? ''))?.[1];
    const sourced = ['git', 'url', 'path', 'editable', 'virtual', 'directory', 'index'].some(
      (key) => entry[key] !== undefined,
    );
    return {
      name: normalName(entry.name),
      where: extra ? `extra ${normalName(extra)}` : '',
      ...(typeof entry.specifier === 'string' ? { specifier: entry.specifier } : {}),
      sourced,
    };
  });
}

function sameWhere(a: string, b: string): boolean {
  return a === b;
}

function compareOne(
  { requirement, where }: Wanted,
  options: {
    project: Pyproject;
    locked: readonly Locked[];
    names: ReadonlySet<string>;
    lock: LockText;
  },
): Disagreement[] {
  const { project, locked, names, lock } = options;
  const { name, specifier, url } = requirement;
  // `project[extra]` names itself, and is unfolded in the lock.
  if (name === project.name) return [];
  const place = { file: project.file, line: lineOfRequirement(project.text, name), name };
  const listed = locked.filter((item) => item.name === name && sameWhere(item.where, where));
  if (listed.length === 0) {
    const inWhere = where ? ` in ${where}` : '';
    const message = names.has(name)
      ? `${name} is required${inWhere}, but ${lock.file} does not know that this project requires it there`
      : `${name} is required${inWhere}, but ${lock.file} holds no version of it`;
    return [{ ...place, kind: 'not locked', message }];
  }
  if (url !== undefined || listed.some(({ sourced }) => sourced)) return [];
  if (listed.some((item) => normalSpecifier(item.specifier ?? '') === normalSpecifier(specifier)))
    return [];
  const message = `${name} is required as ${specifier || 'any version'}, but ${lock.file} was made for ${listed[0]!.specifier ?? 'any version'}`;
  return [{ ...place, kind: 'other range', message }];
}

function unreached({
  packages,
  projects,
  lock,
}: {
  packages: readonly Package[];
  projects: readonly Pyproject[];
  lock: LockText & { table: Table };
}): Disagreement[] {
  const needs = new Map<string, Set<string>>();
  for (const entry of packages) {
    const names = needs.get(entry.name) ?? new Set();
    for (const key of ['dependencies', 'optional-dependencies', 'dev-dependencies'])
      for (const name of namesBelow(entry[key])) names.add(name);
    needs.set(entry.name, names);
  }
  const own = packages.filter(({ source }) =>
    ['editable', 'virtual', 'directory'].some((key) => record(source)?.[key] !== undefined),
  );
  const roots = [
    ...own.map(({ name }) => name),
    ...projects.flatMap(({ name }) => name ?? []),
    ...namesBelow(lock.table.manifest),
  ];
  const reached = new Set<string>();
  for (let name = roots.pop(); name !== undefined; name = roots.pop()) {
    if (reached.has(name)) continue;
    reached.add(name);
    roots.push(...(needs.get(name) ?? []));
  }
  const left = [...new Set(packages.map(({ name }) => name))].filter((name) => !reached.has(name));
  const below = new Set(left.flatMap((name) => [...(needs.get(name) ?? [])]));
  return left
    .filter((name) => !below.has(name))
    .map((name): Disagreement => {
      const message = `${lock.file} locks ${name}, which nothing requires any more`;
      return {
        file: lock.file,
        line: lineOfPackage(lock.text, name),
        name,
        kind: 'no longer required',
        message,
      };
    });
}

/** Every `name` in lists and tables of lists. */
function namesBelow(value: unknown, depth = 0): string[] {
  if (depth > 6) return [];
  if (Array.isArray(value)) return value.flatMap((item) => namesBelow(item, depth + 1));
  const table = record(value);
  if (!table) return typeof value === 'string' ? [normalName(value)] : [];
  if (typeof table.name === 'string') return [normalName(table.name)];
  return Object.values(table).flatMap((item) => namesBelow(item, depth + 1));
}

export function lineOfPackage(text: string, name: string): number {
  const spelled = name.replace(/-/g, '[-_.]+');
  const match = new RegExp(`^name = "${spelled}"`, 'im').exec(text);
  return match ? text.slice(0, match.index).split('\n').length : 1;
}
