import type { Command } from 'commander';
import { planRollback, rollBack } from '../../deploy/index.ts';
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

interface RollbackWords extends DeliveryWords {
  readonly dryRun?: boolean;
}

export function define(command: Command, terminal: Terminal): void {
  withDeliveryOptions(command)
    .argument('<destination>', 'where, as deploy.yml names it')
    .argument('[version]', 'one that served before; default: the one before this')
    .option('--dry-run', 'say what would be done; change nothing')
    .addHelpText(
      'after',
      `
Examples:
  parstock rollback production
  parstock rollback production 1.3.2
${DELIVERY_EXITS}`,
    )
    .action((name: string, version: string | undefined, words: RollbackWords) =>
      run({ name, version, words }, terminal),
    );
}

async function run(
  { name, version, words }: { name: string; version: string | undefined; words: RollbackWords },
  terminal: Terminal,
): Promise<void> {
  const around = surroundings(words, terminal);
  const json = words.json === true;
  if (words.dryRun) {
    await printPlan(await planRollback(around, { name, version }), { json, terminal });
    return;
  }
  const doing = `rollback ${version ?? ''}`.trim();
  const request = deliveryRequest(around, { doing, terminal });
  const delivery = await rollBack(around, { ...request, name, version });
  await printDelivery(delivery, { json, terminal });
}
