/** One instruction; `text` keeps its line breaks, so that line k of it is line `line + k` of the file. */
export interface Instruction {
  readonly keyword: string;
  readonly line: number;
  readonly endLine: number;
  /** Without keyword and flags, comments and continuation marks taken out. */
  readonly text: string;
  /** Line of the file on which `text` begins. */
  readonly textLine: number;
  readonly flags: Readonly<Record<string, string>>;
  /** The words of a JSON form such as `CMD ["node", "server.js"]`. */
  readonly json?: readonly string[];
  readonly heredocs: readonly Heredoc[];
}

export interface Heredoc {
  readonly name: string;
  readonly body: string;
  readonly line: number;
}

export interface Stage {
  readonly name?: string;
  /** As written, after --platform. */
  readonly base: string;
  readonly line: number;
  readonly instructions: readonly Instruction[];
}

export interface Dockerfile {
  /** ARGs before the first FROM. */
  readonly globals: readonly Instruction[];
  readonly stages: readonly Stage[];
}

const KEYWORDS = new Set(
  'ADD ARG CMD COPY ENTRYPOINT ENV EXPOSE FROM HEALTHCHECK LABEL MAINTAINER ONBUILD RUN SHELL STOPSIGNAL USER VOLUME WORKDIR'.split(
    ' ',
  ),
);

/** Parses a Dockerfile as BuildKit reads it; undefined when there is no FROM, so that it is none. */
export function parseDockerfile(text: string): Dockerfile | undefined {
  const globals: Instruction[] = [];
  const stages: { stage: Omit<Stage, 'instructions'>; instructions: Instruction[] }[] = [];
  for (const instruction of instructionsOf(text)) {
    if (instruction.keyword === 'FROM')
      stages.push({ stage: readFrom(instruction), instructions: [] });
    else (stages.at(-1)?.instructions ?? globals).push(instruction);
  }
  if (stages.length === 0) return undefined;
  return { globals, stages: stages.map(({ stage, instructions }) => ({ ...stage, instructions })) };
}

function readFrom({ text, line }: Instruction): Omit<Stage, 'instructions'> {
  const [base = '', as, name] = text.trim().split(/\s+/);
  return { base, line, ...(as?.toLowerCase() === 'as' && name ? { name } : {}) };
}

function instructionsOf(text: string): Instruction[] {
  const lines = text.split(/\r?\n/);
  const mark = escapeMark(lines);
  const found: Instruction[] = [];
  let i = 0;
  while (i < lines.length) {
    const first = lines[i]!;
    if (/^\s*(#|$)/.test(first)) {
      i++;
      continue;
    }
    const { joined, next } = joinLines(lines, { start: i, mark });
    const { heredocs, after } = readHeredocs(lines, { joined, from: next });
    const instruction = readInstruction(joined, { line: i + 1, endLine: after, heredocs });
    if (instruction) found.push(instruction);
    i = after;
  }
  return found;
}

/** The directive `# escape=` counts only above everything else. */
function escapeMark(lines: readonly string[]): string {
  for (const line of lines) {
    const directive = /^\s*#\s*([a-z]+)\s*=\s*(\S+)\s*$/i.exec(line);
    if (!directive) return '\\';
    if (directive[1]!.toLowerCase() === 'escape') return directive[2]!;
  }
  return '\\';
}

/** Logical line with its breaks kept; comments and empty lines inside a continuation fall away. */
function joinLines(
  lines: readonly string[],
  { start, mark }: { start: number; mark: string },
): { joined: string; next: number } {
  const pieces: string[] = [];
  let i = start;
  for (; i < lines.length; i++) {
    const line = lines[i]!;
    if (i > start && /^\s*(#|$)/.test(line)) {
      pieces.push('');
      continue;
    }
    const trimmed = line.trimEnd();
    const goesOn = trimmed.endsWith(mark);
    pieces.push(goesOn ? trimmed.slice(0, -1) : line);
    if (!goesOn) break;
  }
  return { joined: pieces.join('\\\n'), next: Math.min(i + 1, lines.length) };
}

function readHeredocs(
  lines: readonly string[],
  { joined, from }: { joined: string; from: number },
): { heredocs: Heredoc[]; after: number } {
  const heredocs: Heredoc[] = [];
  let after = from;
  if (!/^\s*(run|copy|add)\b/i.test(joined)) return { heredocs, after };
  for (const mark of joined.matchAll(/(?<![<\w])\d?<<(-?)\s*(["']?)([A-Za-z_]\w*)\2/g)) {
    const name = mark[3]!;
    const end = lines.findIndex(
      (line, i) => i >= after && (mark[1] ? line.trimStart() : line).trimEnd() === name,
    );
    if (end < 0) continue;
    heredocs.push({ name, body: lines.slice(after, end).join('\n'), line: after + 1 });
    after = end + 1;
  }
  return { heredocs, after };
}

function readInstruction(
  joined: string,
  place: { line: number; endLine: number; heredocs: Heredoc[] },
): Instruction | undefined {
  const head = /^\s*([A-Za-z]+)(?:\s|\\\n|$)(?:\s|\\\n)*/.exec(joined);
  if (!head) return undefined;
  let keyword = head[1]!.toUpperCase();
  let offset = head[0].length;
  if (keyword === 'ONBUILD') {
    const inner = /^([A-Za-z]+)\s+/.exec(joined.slice(offset));
    if (inner) offset += inner[0].length;
    keyword = `ONBUILD ${inner?.[1]?.toUpperCase() ?? ''}`;
  } else if (!KEYWORDS.has(keyword)) return undefined;
  const flags: Record<string, string> = {};
  for (;;) {
    const flag = /^--([a-z-]+)(?:=("[^"]*"|\S*))?(?:\s|\\\n)+/.exec(joined.slice(offset));
    if (!flag) break;
    flags[flag[1]!] = (flag[2] ?? 'true').replace(/^"|"$/g, '');
    offset += flag[0].length;
  }
  const text = joined.slice(offset);
  const textLine = place.line + (joined.slice(0, offset).match(/\n/g)?.length ?? 0);
  const json = jsonWords(text);
  return { keyword, text, textLine, flags, ...place, ...(json ? { json } : {}) };
}

function jsonWords(text: string): string[] | undefined {
  const flat = text.replace(/\\\n/g, '').trim();
  if (!flat.startsWith('[')) return undefined;
  try {
    const value: unknown = JSON.parse(flat);
    return Array.isArray(value) && value.every((word) => typeof word === 'string')
      ? value
      : undefined;
  } catch {
    return undefined;
  }
}

/** `text` on one line. */
export function flatText({ text }: Pick<Instruction, 'text'>): string {
  return text.replace(/\\\n/g, ' ').replace(/\s+/g, ' ').trim();
}

/** Words as Dockerfile quoting has them: `A="b c" D=e\ f`. */
export function wordsOf(text: string): string[] {
  const words = text.match(/(?:"(?:[^"\\]|\\.)*"|'[^']*'|\\.|[^\s"'\\])+/g) ?? [];
  return words.map(unquoted);
}

function unquoted(word: string): string {
  return word.replace(/"((?:[^"\\]|\\.)*)"|'([^']*)'|\\(.)/g, (_, double, single, escaped) =>
    double !== undefined ? String(double).replace(/\\(.)/g, '$1') : (single ?? escaped),
  );
}

/** Names and values of ENV, ARG or LABEL; the value is undefined for a bare ARG. */
export function assignmentsOf(instruction: Instruction): { name: string; value?: string }[] {
  const flat = flatText(instruction);
  const words = wordsOf(flat);
  if (instruction.keyword === 'ENV' && words[0] !== undefined && !words[0].includes('='))
    return [{ name: words[0], value: unquoted(flat.slice(words[0].length).trim()) }];
  return words.map((word) => {
    const cut = word.indexOf('=');
    return cut < 0 ? { name: word } : { name: word.slice(0, cut), value: word.slice(cut + 1) };
  });
}

/** Puts known variables in; an unknown one stays as it is written. */
export function substituted(text: string, variables: ReadonlyMap<string, string>): string {
  return text.replace(
    /\$(?:\{([A-Za-z_]\w*)(?::?([-+])([^{}]*))?\}|([A-Za-z_]\w*))/g,
    (whole, braced?: string, operator?: string, word?: string, bare?: string) => {
      const value = variables.get(braced ?? bare ?? '');
      if (operator === '+') return value ? (word ?? '') : '';
      if (value !== undefined && value !== '') return value;
      return operator === '-' ? (word ?? '') : value === undefined ? whole : value;
    },
  );
}
