import type { Command } from 'commander';
import { Refusal } from '../../contract/errors.ts';
import {
  type ForecastOptions,
  type SeriesRefusal,
  seasonOf,
  TREES,
  type TreeHorizons,
} from '../../forecast/index.ts';
import type { Frequency } from '../../forecast/types.ts';
import { nameModel } from '../../ml/chronos/name-model.ts';
import { parseModel } from '../../ml/models/find-model.ts';
import { askModel, checkGroupsAsked } from '../ask-model.ts';
import { addColumnOptions, addModelOptions, COLUMNS_EXPLAINED } from '../column-options.ts';
import { runOnAllCores } from '../engine-pool.ts';
import { type EngineTask, type ForecastRow, treeOptions } from '../engine-tasks.ts';
import { type Output, openOutput } from '../file-output.ts';
import { fitTrees, type TreeFit } from '../fit-trees.ts';
import { csvPrinter, type ForecastPrinter, jsonPrinter } from '../forecast-printers.ts';
import {
  checkEngineOptions,
  methodList,
  parseFrequency,
  parseLevels,
  parseMethod,
  parseTreeHorizons,
  wholeNumber,
} from '../options.ts';
import { listRefused } from '../print-refusal.ts';
import { openProgress } from '../progress.ts';
import { readSeriesFile, type SeriesFile } from '../series-file.ts';
import { type ColumnWords, namedColumns } from '../series-rows.ts';
import type { Terminal } from '../terminal.ts';
import { FREQUENCY_NAMES } from '../time-grid.ts';

interface ForecastWords extends ColumnWords {
  readonly horizon: number;
  readonly frequency?: Frequency;
  readonly season?: number;
  readonly levels: number[];
  readonly method: string;
  readonly model?: string;
  readonly trees: boolean;
  readonly treeHorizons: TreeHorizons;
  readonly output?: string;
  readonly json?: boolean;
  readonly seed: number;
  readonly workers?: number;
}

export function define(command: Command, terminal: Terminal): void {
  addModelOptions(addColumnOptions(command))
    .argument('<file>', 'CSV file, plain or gzip; - reads from a pipe')
    .requiredOption('--horizon <n>', 'periods ahead', wholeNumber('--horizon', 1))
    .option('--frequency <f>', 'H, D, W, M, Q or Y; default: told from the dates', parseFrequency)
    .option('--season <m>', 'season length in periods', wholeNumber('--season', 1))
    .option('--levels <list>', 'quantile levels in (0,1)', parseLevels, [0.1, 0.5, 0.9])
    .option('--method <name>', 'auto, or a name of the list below', parseMethod, 'auto')
    .option('--no-trees', 'auto without boosted trees over all series')
    .option(
      '--tree-horizons <way>',
      'direct: each period from the origin; recursive: one after the other',
      parseTreeHorizons,
      'direct',
    )
    .option('--output <file>', 'write there instead of stdout; whole or not at all')
    .option('--json', 'print JSON, with the reason and the scores of every series')
    .option('--seed <n>', 'same seed, same result', wholeNumber('--seed', 0), 1)
    .option('--workers <n>', 'threads; the result is the same for any', wholeNumber('--workers', 1))
    .addHelpText(
      'after',
      () =>
        `${EXAMPLES}\nMethods:\n${methodList()}\n  or an installed model: see parstock models list`,
    )
    .action((file: string, words: ForecastWords) => run(file, words, terminal));
}

const EXAMPLES = `
Reads one row per series and period: unique_id,ds,y. Periods without a row are missing, not zero.
Writes unique_id,ds,method,mean and one column per level.
${COLUMNS_EXPLAINED}
Examples:
  parstock forecast sales.csv --horizon 28
  parstock forecast sales.csv --horizon 28 --model chronos-bolt-tiny
  parstock forecast sales.csv --horizon 28 --covariates promotion --stock-column in_stock
  parstock forecast sales.csv --horizon 28 --model chronos-2 --covariates promotion --group-column store
  parstock forecast sales.csv.gz --horizon 12 --frequency M --levels 0.5,0.95 --output next.csv
  cat sales.csv | parstock forecast - --horizon 7 --id-column sku --time-column date --value-column units
`;

async function run(path: string, words: ForecastWords, terminal: Terminal): Promise<void> {
  const { horizon, levels, seed } = words;
  // A model that is asked for by name is the method; one beside it is a candidate.
  const asMethod = parseModel(words.method) && words.method;
  const model = asMethod ?? words.model;
  const method = asMethod === undefined ? words.method : nameModel(asMethod).method;
  const external = [TREES, ...(model === undefined ? [] : [nameModel(model).method])];
  checkEngineOptions({ horizon, levels, method, external, seed, season: words.season });
  checkGroupsAsked(words, model);
  const output = openOutput(words.output, terminal);
  const columns = namedColumns(words);
  const { unfinished } = words;
  const file = await readSeriesFile(path, { columns, frequency: words.frequency, unfinished });
  const { frequency } = file;
  const season = words.season ?? seasonOf(frequency);
  const options = { horizon, levels, method, external, seed, season, frequency };
  const { workers } = words;
  const asked =
    model === undefined
      ? file
      : await askModel(file, { model, kind: 'forecast', engine: options, workers, terminal });
  const fit = await fitWanted(asked, { options, words, terminal });
  const printed = { horizon, season, levels, seed, trees: fit?.told };
  const result = await forecastAll(asked, {
    task: { kind: 'forecast', options, trees: fit?.trees },
    printer: words.json ? jsonPrinter(file, printed) : csvPrinter(printed),
    workers: words.workers,
    output,
    terminal,
  });
  await output.finish();
  const given = words.frequency !== undefined;
  if (terminal.interactive) terminal.note(summary(file, { ...result, given }));
}

/** Trees over all series, where they may be of use. */
async function fitWanted(
  file: SeriesFile,
  asked: { options: ForecastOptions; words: ForecastWords; terminal: Terminal },
): Promise<TreeFit | undefined> {
  const { words, terminal } = asked;
  const { workers, treeHorizons: horizons } = words;
  if (words.method !== TREES && !(words.method === 'auto' && words.trees)) return undefined;
  const options = { ...treeOptions({ options: asked.options }), horizons };
  const fit = await fitTrees(file.series, options, { workers, terminal });
  if (words.method === TREES && 'unavailable' in fit.told)
    throw new Refusal('invalid_option', {
      where: '--method',
      found: TREES,
      reason: fit.told.unavailable,
    });
  return fit;
}

interface Work {
  readonly task: EngineTask;
  readonly printer: ForecastPrinter;
  readonly workers: number | undefined;
  readonly output: Output;
  readonly terminal: Terminal;
}

/** Prints every forecast as it comes; refused series are listed, and refuse all if none is left. */
async function forecastAll(
  file: SeriesFile,
  work: Work,
): Promise<{ methods: Map<string, number> }> {
  const { printer, output, terminal } = work;
  const refused: SeriesRefusal[] = [];
  const methods = new Map<string, number>();
  const progress = openProgress('Forecasting', { total: file.series.length, terminal });
  let done = 0;
  for await (const rows of runOnAllCores(work.task, file.series, work)) {
    let text = '';
    for (const row of rows as (ForecastRow | SeriesRefusal)[]) {
      const series = file.series[done++]!;
      if (!row.ok) {
        refused.push(row);
        continue;
      }
      if (methods.size === 0) text += printer.head();
      methods.set(row.method, (methods.get(row.method) ?? 0) + 1);
      text += printer.row(row, series);
    }
    await output.write(text);
    progress.advance(done);
  }
  progress.clear();
  listRefused(refused, terminal);
  if (methods.size === 0)
    throw new Refusal('nothing_forecast', { where: file.name, found: `${done} series` });
  await output.write(printer.tail(refused));
  return { methods };
}

function summary(
  file: SeriesFile,
  { methods, given }: { methods: ReadonlyMap<string, number>; given: boolean },
): string {
  const counts = [...methods].sort((a, b) => b[1] - a[1]).map(([name, n]) => `${name} ${n}`);
  const told = given ? '' : ', told from the dates';
  return `${file.series.length} series, ${FREQUENCY_NAMES[file.frequency]}${told}: ${counts.join(', ')}`;
}
