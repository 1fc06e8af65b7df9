import { parse } from 'smol-toml';
import { record } from './package-manifest.ts';
import { normalName, parseRequirement, type Requirement } from './python-requirement.ts';
import type { Parsed } from './yaml-document.ts';

export type Table = Record<string, unknown>;

/** What a pyproject.toml asks for: PEP 621, PEP 735 groups, the tables of uv and Poetry. */
export interface Pyproject {
  readonly file: string;
  readonly folder: string;
  readonly text: string;
  readonly name?: string;
  readonly table: Table;
  readonly dependencies: readonly Requirement[];
  readonly extras: ReadonlyMap<string, readonly Requirement[]>;
  readonly groups: ReadonlyMap<string, readonly Requirement[]>;
  /** Dependencies are computed by a build tool and cannot be read. */
  readonly dynamic: ReadonlySet<string>;
}

export function parseToml(text: string): Parsed<Table> {
  try {
    return { ok: true, value: parse(text) as Table };
  } catch (error) {
    const { line, message } = error as Error & { line?: number };
    return {
      ok: false,
      line: line ?? 1,
      message: message.split('\n')[0]!.replace(/^Invalid TOML document: /, ''),
    };
  }
}

export function readPyproject(
  file: string,
  { text, table }: { text: string; table: Table },
): Pyproject {
  const project = record(table.project) ?? {};
  const uv = record(record(table.tool)?.uv) ?? {};
  const groups = dependencyGroups(record(table['dependency-groups']) ?? {});
  const old = requirements(uv['dev-dependencies']);
  if (old.length > 0) groups.set('dev', [...(groups.get('dev') ?? []), ...old]);
  const extras = Object.entries(record(project['optional-dependencies']) ?? {}).map(
    ([extra, list]) => [normalName(extra), requirements(list)] as const,
  );
  const poetryName = record(record(table.tool)?.poetry)?.name;
  const name = typeof project.name === 'string' ? project.name : poetryName;
  return {
    file,
    folder: file.includes('/') ? file.slice(0, file.lastIndexOf('/')) : '',
    text,
    table,
    ...(typeof name === 'string' ? { name: normalName(name) } : {}),
    dependencies: requirements(project.dependencies),
    extras: new Map(extras),
    groups,
    dynamic: new Set(Array.isArray(project.dynamic) ? project.dynamic.map(String) : []),
  };
}

function requirements(list: unknown): Requirement[] {
  if (!Array.isArray(list)) return [];
  return list.flatMap((item) => (typeof item === 'string' ? (parseRequirement(item) ?? []) : []));
}

/** Groups with what they include put in; a circle adds nothing twice. */
function dependencyGroups(table: Table): Map<string, Requirement[]> {
  const named = new Map(Object.entries(table).map(([group, list]) => [normalName(group), list]));
  const expand = (group: string, open: ReadonlySet<string>): Requirement[] => {
    const list = named.get(group);
    if (!Array.isArray(list) || open.has(group)) return [];
    return list.flatMap((item) => {
      if (typeof item === 'string') return parseRequirement(item) ?? [];
      const included = record(item)?.['include-group'];
      return typeof included === 'string'
        ? expand(normalName(included), new Set([...open, group]))
        : [];
    });
  };
  return new Map([...named.keys()].map((group) => [group, expand(group, new Set())]));
}
