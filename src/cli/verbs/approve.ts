import type { Command } from 'commander';
import { approve } from '../../deploy/index.ts';
import { type DeliveryWords, surroundings, withDeliveryOptions } from '../delivery.ts';
import { badOption } from '../options.ts';
import type { Terminal } from '../terminal.ts';

interface ApproveWords extends DeliveryWords {
  readonly withdraw?: boolean;
  readonly dryRun?: boolean;
}

const DIGEST = /^sha256:[0-9a-f]{64}$/;

export function define(command: Command, terminal: Terminal): void {
  withDeliveryOptions(command)
    .argument('<destination>', 'a destination with approval: true in deploy.yml')
    .argument('<digest>', 'the digest that may go there, as parstock status shows it', (text) => {
      if (DIGEST.test(text)) return text;
      throw badOption('<digest>', text, 'sha256: and 64 hexadecimal digits, not a tag');
    })
    .option('--withdraw', 'take an approval back')
    .option('--dry-run', 'say what would be written; change nothing')
    .addHelpText('after', '\nExamples:\n  parstock approve production sha256:4f5e…')
    .action((name: string, digest: string, words: ApproveWords) =>
      run({ name, digest, words }, terminal),
    );
}

async function run(
  { name, digest, words }: { name: string; digest: string; words: ApproveWords },
  terminal: Terminal,
): Promise<void> {
  const around = surroundings(words, terminal);
  const given = words.withdraw !== true;
  const dryRun = words.dryRun === true;
  if (!dryRun) await approve(around, { name, digest, given });
  const result = { destination: name, digest, given, by: around.who, dryRun };
  const verb = given ? 'approved' : 'no longer approved';
  const would = dryRun ? ' (nothing was written)' : '';
  await terminal.out(
    words.json
      ? `${JSON.stringify(result, null, 2)}\n`
      : `${digest} is ${verb} for ${name} by ${around.who}${would}\n`,
  );
}
