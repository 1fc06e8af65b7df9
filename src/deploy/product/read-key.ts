import { readFileSync } from 'node:fs';
import { Refusal } from '../../contract/errors.ts';

/** In this order: the key that only opens what delivery needs goes first. */
const VARIABLES = ['PARSTOCK_DEPLOY_KEY', 'PARSTOCK_API_KEY'];

/**
 * The key for a server, from the environment or a file that it names, never from the command line, which
 * every user of a machine can read.
 */
export function readDeliveryKey(env: Readonly<Record<string, string | undefined>>): string {
  for (const name of VARIABLES) {
    const found = env[name] ?? firstLine(env[`${name}_FILE`], `${name}_FILE`);
    if (found) return found;
  }
  const wanted = VARIABLES.flatMap((name) => [name, `${name}_FILE`]).join(', ');
  throw new Refusal('delivery_key_missing', { found: 'none of them set', wanted });
}

function firstLine(path: string | undefined, variable: string): string | undefined {
  if (!path) return undefined;
  try {
    return readFileSync(path, 'utf8').split(/\r?\n/, 1)[0];
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    throw new Refusal('delivery_key_missing', { where: variable, found: `${path} (${code})` });
  }
}
