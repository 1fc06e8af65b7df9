import { parseShell, type ShellScript } from '../documents/shell.ts';
import type { Repository } from '../repository/repository.ts';

const known = new WeakMap<Repository, Map<string, ShellScript>>();

/** A script of the repository, parsed once: several containers start with it, and rules read it. */
export function parsedScript(repository: Repository, file: string): ShellScript {
  const scripts = known.get(repository) ?? new Map<string, ShellScript>();
  known.set(repository, scripts);
  const script = scripts.get(file) ?? parseShell(repository.text(file) ?? '');
  scripts.set(file, script);
  return script;
}
