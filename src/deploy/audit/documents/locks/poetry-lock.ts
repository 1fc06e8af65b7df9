import { createHash } from 'node:crypto';
import { record } from '../package-manifest.ts';
import type { Pyproject, Table } from '../pyproject.ts';
import { lineOfRequirement, normalName } from '../python-requirement.ts';
import { satisfies } from '../semver-range.ts';
import type { Disagreement } from './disagreement.ts';
import type { LockText } from './npm-lock.ts';
import { lineOfPackage, packagesOf } from './uv-lock.ts';

/** poetry.lock against pyproject.toml: Poetry's own content hash clears it, else names are compared. */
export function poetryDisagreements(
  lock: LockText & { table: Table },
  project: Pyproject,
): Disagreement[] {
  const hash = record(lock.table.metadata)?.['content-hash'];
  if (typeof hash === 'string' && contentHashes(project.table).includes(hash)) return [];
  const packages = packagesOf(lock.table);
  const needs = new Map<string, string[]>();
  for (const { name, dependencies } of packages)
    needs.set(name, [
      ...(needs.get(name) ?? []),
      ...Object.keys(record(dependencies) ?? {}).map(normalName),
    ]);
  const { required, optional } = requiredNames(project);
  const found = [...required]
    .filter((name) => !needs.has(name) && name !== 'python')
    .map((name): Disagreement => {
      const message = `${name} is required but ${lock.file} holds no version of it`;
      return {
        file: project.file,
        line: lineOfRequirement(project.text, name),
        name,
        kind: 'not locked',
        message,
      };
    });
  const moved = outOfRange({ project, lock, packages });
  return [...found, ...moved, ...unreached({ needs, roots: [...required, ...optional], lock })];
}

/** Constraints that the locked version does not satisfy; what is written in another manner is left. */
function outOfRange({
  project,
  lock,
  packages,
}: {
  project: Pyproject;
  lock: LockText;
  packages: ReturnType<typeof packagesOf>;
}): Disagreement[] {
  const lists = [project.dependencies, ...project.extras.values(), ...project.groups.values()];
  const modern = lists
    .flat()
    .flatMap(({ name, specifier, marker, url }): [string, string][] =>
      marker || url || specifier === '' ? [] : [[name, specifier]],
    );
  return [...modern, ...poetryRanges(project)].flatMap(([name, range]): Disagreement[] => {
    const versions = packages.filter((each) => each.name === name).map(({ version }) => version);
    const [version] = versions;
    if (versions.length !== 1 || typeof version !== 'string') return [];
    const whole = /^\d+\.\d+$/.test(version) ? `${version}.0` : version;
    if (satisfies(whole, range) !== false) return [];
    const message = `${name} is required as ${range}, but ${lock.file} locks ${version}`;
    const line = lineOfRequirement(project.text, name);
    return [{ file: project.file, line, name, kind: 'other range', message }];
  });
}

function poetryRanges(project: Pyproject): [string, string][] {
  const poetry = record(record(project.table.tool)?.poetry) ?? {};
  const groups = Object.values(record(poetry.group) ?? {}).map(
    (group) => record(group)?.dependencies,
  );
  return [poetry.dependencies, poetry['dev-dependencies'], ...groups].flatMap((table) =>
    Object.entries(record(table) ?? {}).flatMap(([name, spec]): [string, string][] => {
      const detailed = record(spec);
      const bound = detailed && ['markers', 'python', 'platform'].some((key) => key in detailed);
      const range = detailed ? detailed.version : spec;
      return bound || typeof range !== 'string' || name === 'python'
        ? []
        : [[normalName(name), range]];
    }),
  );
}

function unreached({
  needs,
  roots,
  lock,
}: {
  needs: ReadonlyMap<string, readonly string[]>;
  roots: string[];
  lock: LockText;
}): Disagreement[] {
  const reached = new Set<string>();
  for (let name = roots.pop(); name !== undefined; name = roots.pop()) {
    if (reached.has(name)) continue;
    reached.add(name);
    roots.push(...(needs.get(name) ?? []));
  }
  const left = [...needs.keys()].filter((name) => !reached.has(name));
  const below = new Set(left.flatMap((name) => needs.get(name) ?? []));
  return left
    .filter((name) => !below.has(name))
    .map((name) => {
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

/** Names that must be in the lock; one bound to some Python or platform may be left out of it. */
function requiredNames(project: Pyproject): { required: Set<string>; optional: Set<string> } {
  const required = new Set<string>();
  const optional = new Set<string>();
  const lists = [project.dependencies, ...project.extras.values(), ...project.groups.values()];
  for (const { name, marker } of lists.flat()) (marker ? optional : required).add(name);
  const poetry = record(record(project.table.tool)?.poetry) ?? {};
  const groups = Object.values(record(poetry.group) ?? {}).map(
    (group) => record(group)?.dependencies,
  );
  for (const table of [poetry.dependencies, poetry['dev-dependencies'], ...groups])
    for (const [name, spec] of Object.entries(record(table) ?? {})) {
      const detailed = record(spec);
      const bound =
        Array.isArray(spec) ||
        (detailed && ['markers', 'python', 'platform', 'path'].some((key) => key in detailed));
      (bound ? optional : required).add(normalName(name));
    }
  required.delete('python');
  if (project.name) required.delete(project.name);
  return { required, optional };
}

const LEGACY = ['dependencies', 'source', 'extras', 'dev-dependencies'];
const PROJECT = ['requires-python', 'dependencies', 'optional-dependencies'];

/** The hash as the releases of Poetry compute it (poetry/packages/locker.py, 1.1 to 2.x). */
function contentHashes(table: Table): string[] {
  const poetry = record(record(table.tool)?.poetry) ?? {};
  const project = record(table.project) ?? {};
  const groups = record(table['dependency-groups']);
  const modernProject = Object.fromEntries(
    PROJECT.filter((key) => project[key] !== undefined).map((key) => [key, project[key]]),
  );
  const hasProject = Object.keys(modernProject).length > 0;
  const relevant: Table = {};
  for (const key of [...LEGACY, 'group']) {
    const value = poetry[key] ?? null;
    if (value === null && (key === 'group' || hasProject || groups)) continue;
    relevant[key] = value;
  }
  const tool = Object.keys(relevant).length > 0 ? { tool: { poetry: relevant } } : {};
  const legacy = Object.fromEntries(LEGACY.map((key) => [key, poetry[key] ?? null]));
  const forms: unknown[] = [
    legacy,
    { ...legacy, ...(poetry.group ? { group: poetry.group } : {}) },
    {
      ...(hasProject ? { project: modernProject } : {}),
      ...(groups ? { 'dependency-groups': groups } : {}),
      ...tool,
    },
    { project: modernProject, tool: { poetry: relevant } },
  ];
  return forms.map((form) => createHash('sha256').update(pythonJson(form)).digest('hex'));
}

/** As Python's json.dumps(…, sort_keys=True) writes it. */
function pythonJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(pythonJson).join(', ')}]`;
  const table = record(value);
  if (!table || value instanceof Date)
    return JSON.stringify(value).replace(
      /[\u007f-\uffff]/g,
      (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`,
    );
  const keys = Object.keys(table).sort();
  return `{${keys.map((key) => `${pythonJson(key)}: ${pythonJson(table[key])}`).join(', ')}}`;
}
