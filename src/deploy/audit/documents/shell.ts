import type { AndOr, Command, CompoundList, ParsedScript, Statement, SyntaxNode } from 'unbash';
import { forEachChild, parse } from 'unbash';
import { unwrapped } from './shell-wrappers.ts';

/** One simple command of a script, in the order of the text. */
export interface ShellCommand {
  /** Last part of the program's path. */
  readonly name: string;
  /** Program and arguments; expansions stay as written (`$HOME/x`). */
  readonly words: readonly string[];
  /** As in the file. */
  readonly text: string;
  readonly line: number;
  readonly endLine: number;
  /** Runs only if some test says so. */
  readonly conditional: boolean;
  /** Its failure is looked at: `|| …`, `if …`, `! …`. */
  readonly guarded: boolean;
  readonly background: boolean;
  /** Name of the function whose body it stands in. */
  readonly inFunction?: string;
  /** What it was wrapped into, outermost first: `exec`, `ssh`, `gosu`, `docker exec` … */
  readonly via: readonly string[];
  /** Standard output goes to a file, or to another command. */
  readonly redirected: boolean;
  /** Texts of here-documents that it reads. */
  readonly input: readonly { readonly text: string; readonly line: number }[];
  /** Variables set for this command alone, or by it when it has no name. */
  readonly assignments: readonly { readonly name: string; readonly value: string }[];
  /** Index of the pipeline that it belongs to, and whether it reads from another command. */
  readonly pipe: { readonly id: number; readonly first: boolean };
  /** Stands inside `$(…)`. */
  readonly substituted: boolean;
  /** Stands right of `&&`, and so does not run after a failure. */
  readonly chained?: boolean;
}

/** A branch: `if`, or the left side of `&&` and `||`. */
export interface ShellBranch {
  readonly line: number;
  readonly clause: string;
  readonly clauseCommands: readonly ShellCommand[];
  readonly body: readonly ShellCommand[];
  readonly otherwise: readonly ShellCommand[];
}

export interface ShellScript {
  readonly shebang?: string;
  readonly commands: readonly ShellCommand[];
  readonly branches: readonly ShellBranch[];
  readonly functions: ReadonlyMap<string, number>;
  readonly errors: readonly { readonly line: number; readonly message: string }[];
}

const LONGEST = 512 * 1024;
/** `${{ … }}` of GitHub is no shell: a word of the same length stands for it while parsing. */
const expression = /\$\{\{[\s\S]*?\}\}/g;

/** Parses a script; `firstLine` is the line of the file on which it begins. */
export function parseShell(source: string, firstLine = 1): ShellScript {
  const original = source.length > LONGEST ? source.slice(0, LONGEST) : source;
  const text = original.replace(expression, (found) => 'x'.repeat(found.length));
  return new Reading(original, firstLine).read(parse(text));
}

interface Place {
  readonly conditional: boolean;
  readonly guarded: boolean;
  readonly background: boolean;
  readonly substituted: boolean;
  readonly inFunction?: string;
  readonly chained?: boolean;
}
const TOP: Place = { conditional: false, guarded: false, background: false, substituted: false };

class Reading {
  private readonly original: string;
  private readonly firstLine: number;
  private readonly starts: number[] = [0];
  private readonly commands: ShellCommand[] = [];
  private readonly branches: ShellBranch[] = [];
  private readonly functions = new Map<string, number>();
  private pipes = 0;

  constructor(original: string, firstLine: number) {
    this.original = original;
    this.firstLine = firstLine;
    for (let i = original.indexOf('\n'); i >= 0; i = original.indexOf('\n', i + 1))
      this.starts.push(i + 1);
  }

  read(script: ParsedScript): ShellScript {
    for (const statement of script.commands) this.statement(statement, TOP);
    const errors = (script.errors ?? []).map(({ message, pos }) => ({
      line: this.lineAt(pos),
      message,
    }));
    const { commands, branches, functions } = this;
    return { shebang: script.shebang, commands, branches, functions, errors };
  }

  private lineAt(pos: number): number {
    let low = 0;
    let high = this.starts.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (this.starts[middle]! <= pos) low = middle;
      else high = middle - 1;
    }
    return this.firstLine + low;
  }

  private statement({ command, background }: Statement, place: Place): void {
    this.node(command, background ? { ...place, background: true } : place);
  }

  private list(list: CompoundList | undefined, place: Place): ShellCommand[] {
    const from = this.commands.length;
    for (const statement of list?.commands ?? []) this.statement(statement, place);
    return this.commands.slice(from);
  }

  private node(node: SyntaxNode, place: Place): void {
    switch (node.type) {
      case 'Command':
        this.command(node, { place, pipe: { id: ++this.pipes, first: true } });
        return;
      case 'Pipeline':
        this.pipeline(node, place);
        return;
      case 'AndOr':
        this.andOr(node, place);
        return;
      case 'If':
        this.branch(node, place);
        for (const elif of node.elif) this.branch({ ...elif, else: undefined }, place);
        return;
      case 'Function':
        this.functions.set(node.name.value, this.lineAt(node.pos));
        this.node(node.body, { ...place, inFunction: node.name.value });
        return;
      case 'Subshell':
      case 'BraceGroup':
        this.list(node.body, place);
        return;
      case 'Redirected':
        this.node(node.command, place);
        return;
      case 'CompoundList':
        this.list(node, place);
        return;
      default:
        this.loop(node, place);
    }
  }

  private loop(node: SyntaxNode, place: Place): void {
    switch (node.type) {
      case 'While':
        this.list(node.clause, { ...place, guarded: true });
        this.list(node.body, { ...place, conditional: true });
        return;
      case 'For':
      case 'Select':
        for (const word of node.wordlist ?? []) this.inside(word, place);
        this.list(node.body, place);
        return;
      case 'ArithmeticFor':
        this.list(node.body, place);
        return;
      case 'Case':
        for (const item of node.items) this.list(item.body, { ...place, conditional: true });
        return;
      default:
        this.inside(node, place);
    }
  }

  private pipeline(node: SyntaxNode & { type: 'Pipeline' }, place: Place): void {
    const negated = node.prefixes.some(({ type }) => type === 'Negation');
    const within = negated ? { ...place, guarded: true } : place;
    const id = ++this.pipes;
    node.commands.forEach((part, i) => {
      if (part.type === 'Command')
        this.command(part, { place: within, pipe: { id, first: i === 0 } });
      else this.node(part, within);
    });
  }

  private branch(
    node: { pos: number; clause: CompoundList; then: CompoundList; else: CompoundList | undefined },
    place: Place,
  ): void {
    const clauseCommands = this.list(node.clause, { ...place, guarded: true });
    const body = this.list(node.then, { ...place, conditional: true });
    const otherwise = this.list(node.else, { ...place, conditional: true });
    const clause = this.original.slice(node.clause.pos, node.clause.end);
    const line = this.lineAt(node.pos);
    this.branches.push({ line, clause, clauseCommands, body, otherwise });
  }

  /** `a && b || c`: b and c are conditional, what stands left of `||` is guarded. */
  private andOr({ commands, operators, pos }: AndOr, place: Place): void {
    let clause: { from: number; node: SyntaxNode } | undefined;
    commands.forEach((node, i) => {
      const guarded = place.guarded || operators.slice(i).includes('||');
      const from = this.commands.length;
      // `a && b` at top level is a sequence; whether b runs depends on success, not on a choice.
      const isChoice = i > 0 && (operators[i - 1] === '||' || isTest(commands[i - 1]!));
      const chained = i > 0 && operators[i - 1] === '&&';
      const within = { ...place, guarded, chained, conditional: place.conditional || isChoice };
      this.node(node, within);
      if (isChoice && clause) {
        const { node: test } = clause;
        const first = this.commands.slice(clause.from, from);
        this.branches.push({
          line: this.lineAt(pos),
          clause: (operators[i - 1] === '||' ? '! ' : '') + this.original.slice(test.pos, test.end),
          clauseCommands: first,
          body: this.commands.slice(from),
          otherwise: [],
        });
      }
      clause = isTest(node) ? { from, node } : i === 0 ? { from, node } : clause;
    });
  }

  private command(
    node: Command,
    { place, pipe }: { place: Place; pipe: { id: number; first: boolean } },
  ): void {
    const nodes = [...(node.name ? [node.name] : []), ...node.args];
    const words = nodes.map((word) => this.wordText(word));
    const assignments = node.prefix.flatMap((part) =>
      part.type === 'Assignment' ? { name: part.name, value: this.assigned(part.value) } : [],
    );
    const input = node.redirects.flatMap((redirect) => {
      if (redirect.type === 'HereDoc')
        return { text: redirect.body.text, line: this.lineAt(redirect.body.pos) };
      return redirect.type === 'HereString' && redirect.target
        ? { text: redirect.target.value, line: this.lineAt(redirect.pos) }
        : [];
    });
    const redirected = node.redirects.some(
      (redirect) => redirect.type === 'Redirect' && redirect.operator.startsWith('>'),
    );
    const line = this.lineAt(node.pos);
    const endLine = this.lineAt(Math.max(node.pos, node.end - 1));
    const text = this.original.slice(node.pos, node.end);
    const whole = {
      words,
      assignments,
      input,
      redirected,
      pipe,
      line,
      endLine,
      text,
      via: [],
      ...place,
    };
    for (const unwrappedCommand of unwrapped(whole)) this.commands.push(unwrappedCommand);
    for (const part of [...nodes, ...node.prefix]) this.inside(part, place);
  }

  private wordText(word: { pos: number; end: number; value?: unknown; text?: string }): string {
    const raw = this.original.slice(word.pos, word.end);
    if (raw.includes('${{')) return raw.replace(/^(["'])([\s\S]*)\1$/, '$2');
    return typeof word.value === 'string' ? word.value : raw;
  }

  private assigned(value: { type: string; pos: number; end: number }): string {
    return this.wordText(value as { pos: number; end: number });
  }

  /** Commands of substitutions and tests below a word. */
  private inside(node: SyntaxNode, place: Place): void {
    forEachChild(node, (child) => {
      if (child.type === 'Script') {
        if (child.source !== undefined) return;
        const within = { ...place, substituted: true };
        for (const statement of child.commands) this.statement(statement, within);
      } else this.inside(child, place);
    });
  }
}

function isTest(node: { type: string; name?: { value: string } | undefined }): boolean {
  return (
    node.type === 'TestCommand' ||
    node.type === 'ArithmeticCommand' ||
    (node.type === 'Command' && (node.name?.value === '[' || node.name?.value === 'test'))
  );
}
