import { Refusal } from '../../contract/errors.ts';
import {
  EXIT_FOLDER_FAILED,
  EXIT_LEASE_HELD,
  EXIT_LEASE_LOST,
  guarded,
  readLease,
  releaseLease,
  renewLease,
  takeLease,
  waitForOthers,
} from '../commands/folder.ts';
import type { CommandOptions, CommandOutcome, Host } from '../hosts/host.ts';
import { lastWords } from '../hosts/run-checked.ts';

/** Who works on a destination: shown to whoever is refused, compared to know a dead process. */
export interface LeaseOwner {
  readonly who: string;
  readonly machine: string;
  readonly pid: number;
  readonly doing: string;
  readonly since: string;
}

/** The lease as it stands on a host. */
export interface HeldLease {
  readonly token: string;
  readonly owner: LeaseOwner;
  /** Seconds until it ends, by the host's clock; 0 or less when it has ended. */
  readonly secondsLeft: number;
}

/** The right to change things on a host, kept alive until it is released. */
export interface Lease {
  readonly token: string;
  /** Runs a command that changes something; refuses lease_lost when another has taken over. */
  run(words: readonly string[], options?: CommandOptions): Promise<CommandOutcome>;
  release(): Promise<void>;
}

export const LEASE_SECONDS = 30;
const BEAT_MILLISECONDS = 8_000;
const DEFAULT_COMMAND_SECONDS = 120;
/** Commands that a killed deployer left behind end by their own limits; a pull is the longest. */
const OTHERS_SECONDS = 900;

export interface LeaseRequest {
  readonly host: Host;
  readonly folder: string;
  readonly owner: LeaseOwner;
  /** Tells a dead owner on this machine from a living one. */
  readonly isDead: (owner: LeaseOwner) => boolean;
}

/** Takes the lease of a destination on one host; refuses lease_held, naming the owner. */
export async function openLease(request: LeaseRequest): Promise<Lease> {
  const { host, folder } = request;
  const token = await take(request, '');
  const others = await host.run(waitForOthers(folder, OTHERS_SECONDS), {
    timeoutSeconds: OTHERS_SECONDS + 10,
  });
  if (others.code !== 0)
    throw new Refusal('host_not_ready', {
      where: host.name,
      found: 'commands of an earlier deploy are still at work',
    });
  const beat = setInterval(() => {
    // A beat that is lost to the network is made up for by the next; a lost lease shows at the next command.
    host.run(renewLease(folder, token, LEASE_SECONDS)).catch(() => undefined);
  }, BEAT_MILLISECONDS);
  beat.unref();
  return {
    token,
    run: async (words, options = {}) => {
      const seconds = options.timeoutSeconds ?? DEFAULT_COMMAND_SECONDS;
      const outcome = await host.run(guarded(words, { folder, token, seconds }), {
        ...options,
        timeoutSeconds: seconds + 30,
      });
      if (outcome.code === EXIT_LEASE_LOST)
        throw new Refusal('lease_lost', { where: host.name, found: `token ${token} is outdated` });
      return outcome;
    },
    release: async () => {
      clearInterval(beat);
      await host.run(releaseLease(folder, token));
    },
  };
}

async function take(request: LeaseRequest, instead: string): Promise<string> {
  const { host, folder, owner, isDead } = request;
  const words = takeLease({
    folder,
    seconds: LEASE_SECONDS,
    owner: JSON.stringify(owner),
    instead,
  });
  const outcome = await host.run(words);
  if (outcome.code === 0) return outcome.stdout.trim();
  if (outcome.code === EXIT_LEASE_HELD) {
    const held = parseLease(outcome.stdout);
    if (held && instead !== held.token && isDead(held.owner)) return take(request, held.token);
    throw heldBy(host.name, held);
  }
  const where = `${host.name}:${folder}`;
  const lacks = outcome.code === EXIT_FOLDER_FAILED ? lastWords(outcome) : 'flock (util-linux)';
  throw new Refusal('host_not_ready', { where, found: lacks, exitCode: outcome.code });
}

function heldBy(where: string, held: HeldLease | undefined): Refusal {
  const { owner } = held ?? {};
  return new Refusal('lease_held', {
    where,
    owner: owner && `${owner.who} on ${owner.machine}, process ${owner.pid}`,
    doing: owner?.doing,
    since: owner?.since,
    secondsLeft: held?.secondsLeft,
  });
}

/** Reads what `readLease` printed: the host's time, then the three lines of the file. */
export function parseLease(stdout: string): HeldLease | undefined {
  const [now, token, ends, owner] = stdout.split('\n');
  if (!owner) return undefined;
  return {
    token: token!,
    owner: JSON.parse(owner) as LeaseOwner,
    secondsLeft: Number(ends) - Number(now),
  };
}

/** The lease of a destination on a host, if somebody holds one. */
export async function findLease(host: Host, folder: string): Promise<HeldLease | undefined> {
  return parseLease((await host.run(readLease(folder))).stdout);
}
