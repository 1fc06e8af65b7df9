import type { Command } from 'commander';
import { Refusal } from '../../contract/errors.ts';
import { type AccuracyComparison, compareAccuracy } from '../../deploy/accuracy-gate/index.ts';
import { UnexpectedAnswer } from '../../deploy/product/product-client.ts';
import { readDeliveryKey } from '../../deploy/product/read-key.ts';
import { parseServerAddress, positiveNumber } from '../delivery-words.ts';
import { wholeNumber } from '../options.ts';
import { openProgress } from '../progress.ts';
import { textTable } from '../table.ts';
import { EndWith, EXIT, type Terminal } from '../terminal.ts';

interface GateWords {
  readonly against: string;
  readonly tolerance: number;
  readonly series: number;
  readonly horizon: number;
  readonly windows: number;
  readonly seed: number;
  readonly json?: boolean;
}

export function define(command: Command, terminal: Terminal): void {
  command
    .argument('<url>', 'address of the new version', parseServerAddress('<url>'))
    .requiredOption(
      '--against <url>',
      'address of the running version',
      parseServerAddress('--against'),
    )
    .option(
      '--tolerance <share>',
      'how much the error may rise; 0.02 is 2 %',
      positiveNumber('--tolerance'),
      0.02,
    )
    .option('--series <n>', 'size of the sample', wholeNumber('--series', 1), 60)
    .option('--horizon <days>', 'days ahead', wholeNumber('--horizon', 1), 28)
    .option('--windows <n>', 'origins that are scored', wholeNumber('--windows', 1), 2)
    .option('--seed <n>', 'of the sample', wholeNumber('--seed', 0), 1)
    .option('--json', 'print JSON')
    .addHelpText('after', HELP)
    .action((url: string, words: GateWords) => run(url, { words, terminal }));
}

const HELP = `
Lets both versions forecast the past of the same series, on the destination's own data, and compares
their errors (RMSSE, scaled quantile loss), series by series. Keys as for smoke.

Examples:
  parstock gate http://127.0.0.1:8081 --against http://127.0.0.1:8080
  parstock gate https://new.example.com --against https://stock.example.com --tolerance 0.05 --json

Exit codes: 0 not worse, or too little to judge by, 1 worse (the worst series are shown), 2 the command
was not understood.
`;

async function run(
  url: string,
  { words, terminal }: { words: GateWords; terminal: Terminal },
): Promise<void> {
  const apiKey = readDeliveryKey(terminal.env);
  const { tolerance, series, horizon, windows, seed } = words;
  let bar: ReturnType<typeof openProgress> | undefined;
  const result = await compareAccuracy(
    { running: { url: words.against, apiKey }, candidate: { url, apiKey } },
    {
      tolerance,
      sampleSize: series,
      horizonDays: horizon,
      windows,
      seed,
      onProgress: (done, total) => {
        if (done === 0) bar = openProgress('scoring', { total, terminal });
        bar?.advance(done);
      },
    },
  ).catch(refuse);
  bar?.clear();
  await terminal.out(words.json ? `${JSON.stringify(result, null, 2)}\n` : asText(result));
  if (result.verdict === 'breached') throw new EndWith(EXIT.refused);
}

/** A server that answers otherwise than it should is told like any other refusal. */
function refuse(error: unknown): never {
  if (!(error instanceof UnexpectedAnswer)) throw error;
  const { where, found, wanted } = error;
  throw new Refusal('server_unreachable', { where, found, wanted }, { cause: error });
}

const VERDICTS = { passed: 'passed', breached: 'BREACHED', 'not-judged': 'not judged' } as const;

function asText({ verdict, reason, worst }: AccuracyComparison): string {
  const head = `${VERDICTS[verdict]}: ${reason}\n`;
  if (worst.length === 0) return head;
  const right = { align: 'right' as const };
  const columns = [
    { title: 'worst series' },
    { title: 'RMSSE before', ...right },
    { title: 'after', ...right },
    { title: 'SQL before', ...right },
    { title: 'after', ...right },
  ];
  const rows = worst.map(({ sku, rmsse, sql }) => [
    sku,
    ...[rmsse.running, rmsse.candidate, sql.running, sql.candidate].map((x) => x.toFixed(3)),
  ]);
  return `${head}\n${textTable(columns, rows)}`;
}
