import { posix } from 'node:path';
import type { Repository } from '../repository/repository.ts';
import { substituted, wordsOf } from './dockerfile.ts';
import {
  at,
  entriesOf,
  itemsOf,
  type MapEntry,
  type MapNode,
  parseYaml,
  textOf,
  textsOf,
  type YamlNode,
} from './yaml-document.ts';

export interface ComposeMount {
  readonly file: string;
  readonly line: number;
  /** A named volume, a path of the host, or neither (anonymous). */
  readonly kind: 'volume' | 'bind' | 'anonymous' | 'tmpfs';
  readonly source?: string;
  readonly target: string;
  readonly readOnly: boolean;
}

export interface ComposeHealthcheck {
  readonly file: string;
  readonly line: number;
  readonly disabled: boolean;
  readonly test: string;
  readonly intervalSeconds: number;
  readonly timeoutSeconds: number;
  readonly startPeriodSeconds: number;
  readonly retries: number;
}

export interface ComposeService {
  readonly name: string;
  readonly file: string;
  readonly line: number;
  readonly image?: { readonly name: string; readonly file: string; readonly line: number };
  readonly build?: {
    readonly context: string;
    readonly dockerfile?: string;
    readonly inline?: string;
    readonly target?: string;
    readonly args: ReadonlyMap<string, string>;
    readonly line: number;
  };
  readonly user?: { readonly name: string; readonly file: string; readonly line: number };
  readonly mounts: readonly ComposeMount[];
  readonly healthcheck?: ComposeHealthcheck;
  /** As shell words; undefined when the image's own counts. */
  readonly entrypoint?: readonly string[];
  readonly command?: readonly string[];
  readonly commandLine: number;
  readonly environment: ReadonlyMap<string, string>;
  readonly workingDir?: string;
  readonly secretsInEnvironment: readonly {
    name: string;
    value: string;
    file: string;
    line: number;
  }[];
}

export interface ComposeProject {
  /** Base file first, then what lies over it. */
  readonly files: readonly string[];
  readonly services: readonly ComposeService[];
  readonly volumes: ReadonlySet<string>;
}

const base = /^(docker-)?compose\.ya?ml$/;
export const composeFile = /^(docker-)?compose([.-][\w.-]+)?\.ya?ml$|^(stack|docker-stack)\.ya?ml$/;

/** The projects of a repository: every base file, and every overlay upon the base beside it. */
export function composeProjects(
  documents: ReadonlyMap<string, YamlNode>,
  repository: Repository,
): ComposeProject[] {
  const paths = [...documents.keys()];
  const all = withExtended(documents, repository);
  return paths.flatMap((path) => {
    const folder = posix.dirname(path);
    const name = posix.basename(path);
    const isOverride = /\.override\.ya?ml$/.test(name);
    const bases = paths.filter((p) => posix.dirname(p) === folder && base.test(posix.basename(p)));
    const [first] = bases;
    if (isOverride && first) return [];
    const files = base.test(name) || !first ? [path] : [first, path];
    if (base.test(name)) {
      const override = paths.find(
        (p) =>
          posix.dirname(p) === folder &&
          /^(docker-)?compose\.override\.ya?ml$/.test(posix.basename(p)),
      );
      if (override) files.push(override);
    }
    return [new Merge(all, repository).project(files)];
  });
}

/** Files that are no projects of their own, whatever their name: another one extends a service of theirs. */
function withExtended(
  documents: ReadonlyMap<string, YamlNode>,
  repository: Repository,
): Map<string, YamlNode> {
  const all = new Map(documents);
  const open = [...documents];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const [path, document] = next;
    for (const [, { node }] of entriesOf(at(document, 'services'))) {
      const from = textOf(at(node, 'extends', 'file'));
      const file = from && posix.normalize(posix.join(posix.dirname(path), from));
      if (!file || all.has(file)) continue;
      const parsed = parseYaml(repository.text(file) ?? '');
      if (!parsed.ok) continue;
      all.set(file, parsed.value);
      open.push([file, parsed.value]);
    }
  }
  return all;
}

interface Located extends MapEntry {
  readonly file: string;
}
type Layers = ReadonlyMap<string, readonly Located[]>;

class Merge {
  private readonly documents: ReadonlyMap<string, YamlNode>;
  private readonly repository: Repository;
  private variables = new Map<string, string>();

  constructor(documents: ReadonlyMap<string, YamlNode>, repository: Repository) {
    this.documents = documents;
    this.repository = repository;
  }

  project(files: readonly string[]): ComposeProject {
    this.variables = environmentFile(this.repository, posix.dirname(files[0]!));
    const layers = new Map<string, Located[]>();
    const volumes = new Set<string>();
    for (const file of files) {
      const document = this.documents.get(file);
      for (const [name, entry] of entriesOf(at(document, 'services'))) {
        const chain = this.extended({ file, name, entry }, 0);
        layers.set(name, [...(layers.get(name) ?? []), ...chain]);
      }
      for (const [name] of entriesOf(at(document, 'volumes'))) volumes.add(name);
    }
    const services = [...layers].map(([name, chain]) => this.service(name, chain));
    return { files, services, volumes };
  }

  /** What a service extends comes below it; a circle ends where it closes. */
  private extended(
    { file, name, entry }: { file: string; name: string; entry: MapEntry },
    depth: number,
  ): Located[] {
    const own = { ...entry, file };
    const parent = at(entry.node, 'extends');
    if (!parent || depth > 8) return [own];
    const other = textOf(at(parent, 'service')) ?? textOf(parent);
    const from = textOf(at(parent, 'file'));
    const path = from ? posix.normalize(posix.join(posix.dirname(file), from)) : file;
    const target = entriesOf(at(this.documents.get(path), 'services')).find(([n]) => n === other);
    if (!target || (path === file && other === name)) return [own];
    return [...this.extended({ file: path, name: other!, entry: target[1] }, depth + 1), own];
  }

  private service(name: string, chain: readonly Located[]): ComposeService {
    const layers: Map<string, Located[]> = new Map();
    for (const { node, file } of chain)
      for (const [key, entry] of entriesOf(node))
        layers.set(key, [...(layers.get(key) ?? []), { ...entry, file }]);
    const last = chain.at(-1)!;
    const scalar = (key: string) => {
      const entry = layers.get(key)?.at(-1);
      const value = this.text(entry?.node);
      return entry && value !== undefined
        ? { name: value, file: entry.file, line: entry.line }
        : undefined;
    };
    const environment = this.environment(layers);
    return {
      name,
      file: last.file,
      line: last.line,
      image: scalar('image'),
      build: this.build(layers),
      user: scalar('user'),
      mounts: this.mounts(layers),
      healthcheck: this.healthcheck(layers),
      entrypoint: this.words(layers.get('entrypoint')?.at(-1)?.node),
      command: this.words(layers.get('command')?.at(-1)?.node),
      commandLine: layers.get('command')?.at(-1)?.line ?? last.line,
      environment: new Map(environment.map((entry) => [entry.name, entry.value])),
      workingDir: scalar('working_dir')?.name,
      secretsInEnvironment: environment,
    };
  }

  private text(node: YamlNode | undefined): string | undefined {
    const text = textOf(node);
    return text === undefined ? undefined : substituted(text, this.variables).replaceAll('$$', '$');
  }

  private words(node: YamlNode | undefined): string[] | undefined {
    if (node?.kind === 'list') return node.items.map((item) => this.text(item) ?? '');
    const text = this.text(node);
    return text === undefined ? undefined : wordsOf(text);
  }

  private build(layers: Layers): ComposeService['build'] {
    const chain = layers.get('build');
    if (!chain?.length) return undefined;
    const last = chain.at(-1)!;
    const pick = (key: string) =>
      chain.map(({ node }) => this.text(at(node, key))).findLast((text) => text !== undefined);
    const context = pick('context') ?? this.text(last.node) ?? '.';
    const from = posix.dirname(chain[0]!.file);
    const remote = /^[a-z+]+:\/\/|^git@/.test(context);
    const args = chain.flatMap(({ node }) => this.pairs(at(node, 'args')));
    return {
      context: remote ? context : posix.normalize(posix.join(from, context)),
      dockerfile: pick('dockerfile'),
      inline: pick('dockerfile_inline'),
      target: pick('target'),
      args: new Map(args.map(({ name, value }) => [name, value])),
      line: last.line,
    };
  }

  private pairs(node: YamlNode | undefined): { name: string; value: string; line: number }[] {
    if (node?.kind === 'list')
      return node.items.flatMap((item) => {
        const text = this.text(item) ?? '';
        const cut = text.indexOf('=');
        return cut < 0
          ? []
          : { name: text.slice(0, cut), value: text.slice(cut + 1), line: item.line };
      });
    return entriesOf(node).map(([name, entry]) => ({
      name,
      value: this.text(entry.node) ?? '',
      line: entry.line,
    }));
  }

  private environment(layers: Layers) {
    const chain = layers.get('environment') ?? [];
    return chain.flatMap(({ node, file }) => this.pairs(node).map((pair) => ({ ...pair, file })));
  }

  private mounts(layers: Layers): ComposeMount[] {
    const byTarget = new Map<string, ComposeMount>();
    for (const { node, file } of layers.get('volumes') ?? [])
      for (const item of itemsOf(node)) {
        const mount = this.mount(item, file);
        if (mount) byTarget.set(mount.target, mount);
      }
    return [...byTarget.values()];
  }

  private mount(item: YamlNode, file: string): ComposeMount | undefined {
    const place = { file, line: item.line };
    if (item.kind === 'map') return this.longMount(item, place);
    const text = this.text(item);
    if (text === undefined) return undefined;
    const parts = text.split(/:(?![-?+])(?![^{]*\})/);
    const [first = '', second, mode = ''] = parts;
    if (second === undefined)
      return { ...place, kind: 'anonymous', target: first, readOnly: false };
    const bind = /^[.~/$]|^[A-Za-z]$/.test(first);
    const readOnly = mode.split(',').includes('ro');
    return { ...place, kind: bind ? 'bind' : 'volume', source: first, target: second, readOnly };
  }

  private longMount(
    item: MapNode,
    place: { file: string; line: number },
  ): ComposeMount | undefined {
    const target = this.text(at(item, 'target'));
    const type = this.text(at(item, 'type')) ?? 'volume';
    if (!target || !['volume', 'bind', 'tmpfs'].includes(type)) return undefined;
    const source = this.text(at(item, 'source'));
    const readOnly = this.text(at(item, 'read_only')) === 'true';
    const kind = type === 'volume' && !source ? 'anonymous' : (type as ComposeMount['kind']);
    const line = entriesOf(item).find(([key]) => key === 'target')?.[1].line ?? place.line;
    return { ...place, line, kind, source, target, readOnly };
  }

  private healthcheck(layers: Layers): ComposeHealthcheck | undefined {
    const chain = layers.get('healthcheck');
    if (!chain?.length) return undefined;
    const pick = (key: string) =>
      chain.map(({ node }) => at(node, key)).findLast((node) => node !== undefined);
    const words = textsOf(pick('test'));
    const { file, line } = chain.at(-1)!;
    return {
      file,
      line,
      disabled: this.text(pick('disable')) === 'true' || words[0] === 'NONE',
      test: words.filter((word) => word !== 'CMD' && word !== 'CMD-SHELL').join(' '),
      intervalSeconds: seconds(this.text(pick('interval'))) ?? 30,
      timeoutSeconds: seconds(this.text(pick('timeout'))) ?? 30,
      startPeriodSeconds: seconds(this.text(pick('start_period'))) ?? 0,
      retries: Number(this.text(pick('retries')) ?? 3) || 3,
    };
  }
}

/** `1m30s` in seconds; undefined for what is no duration. */
export function seconds(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const units: Record<string, number> = { h: 3600, m: 60, s: 1, ms: 0.001, us: 0.000001, ns: 1e-9 };
  const parts = [...text.matchAll(/(\d+(?:\.\d+)?)(h|ms|us|ns|m|s)/g)];
  if (parts.length === 0) return undefined;
  return parts.reduce((sum, [, value, unit]) => sum + Number(value) * units[unit!]!, 0);
}

/** Names of `.env.example` are not values; only `.env` is what compose itself reads. */
function environmentFile(repository: Repository, folder: string): Map<string, string> {
  const text = repository.text(posix.normalize(posix.join(folder, '.env'))) ?? '';
  const pairs = text.split(/\r?\n/).flatMap((line) => {
    const pair = /^\s*(?:export\s+)?([A-Za-z_]\w*)\s*=\s*(.*?)\s*$/.exec(line);
    return pair ? [[pair[1]!, pair[2]!.replace(/^(["'])(.*)\1$/, '$2')] as const] : [];
  });
  return new Map(pairs);
}
