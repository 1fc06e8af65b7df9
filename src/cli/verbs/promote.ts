import type { Command } from 'commander';
import { deployVersion, passedOn, planDelivery } from '../../deploy/index.ts';
import {
  DELIVERY_EXITS,
  type DeliveryWords,
  deliveryRequest,
  printDelivery,
  surroundings,
  withDeliveryOptions,
} from '../delivery.ts';
import { printPlan } from '../delivery-printers.ts';
import type { Terminal } from '../terminal.ts';

interface PromoteWords extends DeliveryWords {
  readonly dryRun?: boolean;
}

export function define(command: Command, terminal: Terminal): void {
  withDeliveryOptions(command)
    .argument('<from>', 'the destination whose version passed')
    .argument('<to>', 'the destination that gets the same digest')
    .option('--dry-run', 'say what would be done; change nothing')
    .addHelpText('after', `\nExamples:\n  parstock promote stage production\n${DELIVERY_EXITS}`)
    .action((from: string, to: string, words: PromoteWords) => run({ from, to, words }, terminal));
}

async function run(
  { from, to, words }: { from: string; to: string; words: PromoteWords },
  terminal: Terminal,
): Promise<void> {
  const around = surroundings(words, terminal);
  const json = words.json === true;
  const digest = await passedOn(around, from);
  terminal.note(`${from} serves ${digest}`);
  const what = { name: to, version: digest };
  if (words.dryRun) {
    await printPlan(await planDelivery(around, what), { json, terminal });
    return;
  }
  const request = deliveryRequest(around, { doing: `promote ${from} to ${to}`, terminal });
  const delivery = await deployVersion(around, { ...request, ...what });
  await printDelivery(delivery, { json, terminal });
}
