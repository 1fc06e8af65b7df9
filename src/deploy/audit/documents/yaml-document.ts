import { isAlias, isMap, isScalar, isSeq, LineCounter, type Node, parseDocument } from 'yaml';

export interface ScalarNode {
  readonly kind: 'scalar';
  readonly line: number;
  readonly value: string | number | boolean | null;
  /** Line of the file on which line 1 of a block of text stands. */
  readonly textLine: number;
}
export interface ListNode {
  readonly kind: 'list';
  readonly line: number;
  readonly items: readonly YamlNode[];
}
export interface MapNode {
  readonly kind: 'map';
  readonly line: number;
  readonly entries: ReadonlyMap<string, MapEntry>;
}
export interface MapEntry {
  readonly line: number;
  readonly node: YamlNode;
}
export type YamlNode = ScalarNode | ListNode | MapNode;

/** What is wrong with a document, and where. */
export interface DocumentFault {
  readonly line: number;
  readonly message: string;
}
export type Parsed<T> = { readonly ok: true; readonly value: T } | ({ ok: false } & DocumentFault);

const MOST_NODES = 200_000;
const DEEPEST = 100;

class TooMuch extends Error {
  readonly line: number;
  constructor(line: number, message: string) {
    super(message);
    this.line = line;
  }
}

/** Parses YAML into nodes that know their lines; aliases and merge keys are resolved, with a budget. */
export function parseYaml(text: string): Parsed<YamlNode> {
  const lines = new LineCounter();
  try {
    const document = parseDocument(text, { lineCounter: lines, uniqueKeys: false, schema: 'core' });
    const [error] = document.errors;
    if (error)
      return { ok: false, line: lines.linePos(error.pos[0]).line, message: plain(error.message) };
    return { ok: true, value: new Conversion(lines).convert(document.contents as Node | null, 0) };
  } catch (error) {
    const line = error instanceof TooMuch ? error.line : 1;
    return { ok: false, line, message: plain((error as Error).message) };
  }
}

function plain(message: string): string {
  return message.split('\n')[0]!.replace(/ at line \d+, column \d+:?$/, '');
}

class Conversion {
  private readonly lines: LineCounter;
  private readonly anchors = new Map<string, Node>();
  private readonly open = new Set<Node>();
  private count = 0;

  constructor(lines: LineCounter) {
    this.lines = lines;
  }

  convert(node: Node | null | undefined, depth: number): YamlNode {
    if (!node) return { kind: 'scalar', line: 1, textLine: 1, value: null };
    const line = this.lineOf(node);
    if (++this.count > MOST_NODES) throw new TooMuch(line, `more than ${MOST_NODES} values`);
    if (depth > DEEPEST) throw new TooMuch(line, `nested deeper than ${DEEPEST}`);
    if (isAlias(node)) return this.resolve(node.source, { line, depth });
    if ('anchor' in node && typeof node.anchor === 'string') this.anchors.set(node.anchor, node);
    if (isMap(node) || isSeq(node)) return this.collection(node, { line, depth });
    if (!isScalar(node)) return { kind: 'scalar', line, textLine: line, value: null };
    const isBlock = node.type === 'BLOCK_LITERAL' || node.type === 'BLOCK_FOLDED';
    return {
      kind: 'scalar',
      line,
      textLine: isBlock ? line + 1 : line,
      value: plainValue(node.value),
    };
  }

  private lineOf(node: Node): number {
    return node.range ? this.lines.linePos(node.range[0]).line : 1;
  }

  private resolve(name: string, at: { line: number; depth: number }): YamlNode {
    const target = this.anchors.get(name);
    if (!target) throw new TooMuch(at.line, `there is no anchor &${name} above *${name}`);
    if (this.open.has(target)) throw new TooMuch(at.line, `*${name} contains itself`);
    return this.convert(target, at.depth + 1);
  }

  private collection(node: Node, { line, depth }: { line: number; depth: number }): YamlNode {
    this.open.add(node);
    try {
      if (isSeq(node)) {
        const items = node.items.map((item) => this.convert(item as Node, depth + 1));
        return { kind: 'list', line, items };
      }
      return { kind: 'map', line, entries: this.entriesOf(node, depth) };
    } finally {
      this.open.delete(node);
    }
  }

  private entriesOf(node: Node, depth: number): Map<string, MapEntry> {
    const own = new Map<string, MapEntry>();
    const merged = new Map<string, MapEntry>();
    if (!isMap(node)) return own;
    for (const { key, value } of node.items) {
      const name = isScalar(key) ? String(key.value) : String(key);
      const converted = this.convert(value as Node | null, depth + 1);
      const line = this.lineOf(key as Node);
      if (name === '<<') for (const [k, entry] of mergedEntries(converted)) merged.set(k, entry);
      else own.set(name, { line, node: value ? converted : { ...converted, line } });
    }
    for (const [name, entry] of merged) if (!own.has(name)) own.set(name, entry);
    return own;
  }
}

/** The first map of a merged list wins. */
function mergedEntries(node: YamlNode): ReadonlyMap<string, MapEntry> {
  if (node.kind === 'map') return node.entries;
  if (node.kind !== 'list') return new Map();
  return new Map([...node.items].reverse().flatMap((item) => [...mergedEntries(item)]));
}

function plainValue(value: unknown): string | number | boolean | null {
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean'
    ? value
    : value === null || value === undefined
      ? null
      : String(value);
}

/** The node below a chain of keys. */
export function at(node: YamlNode | undefined, ...keys: readonly string[]): YamlNode | undefined {
  return keys.reduce<YamlNode | undefined>(
    (here, key) => (here?.kind === 'map' ? here.entries.get(key)?.node : undefined),
    node,
  );
}

/** Text of a scalar; undefined for null and for collections. */
export function textOf(node: YamlNode | undefined): string | undefined {
  return node?.kind === 'scalar' && node.value !== null ? String(node.value) : undefined;
}

export function itemsOf(node: YamlNode | undefined): readonly YamlNode[] {
  return node?.kind === 'list' ? node.items : [];
}

export function entriesOf(node: YamlNode | undefined): readonly (readonly [string, MapEntry])[] {
  return node?.kind === 'map' ? [...node.entries] : [];
}

/** A scalar as a list of one, a list as its texts, a map as its keys. */
export function textsOf(node: YamlNode | undefined): string[] {
  if (node?.kind === 'map') return [...node.entries.keys()];
  if (node?.kind === 'list') return node.items.flatMap((item) => textOf(item) ?? []);
  return node === undefined ? [] : [textOf(node) ?? []].flat();
}
