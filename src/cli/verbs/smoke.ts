import type { Command } from 'commander';
import { readDeliveryKey } from '../../deploy/product/read-key.ts';
import { runSmoke, type SmokeReport, type SmokeResult } from '../../deploy/smoke/index.ts';
import { parseServerAddress, positiveNumber } from '../delivery-words.ts';
import { EndWith, EXIT, type Terminal } from '../terminal.ts';

interface SmokeWords {
  readonly deadline: number;
  readonly json?: boolean;
}

export function define(command: Command, terminal: Terminal): void {
  command
    .argument('<url>', 'address of the server', parseServerAddress('<url>'))
    .option('--deadline <seconds>', 'for all checks together', positiveNumber('--deadline'), 120)
    .option('--json', 'print JSON')
    .addHelpText('after', HELP)
    .action((url: string, words: SmokeWords) => run(url, { words, terminal }));
}

const HELP = `
Uses the product as a shop does, in a tenant of its own that is taken away again: signs in, imports,
forecasts a series whose figures are known, works an order proposal out anew. Nothing of the company's
own is read or changed.

The key comes from PARSTOCK_DEPLOY_KEY (the server's own) or PARSTOCK_API_KEY (an administrator's), or
from the file that PARSTOCK_DEPLOY_KEY_FILE or PARSTOCK_API_KEY_FILE names.

Examples:
  PARSTOCK_API_KEY=… parstock smoke https://stock.example.com
  PARSTOCK_DEPLOY_KEY_FILE=key parstock smoke http://127.0.0.1:8080 --json

Exit codes: 0 every check passed, 1 one failed (it is named), 2 the command was not understood.
`;

async function run(
  url: string,
  { words, terminal }: { words: SmokeWords; terminal: Terminal },
): Promise<void> {
  const report = await runSmoke({
    url,
    apiKey: readDeliveryKey(terminal.env),
    deadlineSeconds: words.deadline,
    ...(!words.json && { onCheck: (result) => terminal.note(lineOf(result)) }),
  });
  await terminal.out(
    words.json ? `${JSON.stringify(report, null, 2)}\n` : `${summaryOf(report)}\n`,
  );
  if (!report.ok) throw new EndWith(EXIT.refused);
}

const MARKS = { passed: 'ok  ', failed: 'FAIL', skipped: 'skip' } as const;

function lineOf({ name, state, milliseconds, note, failure }: SmokeResult): string {
  const where = failure ? `${failure.where}: ` : '';
  const took = `${milliseconds} ms`.padStart(9);
  return `${MARKS[state]} ${name.padEnd(14)} ${took}  ${where}${note}`;
}

function summaryOf({ checks, ok, version, url, milliseconds }: SmokeReport): string {
  const seconds = `${(milliseconds / 1000).toFixed(1)} s`;
  const failed = checks.filter(({ state }) => state === 'failed').map(({ name }) => name);
  const server = `version ${version ?? 'unknown'} at ${url}`;
  if (ok) return `${checks.length} of ${checks.length} checks passed in ${seconds}: ${server}`;
  return `failed: ${failed.join(', ')} (${seconds}): ${server}`;
}
