import { readFileSync } from 'node:fs';
import { Refusal } from '../contract/errors.ts';

/** Exit codes of every verb. */
export const EXIT = {
  done: 0,
  refused: 1,
  usage: 2,
  /** A deploy failed and could not be undone. */
  personNeeded: 3,
  interrupted: 130,
  terminated: 143,
} as const;

/** Ends a verb with an exit code after it printed all there is to say. */
export class EndWith extends Error {
  readonly code: number;

  constructor(code: number) {
    super(`ends with ${code}`);
    this.code = code;
  }
}

/** Where a verb prints, and what it may know of its surroundings. */
export interface Terminal {
  /** Writes results to stdout, and waits until they are written; refuses file_not_writable. */
  out(text: string): Promise<void>;
  /** Writes one line for a person to stderr. */
  note(line: string): void;
  /** Replaces the last line of stderr; only called on a terminal. */
  draw(line: string): void;
  /** True when a person watches stderr. */
  readonly interactive: boolean;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Runs at every end of the process, Ctrl-C and a closed pipe included; must be synchronous. */
  onEnd(work: () => void): () => void;
  /** Resolves at Ctrl-C or SIGTERM instead of ending the process: for a verb that must stop things. */
  untilInterrupted(): Promise<void>;
  /** Asks a yes-or-no question; false where nobody can answer. */
  confirm(question: string): Promise<boolean>;
  /** Today's calendar day where the command runs. */
  today(): string;
  /** Milliseconds since some fixed moment, for durations. */
  stopwatch(): number;
}

/** The real terminal. Ctrl-C ends with 130, a reader that went away ends quietly. */
export function openTerminal(): Terminal {
  const endings = new Set<() => void>();
  process.once('exit', () => {
    for (const work of endings) work();
  });
  let interrupt = (code: number): void => process.exit(code);
  process.on('SIGINT', () => interrupt(EXIT.interrupted));
  process.on('SIGTERM', () => interrupt(EXIT.terminated));
  for (const stream of [process.stdout, process.stderr]) stream.on('error', quietWhenClosed);
  return {
    out: (text) =>
      new Promise((resolve, reject) => {
        process.stdout.write(text, (error) => {
          if (error) reject(notWritten(error));
          else resolve();
        });
      }),
    note: (line) => {
      process.stderr.write(`${line}\n`);
    },
    draw: (line) => {
      process.stderr.write(`\r\x1b[2K${line}`);
    },
    interactive: process.stderr.isTTY === true,
    env: process.env,
    onEnd: (work) => {
      endings.add(work);
      return () => endings.delete(work);
    },
    untilInterrupted: () =>
      new Promise((resolve) => {
        interrupt = () => resolve();
      }),
    confirm: askOnTerminal,
    today: localToday,
    stopwatch: () => performance.now(),
  };
}

async function askOnTerminal(question: string): Promise<boolean> {
  if (!process.stdin.isTTY || !process.stderr.isTTY) return false;
  const { createInterface } = await import('node:readline/promises');
  const lines = createInterface({ input: process.stdin, output: process.stderr });
  const answer = await lines.question(`${question} [y/N] `);
  lines.close();
  return /^y(es)?$/i.test(answer.trim());
}

function localToday(): string {
  const now = new Date();
  const two = (n: number) => String(n).padStart(2, '0');
  return `${now.getFullYear()}-${two(now.getMonth() + 1)}-${two(now.getDate())}`;
}

/** `parstock forecast … | head -1` is no failure: the reader has what it wanted. */
function quietWhenClosed(error: NodeJS.ErrnoException): void {
  if (error.code === 'EPIPE') process.exit(EXIT.done);
}

function notWritten(cause: NodeJS.ErrnoException): Refusal {
  const { code, message } = cause;
  const found = code === 'ENOSPC' ? 'the disk is full' : (code ?? message);
  return new Refusal('file_not_writable', { where: 'stdout', found }, { cause });
}

/** Version of the package that this file belongs to. */
export function packageVersion(): string {
  const text = readFileSync(new URL('../../package.json', import.meta.url), 'utf8');
  return (JSON.parse(text) as { version: string }).version;
}
