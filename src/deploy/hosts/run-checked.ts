import { type ErrorCode, Refusal } from '../../contract/errors.ts';
import type { CommandOptions, CommandOutcome, Host } from './host.ts';

/** Exit codes of a shell, and of the docker client, that mean the same on every host. */
const NOT_FOUND = 127;
const NOT_EXECUTABLE = 126;
const TIMED_OUT = 124;

/** Runs a command that must succeed; refuses with its last words otherwise. */
export async function runChecked(
  host: Host,
  words: readonly string[],
  options: CommandOptions & { code?: ErrorCode; doing: string },
): Promise<CommandOutcome> {
  const outcome = await host.run(words, options);
  if (outcome.code === 0) return outcome;
  const where = `${host.name}, ${options.doing}`;
  if (outcome.code === NOT_FOUND || outcome.code === NOT_EXECUTABLE)
    throw new Refusal('host_not_ready', { where, found: lastWords(outcome) });
  if (outcome.code === TIMED_OUT || outcome.code === null)
    throw new Refusal('host_command_failed', { where, found: 'no end within the time allowed' });
  throw new Refusal(options.code ?? 'host_command_failed', {
    where,
    found: lastWords(outcome),
    exitCode: outcome.code,
  });
}

/** The last lines that a command wrote, for a person. */
export function lastWords({ stderr, stdout }: CommandOutcome): string {
  const text = stderr.trim() || stdout.trim();
  return text.split('\n').slice(-3).join(' · ').slice(-600);
}
