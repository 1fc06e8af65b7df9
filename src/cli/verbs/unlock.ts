import type { Command } from 'commander';
import { destinationStatus, type HeldLease, unlock } from '../../deploy/index.ts';
import { type DeliveryWords, surroundings, withDeliveryOptions } from '../delivery.ts';
import type { Terminal } from '../terminal.ts';

interface UnlockWords extends DeliveryWords {
  readonly dryRun?: boolean;
}

export function define(command: Command, terminal: Terminal): void {
  withDeliveryOptions(command)
    .argument('<destination>', 'whose lease to end, as deploy.yml names it')
    .option('--dry-run', 'say who holds it; change nothing')
    .addHelpText(
      'after',
      `
Ends the lease of a deployer that is gone. A deployer that is still at work is refused at its next
command and stops there; the next deploy takes its steps back.

Examples:
  parstock unlock production`,
    )
    .action((name: string, words: UnlockWords) => run(name, { words, terminal }));
}

async function run(
  name: string,
  { words, terminal }: { words: UnlockWords; terminal: Terminal },
): Promise<void> {
  const around = surroundings(words, terminal);
  const leases = words.dryRun
    ? (await destinationStatus(around, name)).flatMap(({ lease }) => lease ?? [])
    : await unlock(around, name);
  if (words.json) {
    await terminal.out(`${JSON.stringify(leases, null, 2)}\n`);
    return;
  }
  const verb = words.dryRun ? 'held by' : 'ended: it was held by';
  const lines = leases.map((lease) => `${verb} ${ownerText(lease)}\n`);
  await terminal.out(lines.length > 0 ? lines.join('') : `nobody holds ${name}\n`);
}

/** `anna on laptop (2f3a91bc), process 4711, deploy 1.4.0`. */
function ownerText({ owner }: HeldLease): string {
  return `${owner.who} on ${owner.machine}, process ${owner.pid}, ${owner.doing}`;
}
