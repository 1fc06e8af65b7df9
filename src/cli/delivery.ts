import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { hostname, userInfo } from 'node:os';
import type { Command } from 'commander';
import {
  type Delivery,
  type Destination,
  type LeaseOwner,
  type OperationRequest,
  type PlanListener,
  productChecks,
  readDeployment,
  refuseUnlessDone,
  type Surroundings,
} from '../deploy/index.ts';
import type { Terminal } from './terminal.ts';

/** Words that every verb of delivery understands. */
export interface DeliveryWords {
  readonly config: string;
  readonly json?: boolean;
}

/** Adds the options that every verb of delivery has. */
export function withDeliveryOptions(command: Command): Command {
  return command
    .option('--config <file>', 'the file that describes the destinations', 'deploy.yml')
    .option('--json', 'print JSON');
}

export const DELIVERY_EXITS = `
Exit codes: 0 done, 1 refused or failed and undone, 2 the command was not understood,
3 could not be undone: a person is needed.
`;

/** The file, the moment and the person, for the operations. */
export function surroundings(words: DeliveryWords, terminal: Terminal): Surroundings {
  const { env } = terminal;
  return {
    deployment: readDeployment(words.config),
    env,
    now: () => new Date(),
    who: env.PARSTOCK_DEPLOYER ?? env.GITHUB_ACTOR ?? userInfo().username,
  };
}

/** This process as the owner of a lease, and how it knows that another one of this machine is gone. */
export function leaseOwner(around: Surroundings, doing: string): LeaseOwner {
  const since = around.now().toISOString();
  return { who: around.who, machine: machineName(), pid: process.pid, doing, since };
}

/** A name that changes with each boot: process numbers begin anew then. */
function machineName(): string {
  try {
    const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
    return `${hostname()} (${boot.slice(0, 8)})`;
  } catch {
    return hostname();
  }
}

export function isDead(owner: LeaseOwner): boolean {
  if (owner.machine !== machineName()) return false;
  try {
    process.kill(owner.pid, 0);
    return false;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ESRCH';
  }
}

/** Sorts by time, and no two runs in one second share it. */
export function newDeployId(now: Date): string {
  const time = now.toISOString().replace(/[-:]|\.\d+Z$/g, '');
  return `${time.toLowerCase()}-${randomBytes(2).toString('hex')}`;
}

/** What a deploy needs of the command line, whichever verb asked for it. */
export function deliveryRequest(
  around: Surroundings,
  options: { doing: string; terminal: Terminal },
): OperationRequest {
  const { doing, terminal } = options;
  const calledOff = new AbortController();
  void terminal.untilInterrupted().then(() => {
    terminal.note('called off: what was begun is taken back');
    calledOff.abort(new Error('called off by Ctrl-C or SIGTERM'));
  });
  return {
    owner: leaseOwner(around, doing),
    isDead,
    checksFor: ({ settings }: Destination) => productChecks(settings),
    listener: stepPrinter(terminal),
    newId: () => newDeployId(around.now()),
    signal: calledOff.signal,
    say: (words: string) => {
      if (terminal.interactive) terminal.draw(`    ${words}`);
    },
    announce: ({ words }: { words: string }) => terminal.note(`data: ${words}`),
    again: false,
  };
}

/** A line per step on stderr: on a terminal while it is at work, everywhere once it has ended. */
function stepPrinter(terminal: Terminal): PlanListener {
  return {
    began: (step) => {
      if (terminal.interactive) terminal.draw(`  … ${step.title}`);
    },
    ended: (step, { host, ok, milliseconds, note }) => {
      if (terminal.interactive) terminal.draw('');
      const seconds = `${(milliseconds / 1000).toFixed(1)} s`;
      const words = [seconds, host, note].filter(Boolean).join(' · ');
      terminal.note(`  ${ok ? '✓' : '✗'} ${step.title} (${words})`);
    },
    undoing: (title, host) => terminal.note(`  ↩ take back: ${title} (${host})`),
  };
}

/** Prints what a delivery came to, and refuses where it is not what was asked for. */
export async function printDelivery(
  delivery: Delivery,
  options: { json: boolean; terminal: Terminal },
): Promise<void> {
  const { json, terminal } = options;
  refuseUnlessDone(delivery);
  if (json) {
    await terminal.out(`${JSON.stringify(delivery, null, 2)}\n`);
    return;
  }
  for (const note of delivery.notes) terminal.note(`parstock: ${note}`);
  const { version, digest, outcome } = delivery;
  const verb = outcome === 'already' ? 'serves already' : 'serves';
  await terminal.out(`${version} ${verb} (${digest})\n`);
}
