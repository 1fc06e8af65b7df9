import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { Refusal } from '../../contract/errors.ts';
import type { SecretReference } from './schema.ts';

const COMMAND_MILLISECONDS = 60_000;

/** Values of secrets by name. They go to a command's standard input, and nowhere else. */
export type Secrets = ReadonlyMap<string, string>;

/** Looks every secret up; refuses secret_missing, naming where it should have been, never a value. */
export function readSecrets(
  references: Readonly<Record<string, SecretReference>>,
  env: Readonly<Record<string, string | undefined>>,
): Secrets {
  return new Map(
    Object.entries(references).map(([name, reference]) => [
      name,
      readSecret(name, { reference, env }),
    ]),
  );
}

/** One secret. A line break cannot travel in an environment file, so it is refused here. */
export function readSecret(
  name: string,
  options: { reference: SecretReference; env: Readonly<Record<string, string | undefined>> },
): string {
  const { reference, env } = options;
  const value = textOf(name, { reference, env }).replace(/\r?\n$/, '');
  const where = `${name}, ${described(reference)}`;
  if (value === '') throw new Refusal('secret_missing', { where, found: 'an empty text' });
  if (/[\r\n\0]/.test(value))
    throw new Refusal('secret_missing', { where, found: 'several lines', wanted: 'one line' });
  return value;
}

function textOf(
  name: string,
  options: { reference: SecretReference; env: Readonly<Record<string, string | undefined>> },
): string {
  const { reference, env } = options;
  const where = `${name}, ${described(reference)}`;
  if ('env' in reference) {
    const value = env[reference.env];
    if (value === undefined) throw new Refusal('secret_missing', { where, found: 'nothing' });
    return value;
  }
  try {
    if ('file' in reference) return readFileSync(reference.file, 'utf8');
    const [program, ...words] = reference.command;
    // What the command says on stderr is for the person who runs this, and not kept.
    return execFileSync(program!, words, {
      encoding: 'utf8',
      env: env as NodeJS.ProcessEnv,
      stdio: ['ignore', 'pipe', 'inherit'],
      timeout: COMMAND_MILLISECONDS,
    });
  } catch (error) {
    // The error itself holds the output: neither it nor its message may travel on.
    const { code, status } = error as { code?: string; status?: number };
    throw new Refusal('secret_missing', { where, found: code ?? `exit code ${status}` });
  }
}

function described(reference: SecretReference): string {
  if ('env' in reference) return `environment variable ${reference.env}`;
  if ('file' in reference) return `file ${reference.file}`;
  return `command ${reference.command[0]}`;
}
