import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { Refusal } from '../../contract/errors.ts';

const EXTENSION = import.meta.url.endsWith('.ts') ? 'ts' : 'js';
const CHECK = fileURLToPath(new URL(`./load-check.${EXTENSION}`, import.meta.url));
const MOST_WORDS = 2000;
const LONGEST_MS = 60_000;

/** Loads the runtime in a process of its own and lets it compute; refuses where it cannot. */
export async function checkRuntime(folder: string, signal: AbortSignal): Promise<void> {
  const late = AbortSignal.timeout(LONGEST_MS);
  const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', CHECK, folder], {
    stdio: ['ignore', 'ignore', 'pipe'],
    signal: AbortSignal.any([signal, late]),
    killSignal: 'SIGKILL',
  });
  let words = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    words = (words + text).slice(-MOST_WORDS);
  });
  const ended = await new Promise<number | string | null>((resolve) => {
    child.on('error', (error) => {
      words += error.message;
    });
    child.on('close', (code, endedBy) => resolve(code ?? endedBy));
  });
  signal.throwIfAborted();
  if (ended !== 0) throw new Refusal('runtime_not_loadable', { found: whyNot(words, ended) });
}

/** The linker's own sentence, for example which version of glibc is missing. */
function whyNot(words: string, ended: number | string | null): string {
  const error = /^(?:\w*Error): (.+)$/m.exec(words)?.[1];
  return error ?? `the process that loaded it ended with ${ended}`;
}
