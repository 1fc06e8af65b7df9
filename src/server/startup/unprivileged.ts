import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { Refusal } from '../../contract/errors.ts';

/** How to run PostgreSQL: it refuses to run as root, so root hands it to a user without rights. */
export interface RunAs {
  /** The user who owns the cluster's files; null where that is simply ourselves. */
  readonly owner: { readonly uid: number; readonly gid: number } | null;
  /** Words to put before the command. */
  readonly prefix: readonly string[];
}

const CANDIDATES = ['postgres', 'nobody'];

/**
 * Chooses the user. Where that user cannot reach one of the paths (a checkout below root's private
 * folder), the command keeps one capability: to pass folders that file modes would close.
 */
export function chooseRunAs(paths: readonly string[], cluster: string): RunAs {
  if (process.getuid?.() !== 0) return { owner: null, prefix: [] };
  const owner = ownerOf(cluster) ?? findUnprivilegedUser();
  const drop = ['setpriv', `--reuid=${owner.uid}`, `--regid=${owner.gid}`, '--clear-groups'];
  const closed = paths.find((path) => !canReach(path, owner.uid));
  if (!closed) return { owner, prefix: works(drop) ? drop : [] };
  // Without no_setuid_fixup, access(2) ignores the capability and initdb cannot find postgres.
  const passing = [
    ...drop,
    '--securebits=+no_setuid_fixup',
    '--inh-caps=+dac_override',
    '--ambient-caps=+dac_override',
  ];
  if (works(passing)) return { owner, prefix: passing };
  throw new Refusal('volume_not_writable', {
    path: closed,
    found: `closed to uid ${owner.uid}, which runs PostgreSQL since root may not`,
    wanted: 'a folder that every user can pass, or start as an ordinary user',
    command: `chmod o+x ${dirname(closed)}`,
  });
}

/** The command line and options that run these words as that user. */
export function commandAs(runAs: RunAs, words: readonly string[]) {
  const [command = '', ...args] = [...runAs.prefix, ...words];
  const bySpawn = runAs.owner && runAs.prefix.length === 0;
  return { command, args, spawnOptions: bySpawn ? { ...runAs.owner } : {} };
}

/** A cluster made earlier keeps its owner, whatever this machine calls it. */
function ownerOf(cluster: string): { uid: number; gid: number } | null {
  const found = statSync(cluster, { throwIfNoEntry: false });
  return found && found.uid !== 0 ? { uid: found.uid, gid: found.gid } : null;
}

function findUnprivilegedUser(): { uid: number; gid: number } {
  const lines = readFileSync('/etc/passwd', 'utf8').split('\n');
  const users = lines.map((line) => line.split(':'));
  for (const name of CANDIDATES) {
    const user = users.find(([found]) => found === name);
    if (user) return { uid: Number(user[2]), gid: Number(user[3]) };
  }
  const other = users.find((user) => Number(user[2]) > 0);
  if (other) return { uid: Number(other[2]), gid: Number(other[3]) };
  throw new Refusal('volume_not_writable', {
    path: '/etc/passwd',
    found: 'no user but root',
    wanted: 'a user that PostgreSQL can run as; it refuses to run as root',
    command: 'useradd --system postgres',
  });
}

function works(prefix: readonly string[]): boolean {
  const [command = '', ...args] = prefix;
  return spawnSync(command, [...args, 'true'], { stdio: 'ignore' }).status === 0;
}

/** Whether file modes let the user through every folder down to the path, and read it. */
export function canReach(path: string, uid: number): boolean {
  const existing = existsSync(path) ? path : dirname(path);
  for (let at = existing; ; at = dirname(at)) {
    const { mode, uid: owner } = statSync(at);
    const bits = owner === uid ? mode >> 6 : mode;
    const wanted = at === existing && existing === path ? 0o5 : 0o1;
    if ((bits & wanted) !== wanted) return false;
    if (at === dirname(at)) return true;
  }
}
