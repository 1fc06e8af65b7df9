import { parseShell, type ShellCommand } from './shell.ts';

type Whole = Omit<ShellCommand, 'name'>;

/** Programs that run another one, given as the words after their options. */
const wrappers: Readonly<Record<string, { valued?: string; skip?: number }>> = {
  exec: { valued: 'a' },
  command: {},
  nohup: {},
  time: {},
  nice: { valued: 'n' },
  ionice: { valued: 'cn' },
  sudo: { valued: 'ugphCr' },
  doas: { valued: 'u' },
  env: { valued: 'uC' },
  timeout: { valued: 'ks', skip: 1 },
  gosu: { skip: 1 },
  'su-exec': { skip: 1 },
  setpriv: {},
  chroot: { skip: 1 },
  setuidgid: { skip: 1 },
  tini: { valued: 'p' },
  'dumb-init': {},
  catatonit: {},
  xargs: { valued: 'nIPLdsEa' },
  npx: { valued: 'pc' },
  bunx: {},
  watch: { valued: 'n' },
  flock: { valued: 'wE', skip: 1 },
  'with-contenv': {},
  retry: { valued: 'td' },
  dotenv: { valued: 'ef' },
  dotenvx: {},
  'opentelemetry-instrument': {},
  'ddtrace-run': {},
  'newrelic-admin': {},
  catchsegv: {},
};

/** Two-word forms: the words after these are a command of their own. */
const pairs: readonly (readonly [RegExp, string])[] = [
  [/^uv run$/, 'uv run'],
  [/^poetry run$/, 'poetry run'],
  [/^pipenv run$/, 'pipenv run'],
  [/^pdm run$/, 'pdm run'],
  [/^hatch run$/, 'hatch run'],
  [/^rye run$/, 'rye run'],
  [/^bundle exec$/, 'bundle exec'],
  [/^(pnpm|npm|yarn) (exec|dlx|x)$/, 'npm exec'],
  [/^conda run$/, 'conda run'],
  [/^doppler run$/, 'doppler run'],
  [/^op run$/, 'op run'],
  [/^dotenvx run$/, 'dotenvx run'],
];

/** A command and, after it, the commands that it wraps; each with the name of what it really runs. */
export function unwrapped(whole: Whole, depth = 0): ShellCommand[] {
  const [program = ''] = whole.words;
  const self: ShellCommand = { ...whole, name: program.split('/').at(-1)! };
  if (depth > 6) return [self];
  const text = shellText(self);
  const [document] = whole.input;
  // `ssh host bash -s` reads its script from the here-document.
  const readsDocument =
    document && /^\s*((sudo|env) )?((ba|da|a|z)?sh)( -[a-z]+)*( --( .*)?)?\s*$/.test(text ?? 'sh');
  if (text !== undefined && !readsDocument) return [self, ...nested(self, { text, depth })];
  if (document && /^((ba|da|a|z)?sh|ssh)$/.test(self.name)) {
    const inside = nested(
      { ...self, line: document.line, endLine: 0 },
      { text: document.text, depth },
    );
    return [self, ...inside];
  }
  const inner = innerWords(self);
  if (!inner || inner.words.length === 0) return [self];
  const via = [...whole.via, inner.via];
  if (inner.via === 'exec' && inner.words.length > 0)
    return unwrapped({ ...whole, words: inner.words, via }, depth + 1);
  return [self, ...unwrapped({ ...whole, words: inner.words, via }, depth + 1)];
}

/** The shell text that a command carries in an argument: `sh -c '…'`, `ssh host '…'`, `su app -c '…'`. */
function shellText({ name, words }: ShellCommand): string | undefined {
  if (/^(ba|da|a|z)?sh$/.test(name)) {
    const i = words.findIndex((word, at) => at > 0 && /^-[a-z]*c$/.test(word));
    return i > 0 ? words[i + 1] : undefined;
  }
  if (name === 'su' || name === 'runuser') {
    const i = words.findIndex((word) => word === '-c' || word === '--command');
    return i > 0 ? words[i + 1] : undefined;
  }
  if (name === 'ssh') {
    const rest = afterOptions(words.slice(1), 'bcDEeFIiJLlmOopQRSWw');
    return rest.length > 1 ? rest.slice(1).join(' ') : undefined;
  }
  return name === 'eval' && words.length > 1 ? words.slice(1).join(' ') : undefined;
}

function nested(
  self: ShellCommand,
  { text, depth }: { text: string; depth: number },
): ShellCommand[] {
  if (depth > 2 || text === '' || text.startsWith('-')) return [];
  const { commands } = parseShell(text, self.line);
  // A text in an argument begins on the command's own line; a here-document knows its line.
  const last = self.endLine === 0 ? Number.POSITIVE_INFINITY : self.endLine;
  return commands.map((command) => ({
    ...command,
    line: Math.min(command.line, last),
    endLine: Math.min(command.endLine, last),
    conditional: self.conditional || command.conditional,
    guarded: self.guarded || command.guarded,
    background: self.background || command.background,
    substituted: self.substituted,
    inFunction: self.inFunction,
    via: [...self.via, self.name, ...command.via],
  }));
}

function innerWords({ name, words }: ShellCommand): { words: string[]; via: string } | undefined {
  const rest = words.slice(1);
  const wrapper = Object.hasOwn(wrappers, name) ? wrappers[name] : undefined;
  if (wrapper) {
    const inner = afterOptions(rest, wrapper.valued ?? '').slice(wrapper.skip ?? 0);
    while (name === 'env' && /^[A-Za-z_]\w*=/.test(inner[0] ?? '')) inner.shift();
    while (name === 'sudo' && /^[A-Za-z_]\w*=/.test(inner[0] ?? '')) inner.shift();
    return { words: inner, via: name };
  }
  const pair = pairs.find(([form]) => form.test(`${name} ${rest[0] ?? ''}`));
  if (pair) return { words: afterOptions(rest.slice(1), 'pgcnf'), via: pair[1] };
  return name === 'docker' || name === 'podman' || name === 'docker-compose'
    ? containerWords(rest, name)
    : undefined;
}

/** `docker exec -it web cmd`, `docker compose run --rm web cmd`. */
function containerWords(
  rest: string[],
  name: string,
): { words: string[]; via: string } | undefined {
  let words = afterOptions(rest, 'Hc');
  let compose = name === 'docker-compose';
  if (words[0] === 'compose') {
    compose = true;
    words = words.slice(1);
  }
  if (compose) words = afterOptions(words, 'fp');
  const [verb] = words;
  if (verb !== 'exec' && !(compose && verb === 'run')) return undefined;
  const inner = afterOptions(words.slice(1), 'euw');
  return { words: inner.slice(1), via: `${compose ? 'compose' : 'docker'} ${verb}` };
}

/** What is left after leading options; letters of `valued` take the next word. */
function afterOptions(words: readonly string[], valued: string): string[] {
  const longValued =
    /^--(user|index|env|workdir|file|project-name|env-file|profile|with|extra|group|package|python|directory|signal|kill-after|filter|config|prefix|context|host)$/;
  let i = 0;
  while (i < words.length && words[i]!.startsWith('-') && words[i] !== '-') {
    const word = words[i]!;
    if (word === '--') {
      i++;
      break;
    }
    const takesNext = word.startsWith('--')
      ? longValued.test(word)
      : valued.includes(word.at(-1)!) && word.length === 2;
    i += takesNext ? 2 : 1;
  }
  return words.slice(i);
}
