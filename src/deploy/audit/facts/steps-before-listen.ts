import { posix } from 'node:path';
import { parseShell, type ShellCommand, type ShellScript } from '../documents/shell.ts';
import { filesByName } from '../repository/files-by-name.ts';
import type { Repository } from '../repository/repository.ts';
import type { CopiedPath, Start } from './image.ts';
import { parsedScript } from './parsed-scripts.ts';

/** One command on the way from container start to the server's first listen. */
export interface StartStep {
  readonly file: string;
  readonly command: ShellCommand;
}

/** A file of the repository that runs before the server listens. */
export interface StartFile {
  readonly file: string;
  readonly kind: 'shell' | 'program';
  readonly script?: ShellScript;
}

export interface StartPath {
  readonly steps: readonly StartStep[];
  readonly files: readonly StartFile[];
  /** The command that listens, when one was recognised. */
  readonly server?: StartStep;
}

/** How a container starts: what the image says, or what compose says instead. */
export interface StartPlan {
  /** The file that says it, for lines. */
  readonly file: string;
  readonly entrypoint?: Start;
  readonly command?: Start;
  readonly copied: readonly CopiedPath[];
  readonly workdir: string;
  /** Folder of the repository that the image is built from. */
  readonly context: string;
}

export function startPath(plan: StartPlan, repository: Repository): StartPath {
  return new Tracing(plan, repository).trace();
}

const DEEPEST = 5;

type Script = Pick<ShellScript, 'commands' | 'functions'> & { readonly file: string };

/** Programs that serve until they are stopped. */
const servers =
  /^(gunicorn|uvicorn|hypercorn|daphne|granian|waitress-serve|uwsgi|puma|unicorn|passenger|thruster|thrust|nginx|httpd|apache2|apache2-foreground|apachectl|caddy|php-fpm|supervisord|pm2|pm2-runtime|catalina\.sh|java|dotnet|celery|sidekiq|rqworker|s6-svscan|tail|streamlit|mlflow|traefik|haproxy|vector|forego|foreman|honcho|overmind|circusd|runsvdir|envoy|fastapi|flask)$/;

interface CalledFile {
  readonly path: string;
  readonly kind: StartFile['kind'];
  readonly inline?: CopiedPath['inline'];
}

class Tracing {
  private readonly plan: StartPlan;
  private readonly repository: Repository;
  private readonly steps: StartStep[] = [];
  private readonly files: StartFile[] = [];
  private readonly open = new Set<string>();
  /** Functions of the scripts that were run or sourced so far. */
  private readonly library = new Map<string, Script>();
  private server: StartStep | undefined;

  constructor(plan: StartPlan, repository: Repository) {
    this.plan = plan;
    this.repository = repository;
  }

  trace(): StartPath {
    const { entrypoint, command, file } = this.plan;
    if (entrypoint) this.start(entrypoint, file);
    if (command && !this.server) this.start(command, file);
    const { steps, files, server } = this;
    return { steps, files, ...(server ? { server } : {}) };
  }

  private start({ shell, words, line }: Start, file: string): void {
    const text = shell ?? words.map(quoted).join(' ');
    const { commands, functions } = parseShell(text, line);
    this.follow({ commands, functions, file }, 0);
  }

  /** Goes through the commands in order, into functions when they are called and into scripts. */
  private follow(script: Script, depth: number, inFunction?: string): void {
    for (const command of script.commands) {
      if (this.server) return;
      if (command.inFunction !== inFunction || command.name === '') continue;
      const owner = script.functions.has(command.name) ? script : this.library.get(command.name);
      if (owner && depth < DEEPEST) {
        const key = `${owner.file}#${command.name}`;
        if (this.open.has(key)) continue;
        this.open.add(key);
        this.follow(owner, depth + 1, command.name);
        this.open.delete(key);
        continue;
      }
      this.step(command, { file: script.file, depth });
    }
  }

  private step(command: ShellCommand, { file, depth }: { file: string; depth: number }): void {
    const step = { file, command };
    const called = depth < DEEPEST ? this.calledFile(command) : undefined;
    if (called && !this.open.has(called.path)) {
      this.open.add(called.path);
      this.enter(called, { command, depth });
      if (called.kind === 'shell') return;
    }
    if (this.listens(command)) this.server = step;
    else this.steps.push(step);
    if (!this.server) this.packageScript(command, { file, depth });
  }

  private enter(
    { path, kind, inline }: CalledFile,
    { command, depth }: { command: ShellCommand; depth: number },
  ): void {
    if (kind === 'program') {
      this.files.push({ file: path, kind });
      return;
    }
    const script = inline
      ? parseShell(inline.body, inline.line)
      : parsedScript(this.repository, path);
    const file = inline?.file ?? path;
    this.files.push({ file, kind, script });
    const commands = command.conditional
      ? script.commands.map((inner) => ({ ...inner, conditional: true }))
      : script.commands;
    const own = { commands, functions: script.functions, file };
    for (const name of script.functions.keys()) this.library.set(name, own);
    this.follow(own, depth + 1);
  }

  private listens(command: ShellCommand): boolean {
    const { name, words, background, conditional, substituted, via } = command;
    if (substituted || (conditional && !via.includes('exec')) || background) return false;
    if (servers.test(name) && !/--version|-v\b|configtest|\bcheck\b/.test(words.join(' '))) {
      if (name === 'flask') return words.includes('run');
      if (name === 'fastapi') return words.includes('run') || words.includes('dev');
      if (name === 'tail') return words.includes('-f') || words.includes('-F');
      if (name === 'java') return words.includes('-jar') || words.length > 2;
      return !(name === 'celery' && words.includes('inspect'));
    }
    const text = words.slice(1).join(' ');
    if (/^(rails|bin\/rails)$/.test(name)) return /^(s|server)\b/.test(text);
    if (/^python[\d.]*$/.test(name))
      return /\brunserver\b|-m (uvicorn|gunicorn|http\.server)/.test(text);
    if (/^(node|next|nuxt|vite|bun|deno|nest)$/.test(name))
      return /^(.*(server|main|index|app)\b.*|start.*|preview.*|run .*)$/.test(text);
    return /^(npm|yarn|pnpm)$/.test(name) && /^(run )?(serve|dev)$/.test(text);
  }

  /** `npm start` and its like: the script of package.json, with its `pre` before it. */
  private packageScript(
    command: ShellCommand,
    { file, depth }: { file: string; depth: number },
  ): void {
    const { name, words } = command;
    if (!/^(npm|yarn|pnpm|bun)$/.test(name) || depth >= DEEPEST) return;
    const rest = words.slice(1).filter((word) => !word.startsWith('-') && word !== 'run');
    const [script = ''] = rest;
    const path = posix.join(this.plan.context, 'package.json');
    const scripts = packageScripts(
      this.repository.text(path) ?? this.repository.text('package.json'),
    );
    const key = `${file}#npm:${script}`;
    if (this.open.has(key)) return;
    this.open.add(key);
    for (const each of [`pre${script}`, script]) {
      const text = scripts[each];
      if (typeof text !== 'string' || this.server) continue;
      const parsed = parseShell(text);
      const place = { line: command.line, endLine: command.endLine };
      const commands = parsed.commands.map((inner) => ({
        ...inner,
        ...place,
        via: [...command.via, `${name} ${each}`, ...inner.via],
        conditional: inner.conditional || command.conditional,
      }));
      this.follow({ commands, functions: parsed.functions, file }, depth + 1);
    }
    if (script === 'start' && !this.server && !command.conditional) this.server = { file, command };
  }

  /** The file of the repository that a command runs, if it is one. */
  private calledFile({ name, words }: ShellCommand): CalledFile | undefined {
    const [program = '', ...rest] = words;
    const isShell = /^((ba|da|a|z)?sh|source|\.)$/.test(name);
    const script = isShell ? rest.find((word) => !word.startsWith('-')) : program;
    const held = script === undefined ? undefined : this.heldByImage(script);
    if (held) return held;
    if (isShell) {
      const path = script === undefined ? undefined : this.locate(script);
      return path ? { path, kind: 'shell' } : undefined;
    }
    const interpreter = /^(python[\d.]*|node|ruby|tsx|ts-node|bun|deno|php|rails|runner)$/.test(
      name,
    );
    if (interpreter) {
      const module = rest.indexOf('-m');
      const word =
        module >= 0
          ? `${(rest[module + 1] ?? '').replaceAll('.', '/')}.py`
          : rest.find((each) => /\.(py|m?[jt]s|cjs|rb|php)$/.test(each));
      const path = word === undefined ? undefined : this.locate(word);
      return path ? { path, kind: 'program' } : undefined;
    }
    if (!program.includes('/') && !/\.sh$/.test(program)) {
      const installed = this.locate(`/usr/local/bin/${program}`);
      return installed ? this.kindOf(installed) : undefined;
    }
    const path = this.locate(program);
    return path ? this.kindOf(path) : undefined;
  }

  /** A script that stands in the Dockerfile: `COPY <<EOF /entry.sh`. */
  private heldByImage(word: string): CalledFile | undefined {
    const absolute = word.includes('/')
      ? posix.resolve(this.plan.workdir, word)
      : `/usr/local/bin/${word}`;
    const found = this.plan.copied.findLast(
      ({ inline, target }) => inline !== undefined && target === absolute,
    )?.inline;
    if (!found || !/^#!.*\b(ba|da|a)?sh\b/.test(found.body)) return undefined;
    return { path: `${found.file}#${absolute}`, kind: 'shell', inline: found };
  }

  private kindOf(path: string): { path: string; kind: StartFile['kind'] } {
    const head = this.repository.head(path);
    const isShell = /\.(sh|bash)$/.test(path) || /^#!.*\b(ba|da|a)?sh\b/.test(head) || head === '';
    return { path, kind: isShell ? 'shell' : 'program' };
  }

  /** Where a path of the image comes from: by COPY, or by the one file of that name. */
  private locate(word: string): string | undefined {
    if (/[$*]/.test(word) && !/^\$\{?\w+\}?\//.test(word)) return undefined;
    const { workdir, context, copied } = this.plan;
    const absolute = posix.resolve(workdir, word.replace(/^\$\{?\w+\}?\//, './'));
    for (const { sources, target } of [...copied].reverse())
      for (const source of sources) {
        const path = this.fromCopy({ source, target, absolute, context });
        if (path) return path;
      }
    const name = posix.basename(word);
    if (/^(\/usr)?\/s?bin\//.test(absolute) && !/\.(sh|py|rb|m?js|ts)$/.test(name))
      return undefined;
    const inWorkdir = absolute.startsWith(`${workdir}/`)
      ? absolute.slice(workdir.length + 1)
      : word;
    const near = [
      posix.join(context, inWorkdir),
      posix.join(context, word),
      word.replace(/^\.?\//, ''),
    ].find((path) => this.repository.has(path));
    if (near) return near;
    const ends = posix.normalize(word).replace(/^(\.\.?\/|\/)+/, '');
    const named = filesByName(this.repository).get(name) ?? [];
    const same = named.filter((path) => path === ends || path.endsWith(`/${ends}`));
    if (same.length === 1) return same[0];
    const isScript = (path: string) =>
      /\.(sh|py|rb|m?js|ts)$/.test(name) || this.repository.head(path).startsWith('#!');
    return named.length === 1 && isScript(named[0]!) ? named[0] : undefined;
  }

  private fromCopy(options: {
    source: string;
    target: string;
    absolute: string;
    context: string;
  }): string | undefined {
    const { source, target, absolute, context } = options;
    const from = posix.normalize(posix.join(context, source)).replace(/\/$/, '');
    const into = target.replace(/\/$/, '') || '/';
    const inFolder =
      into === '/'
        ? absolute.slice(1)
        : absolute.startsWith(`${into}/`)
          ? absolute.slice(into.length + 1)
          : undefined;
    const candidates = [
      ...(absolute === into ? [from] : []),
      ...(inFolder !== undefined ? [posix.join(from, inFolder)] : []),
      ...(inFolder !== undefined && posix.basename(from) === inFolder ? [from] : []),
    ];
    return candidates.find((path) => this.repository.has(path));
  }
}

function quoted(word: string): string {
  return /^[\w@%+=:,./$-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}

function packageScripts(text: string | undefined): Record<string, unknown> {
  try {
    const value = JSON.parse(text ?? '{}') as { scripts?: Record<string, unknown> } | null;
    return value?.scripts ?? {};
  } catch {
    return {};
  }
}
