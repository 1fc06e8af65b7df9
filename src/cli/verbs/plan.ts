import type { Command } from 'commander';
import { Refusal } from '../../contract/errors.ts';
import type { SeriesRefusal } from '../../forecast/index.ts';
import { proposeOrders } from '../../planning/index.ts';
import { products } from '../../server/imports/kinds/products.ts';
import { sales } from '../../server/imports/kinds/sales.ts';
import { stock } from '../../server/imports/kinds/stock.ts';
import { terms } from '../../server/imports/kinds/terms.ts';
import { runOnAllCores } from '../engine-pool.ts';
import type { DemandRow } from '../engine-tasks.ts';
import { openOutput } from '../file-output.ts';
import { wholeNumber } from '../options.ts';
import { horizonFor, joinFiles, type PlannedProduct, withDemand } from '../order-inputs.ts';
import { listLeftOut, reasonOf } from '../print-refusal.ts';
import { openProgress } from '../progress.ts';
import {
  byUrgency,
  type PrintedProposal,
  proposalCsv,
  proposalTable,
  totals,
  whyText,
} from '../proposal-printers.ts';
import { readRecords } from '../records-file.ts';
import { type DailySales, readDailySales } from '../sales-file.ts';
import type { Terminal } from '../terminal.ts';

interface PlanWords {
  readonly sales: string;
  readonly stock: string;
  readonly products: string;
  readonly terms?: string;
  readonly leadTimeDays: number;
  readonly reviewPeriodDays: number;
  readonly why?: string;
  readonly all?: boolean;
  readonly json?: boolean;
  readonly output?: string;
  readonly seed: number;
  readonly workers?: number;
}

export function define(command: Command, terminal: Terminal): void {
  command
    .requiredOption('--sales <file>', 'daily sales: sku,date,units')
    .requiredOption('--stock <file>', 'stock: sku,on_hand, and if known committed,backorders')
    .requiredOption('--products <file>', 'products: sku,name, and if known service_level,unit_cost')
    .option(
      '--terms <file>',
      'terms: sku,supplier,lead_time_days, and if known pack size and limits',
    )
    .option('--lead-time-days <n>', 'without terms', wholeNumber('--lead-time-days', 0), 7)
    .option('--review-period-days <n>', 'without terms', wholeNumber('--review-period-days', 0), 7)
    .option('--why <sku>', 'print the arithmetic behind one proposal')
    .option('--all', 'print products with nothing to order, too')
    .option('--output <file>', 'write all proposals as CSV; whole or not at all')
    .option('--json', 'print JSON, with the arithmetic of every proposal')
    .option('--seed <n>', 'same seed, same result', wholeNumber('--seed', 0), 1)
    .option('--workers <n>', 'threads; the result is the same for any', wholeNumber('--workers', 1))
    .addHelpText('after', EXAMPLES)
    .action((words: PlanWords) => run(words, terminal));
}

const EXAMPLES = `
The files are those that parstock import takes; docs/importing.md lists their columns. Dates are
YYYY-MM-DD, numbers have a decimal point. Stock is taken as on the evening of the last sale, and
orders as placed on the day after. A day without a row is unknown where any row of the sales says 0;
a file of selling days alone has none, and there it counts as 0. Open purchase orders are known to a
server, not to these files.

Examples:
  parstock plan --sales sales.csv --stock stock.csv --products products.csv --terms terms.csv
  parstock plan --sales sales.csv --stock stock.csv --products products.csv --why PASTA-500
`;

async function run(words: PlanWords, terminal: Terminal): Promise<void> {
  const output = words.output === undefined ? undefined : openOutput(words.output, terminal);
  const files = await readFiles(words);
  const defaults = { leadTimeDays: words.leadTimeDays, reviewPeriodDays: words.reviewPeriodDays };
  const { asOf } = files.sales;
  const { planned, leftOut } = joinFiles(files, { asOf, defaults });
  if (words.terms === undefined)
    terminal.note(
      `parstock: no --terms: lead time ${words.leadTimeDays} days, review every ${words.reviewPeriodDays} days`,
    );
  if (files.sales.missingDays === 'zero')
    terminal.note('parstock: no row of the sales says 0: days without a row count as 0');
  const proposals = await proposeAll(planned, { words, sales: files.sales, terminal, leftOut });
  listLeftOut(
    leftOut.map(({ sku, reason }) => ({ name: sku, reason })),
    terminal,
  );
  if (proposals.length === 0)
    throw new Refusal('nothing_forecast', { where: words.sales, found: 'no product to plan' });
  proposals.sort(byUrgency);
  if (output) {
    await output.write(proposalCsv(proposals));
    await output.finish();
  }
  await print(proposals, { words, asOf, leftOut, terminal });
}

async function readFiles(words: PlanWords) {
  return {
    products: await readRecords(words.products, { kind: products, unique: ['sku'] }),
    stock: await readRecords(words.stock, { kind: stock, unique: ['sku'] }),
    terms:
      words.terms === undefined
        ? []
        : await readRecords(words.terms, { kind: terms, unique: ['sku', 'supplier'] }),
    sales: await readDailySales(words.sales, sales),
  };
}

async function proposeAll(
  planned: readonly PlannedProduct[],
  from: {
    words: PlanWords;
    sales: DailySales;
    terminal: Terminal;
    leftOut: { sku: string; reason: string }[];
  },
): Promise<PrintedProposal[]> {
  const { words, sales: sold, terminal, leftOut } = from;
  const withSales: PlannedProduct[] = [];
  for (const product of planned)
    if (sold.series.has(product.sku)) withSales.push(product);
    else leftOut.push({ sku: product.sku, reason: 'it has no row in the sales file' });
  const options = { horizon: horizonFor(withSales), frequency: 'D' as const, seed: words.seed };
  const series = withSales.map(({ sku }) => sold.series.get(sku)!);
  const progress = openProgress('Planning', { total: series.length, terminal });
  const proposals: PrintedProposal[] = [];
  let done = 0;
  for await (const rows of runOnAllCores({ kind: 'demand', options }, series, words)) {
    for (const row of rows as (DemandRow | SeriesRefusal)[]) {
      const product = withSales[done++]!;
      const proposal = propose(product, row);
      if (typeof proposal === 'string') leftOut.push({ sku: product.sku, reason: proposal });
      else proposals.push(proposal);
    }
    progress.advance(done);
  }
  progress.clear();
  return proposals;
}

/** The proposal of one product, or why there is none. */
function propose(
  product: PlannedProduct,
  row: DemandRow | SeriesRefusal,
): PrintedProposal | string {
  if (!row.ok) return reasonOf(row);
  const [outcome] = proposeOrders([withDemand(product, row.demand)]);
  if (!outcome!.ok) return reasonOf(outcome!);
  const supplier = product.input.terms.supplierCode ?? null;
  return { proposal: outcome!.proposal, name: product.name, supplier, forecastMethod: row.method };
}

async function print(
  proposals: readonly PrintedProposal[],
  from: { words: PlanWords; asOf: string; leftOut: readonly object[]; terminal: Terminal },
): Promise<void> {
  const { words, asOf, leftOut, terminal } = from;
  const wanted = words.why === undefined ? undefined : findWhy(proposals, words.why);
  if (words.json) {
    const list = (wanted ? [wanted] : proposals).map(({ proposal, ...rest }) => ({
      ...proposal,
      ...rest,
    }));
    return terminal.out(`${JSON.stringify({ asOf, proposals: list, leftOut }, null, 2)}\n`);
  }
  if (wanted) return terminal.out(whyText(wanted));
  const shown = words.all ? proposals : proposals.filter(({ proposal }) => proposal.quantity > 0);
  await terminal.out(`As of ${asOf}: ${totals(proposals)}, ${proposals.length} products\n`);
  if (shown.length > 0) await terminal.out(`\n${proposalTable(shown)}`);
}

function findWhy(proposals: readonly PrintedProposal[], sku: string): PrintedProposal {
  const found = proposals.find(({ proposal }) => proposal.sku === sku);
  if (found) return found;
  const some = proposals.slice(0, 5).map(({ proposal }) => proposal.sku);
  throw new Refusal('not_in_file', {
    where: '--why',
    found: sku,
    wanted: `a planned SKU, such as ${some.join(', ')}`,
    next: 'Check the spelling; a product that was left out is listed above.',
  });
}
