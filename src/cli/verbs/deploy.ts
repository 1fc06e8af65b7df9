import type { Command } from 'commander';
import { deployVersion, planDelivery } from '../../deploy/index.ts';
import {
  DELIVERY_EXITS,
  type DeliveryWords,
  deliveryRequest,
  printDelivery,
  surroundings,
  withDeliveryOptions,
} from '../delivery.ts';
import { printPlan } from '../delivery-printers.ts';
import { packageVersion, type Terminal } from '../terminal.ts';

interface DeployWords extends DeliveryWords {
  readonly dryRun?: boolean;
  readonly again?: boolean;
}

export function define(command: Command, terminal: Terminal): void {
  withDeliveryOptions(command)
    .argument('<destination>', 'where to, as deploy.yml names it')
    .argument('[version]', 'a tag such as 1.4.0, or a digest; default: the version of this program')
    .option('--dry-run', 'say what would be done and whether there is a way back; change nothing')
    .option('--again', 'deploy even what serves already, to give it changed secrets')
    .addHelpText(
      'after',
      `
Examples:
  parstock deploy stage 1.4.0
  parstock deploy stage sha256:4f5e… --dry-run
${DELIVERY_EXITS}`,
    )
    .action((name: string, version: string | undefined, words: DeployWords) =>
      run({ name, version: version ?? packageVersion(), words }, terminal),
    );
}

async function run(
  { name, version, words }: { name: string; version: string; words: DeployWords },
  terminal: Terminal,
): Promise<void> {
  const around = surroundings(words, terminal);
  const json = words.json === true;
  if (words.dryRun) {
    await printPlan(await planDelivery(around, { name, version }), { json, terminal });
    return;
  }
  const request = deliveryRequest(around, { doing: `deploy ${version}`, terminal });
  const again = words.again === true;
  const delivery = await deployVersion(around, { ...request, name, version, again });
  await printDelivery(delivery, { json, terminal });
}
