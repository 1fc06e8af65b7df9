import { posix } from 'node:path';
import {
  assignmentsOf,
  type Dockerfile,
  flatText,
  type Instruction,
  type Stage,
  substituted,
  wordsOf,
} from '../documents/dockerfile.ts';
import { parseShell, type ShellCommand } from '../documents/shell.ts';
import { type BaseImage, baseImage } from './base-images.ts';
import { ownershipOf } from './image-ownership.ts';

export interface Account {
  readonly name: string;
  readonly home: string;
  readonly uid?: string;
}

/** A path that somebody is given by the Dockerfile. */
export interface OwnedPath {
  readonly path: string;
  readonly owner: string;
  readonly everyone?: boolean;
}

/** `COPY src dest` of the final stage, for finding a script of the image in the repository. */
export interface CopiedPath {
  readonly sources: readonly string[];
  readonly target: string;
  readonly line: number;
  /** The file itself, where the Dockerfile holds it. */
  readonly inline?: { readonly file: string; readonly body: string; readonly line: number };
}

/** What an image is at run time, as far as its Dockerfile tells. */
export interface Image {
  readonly file: string;
  readonly dockerfile: Dockerfile;
  /** Final stage first, then the stages it is built on. */
  readonly chain: readonly Stage[];
  readonly base: BaseImage;
  readonly baseName: string;
  /** As USER says, variables put in; undefined when no stage says it and the base is unknown. */
  readonly user?: { readonly name: string; readonly line: number; readonly stated: boolean };
  readonly accounts: readonly Account[];
  readonly owned: readonly OwnedPath[];
  readonly copied: readonly CopiedPath[];
  readonly workdir: string;
  readonly environment: ReadonlyMap<string, string>;
  readonly entrypoint?: Start;
  readonly command?: Start;
  readonly healthcheck?: Instruction;
  readonly exposes: boolean;
  /** Every shell command of RUN in the chain. */
  readonly runs: readonly ShellCommand[];
}

export interface Start {
  readonly line: number;
  readonly words: readonly string[];
  /** Shell form, or `sh -c`: the text is a script of its own. */
  readonly shell?: string;
}

/** Follows the stages from `target`, or from the last one, down to a base image. */
export function imageOf(
  file: string,
  dockerfile: Dockerfile,
  options: { target?: string; args?: ReadonlyMap<string, string> } = {},
): Image {
  const chain = stageChain(dockerfile, options.target);
  const args = new Map<string, string>();
  for (const instruction of dockerfile.globals)
    if (instruction.keyword === 'ARG') addArgs(args, instruction, options.args);
  const baseName = substituted(chain.at(-1)!.base, args);
  const build = new Building(baseImage(baseName), { file, args, given: options.args });
  for (const stage of [...chain].reverse()) for (const step of stage.instructions) build.take(step);
  return { file, dockerfile, chain, baseName, ...build.result() };
}

function stageChain({ stages }: Dockerfile, target: string | undefined): Stage[] {
  const wanted = stages.findIndex(({ name }) => name !== undefined && name === target);
  let index = wanted >= 0 ? wanted : stages.length - 1;
  const chain: Stage[] = [];
  while (index >= 0) {
    const stage = stages[index]!;
    chain.push(stage);
    const below = index;
    index = stages.findIndex(
      ({ name }, i) => i < below && name?.toLowerCase() === stage.base.toLowerCase(),
    );
  }
  return chain;
}

function addArgs(
  variables: Map<string, string>,
  instruction: Instruction,
  given: ReadonlyMap<string, string> | undefined,
): void {
  for (const { name, value } of assignmentsOf(instruction)) {
    const chosen = given?.get(name) ?? value;
    if (chosen !== undefined) variables.set(name, substituted(chosen, variables));
  }
}

/** Carries out the instructions on paper. */
class Building {
  private readonly file: string;
  private readonly base: BaseImage;
  private readonly globals: ReadonlyMap<string, string>;
  private readonly given: ReadonlyMap<string, string> | undefined;
  private readonly variables = new Map<string, string>();
  private readonly environment = new Map<string, string>();
  private readonly accounts: Account[];
  private readonly owned: OwnedPath[] = [];
  private readonly copied: CopiedPath[] = [];
  private readonly runs: ShellCommand[] = [];
  private user: Image['user'];
  private workdir = '/';
  private exposes = false;
  private entrypoint: Start | undefined;
  private command: Start | undefined;
  private healthcheck: Instruction | undefined;

  constructor(
    base: BaseImage,
    {
      file,
      args,
      given,
    }: { file: string; args: ReadonlyMap<string, string>; given?: ReadonlyMap<string, string> },
  ) {
    this.file = file;
    this.base = base;
    this.globals = args;
    this.given = given;
    this.accounts = Object.entries(base.homes).map(([name, home]) => ({ name, home }));
    if (base.user !== undefined) this.user = { name: base.user, line: 1, stated: false };
  }

  take(step: Instruction): void {
    const flat = substituted(flatText(step), this.variables);
    switch (step.keyword) {
      case 'ARG':
        this.takeArg(step);
        break;
      case 'ENV':
        for (const { name, value } of assignmentsOf(step)) {
          const text = substituted(value ?? '', this.variables);
          this.variables.set(name, text);
          this.environment.set(name, text);
        }
        break;
      case 'USER':
        this.user = { name: flat.split(':')[0]!, line: step.line, stated: true };
        break;
      case 'WORKDIR':
        this.workdir = posix.resolve(this.workdir, flat.replace(/^"|"$/g, ''));
        this.owned.push({ path: this.workdir, owner: this.user?.name ?? 'root' });
        break;
      case 'COPY':
      case 'ADD':
        this.takeCopy(step, flat);
        break;
      case 'RUN':
        this.takeRun(step);
        break;
      default:
        this.takeStart(step);
    }
  }

  private takeStart(step: Instruction): void {
    switch (step.keyword) {
      case 'EXPOSE':
        this.exposes = true;
        break;
      case 'ENTRYPOINT':
        this.entrypoint = startOf(step);
        this.command = undefined;
        break;
      case 'CMD':
        this.command = startOf(step);
        break;
      case 'HEALTHCHECK':
        this.healthcheck = step;
        break;
    }
  }

  private takeArg(step: Instruction): void {
    for (const { name, value } of assignmentsOf(step)) {
      const chosen = this.given?.get(name) ?? value ?? this.globals.get(name);
      if (chosen !== undefined) this.variables.set(name, substituted(chosen, this.variables));
    }
  }

  private takeCopy(step: Instruction, flat: string): void {
    const words = (step.json ?? wordsOf(flat)).map((word) => substituted(word, this.variables));
    const target = posix.resolve(this.workdir, words.at(-1) ?? '.');
    const owner = step.flags.chown
      ? substituted(step.flags.chown, this.variables).split(':')[0]!
      : 'root';
    const everyone = /^0?[0-7]?[0-7][0-7][2367]$/.test(step.flags.chmod ?? '');
    this.owned.push({ path: target, owner, everyone });
    const isFolder = words.length > 2 || (words.at(-1) ?? '').endsWith('/');
    const [heredoc] = step.heredocs;
    if (heredoc && words[0]?.startsWith('<<')) {
      const { body, line } = heredoc;
      const inside = isFolder ? posix.join(target, heredoc.name) : target;
      const inline = { file: this.file, body, line };
      this.copied.push({ sources: [], target: inside, line: step.line, inline });
    } else if (step.flags.from === undefined)
      this.copied.push({
        sources: words.slice(0, -1),
        target: isFolder ? `${target}/` : target,
        line: step.line,
      });
  }

  private takeRun(step: Instruction): void {
    const text = step.json ? step.json.join(' ') : step.text;
    const scripts = [parseShell(text, step.textLine)];
    for (const { body, line } of step.heredocs) scripts.push(parseShell(body, line));
    for (const { commands } of scripts)
      for (const command of commands) {
        const words = command.words.map((word) => substituted(word, this.variables));
        const known = { ...command, words };
        this.runs.push(known);
        const { accounts, owned } = ownershipOf(known, {
          workdir: this.workdir,
          user: this.user?.name ?? 'root',
        });
        this.accounts.push(...accounts);
        this.owned.push(...owned);
      }
  }

  result() {
    const { base, user, accounts, owned, copied, workdir, environment } = this;
    const { entrypoint, command, healthcheck, exposes, runs } = this;
    const parts = { base, user, accounts, owned, copied, workdir, environment };
    return { ...parts, entrypoint, command, healthcheck, exposes, runs };
  }
}

export function startOf(step: Instruction): Start {
  if (!step.json) return { line: step.textLine, words: [], shell: step.text };
  return startOfWords(step.json, step.line);
}

export function startOfWords(words: readonly string[], line: number): Start {
  const at = words.findIndex((word, i) => i > 0 && /^-[a-z]*c$/.test(word));
  if (at > 0 && /(^|\/)(ba|da|a)?sh$/.test(words[at - 1]!) && words[at + 1] !== undefined)
    return { line, words, shell: words[at + 1]! };
  return { line, words };
}
