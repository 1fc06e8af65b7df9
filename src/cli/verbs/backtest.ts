import type { Command } from 'commander';
import { Refusal } from '../../contract/errors.ts';
import {
  methods as catalogue,
  type ForecastOptions,
  type MethodSummary,
  type SeriesRefusal,
  seasonOf,
  TREES,
  type TreeHorizons,
} from '../../forecast/index.ts';
import type { Frequency } from '../../forecast/types.ts';
import { nameModel } from '../../ml/chronos/name-model.ts';
import { askModel, checkGroupsAsked } from '../ask-model.ts';
import { addColumnOptions, addModelOptions, COLUMNS_EXPLAINED } from '../column-options.ts';
import { runOnAllCores } from '../engine-pool.ts';
import { type BacktestRow, type EngineTask, type TriedText, treeOptions } from '../engine-tasks.ts';
import { fitTrees } from '../fit-trees.ts';
import {
  checkEngineOptions,
  methodList,
  parseFrequency,
  parseMethods,
  parseTreeHorizons,
  wholeNumber,
} from '../options.ts';
import { listRefused } from '../print-refusal.ts';
import { openProgress } from '../progress.ts';
import { readSeriesFile, type SeriesFile } from '../series-file.ts';
import { type ColumnWords, namedColumns } from '../series-rows.ts';
import { textTable } from '../table.ts';
import type { Terminal } from '../terminal.ts';
import { FREQUENCY_NAMES } from '../time-grid.ts';

interface BacktestWords extends ColumnWords {
  readonly horizon: number;
  readonly windows: number;
  readonly methods?: string[];
  readonly model?: string;
  readonly trees: boolean;
  readonly treeHorizons: TreeHorizons;
  readonly frequency?: Frequency;
  readonly season?: number;
  readonly json?: boolean;
  readonly seed: number;
  readonly workers?: number;
}

export function define(command: Command, terminal: Terminal): void {
  addModelOptions(addColumnOptions(command))
    .argument('<file>', 'CSV file, plain or gzip; - reads from a pipe')
    .requiredOption('--horizon <n>', 'periods ahead', wholeNumber('--horizon', 1))
    .option('--windows <k>', 'origins, one horizon apart', wholeNumber('--windows', 1), 3)
    .option('--methods <list>', 'names of the list below; default: all, and auto', parseMethods)
    .option('--no-trees', 'auto without boosted trees over all series')
    .option(
      '--tree-horizons <way>',
      'direct: each period from the origin; recursive: one after the other',
      parseTreeHorizons,
      'direct',
    )
    .option('--frequency <f>', 'H, D, W, M, Q or Y; default: told from the dates', parseFrequency)
    .option('--season <m>', 'season length in periods', wholeNumber('--season', 1))
    .option('--json', 'print JSON')
    .option('--seed <n>', 'same seed, same result', wholeNumber('--seed', 0), 1)
    .option('--workers <n>', 'threads; the result is the same for any', wholeNumber('--workers', 1))
    .addHelpText('after', () => `${EXPLANATION}\nMethods:\n  auto, and\n${methodList()}`)
    .action((file: string, words: BacktestWords) => run(file, words, terminal));
}

const EXPLANATION = `
Forecasts the last K horizons of every series from what was known before each, and prints, best SQL first:
  MASE     mean absolute error of the mean, over the seasonal error of the history
  RMSSE    root mean squared error of the mean, over that of the naive method
  WQL      twice the quantile loss over levels 0.1 … 0.9, over the demand; all series together
  SQL      the same loss, over the seasonal error of the history
  seconds  time spent in the method, on one core
MASE, RMSSE and SQL are averaged over the windows of a series, then over the series. Where a history
is too short for K horizons, its windows overlap.
${COLUMNS_EXPLAINED}
Examples:
  parstock backtest sales.csv --horizon 28 --windows 3
  parstock backtest sales.csv --horizon 28 --covariates promotion --methods auto
  parstock backtest sales.csv --horizon 28 --model chronos-bolt-tiny --methods auto,theta
  parstock backtest sales.csv --horizon 12 --windows 2 --methods auto,seasonal-naive --json
`;

interface MethodTotals {
  readonly method: string;
  readonly mase: number;
  readonly rmsse: number;
  readonly wql: number;
  readonly sql: number;
  readonly seconds: number;
}

async function run(path: string, words: BacktestWords, terminal: Terminal): Promise<void> {
  const { horizon, windows, seed, model, workers } = words;
  checkEngineOptions({ horizon, seed, season: words.season, windows });
  checkGroupsAsked(words, model);
  const columns = namedColumns(words);
  const { unfinished } = words;
  const file = await readSeriesFile(path, { columns, frequency: words.frequency, unfinished });
  const { frequency } = file;
  const season = words.season ?? seasonOf(frequency);
  const external = [TREES, ...(model === undefined ? [] : [nameModel(model).method])];
  const options = { horizon, seed, season, frequency, external };
  const engine = { ...options, windows };
  const asked =
    model === undefined
      ? file
      : await askModel(file, { model, kind: 'backtest', engine, workers, terminal });
  const trees = await fitWanted(asked, { options, words, terminal });
  const own = ['auto', ...(trees ? [TREES] : []), ...catalogue.map(({ name }) => name)];
  const guests = model === undefined ? [] : [nameModel(model).method];
  const methods = [...(words.methods ?? own), ...guests];
  const { rows, refused } = await backtestAll(asked, {
    task: { kind: 'backtest', options, windows, methods, trees },
    workers,
    terminal,
  });
  listRefused(refused, terminal);
  if (rows.length === 0) throw new Refusal('nothing_forecast', { where: file.name });
  const totals = methods.map((method, i) => sumUp(method, rows, i));
  totals.sort((a, b) => a.sql - b.sql);
  const about = { frequency, season, horizon, windows, series: rows.length };
  await terminal.out(words.json ? asJson(totals, { ...about, refused }) : asTable(totals, about));
}

/**
 * Trees over all series, where a method that is asked for may use them. They are fitted once, to what
 * lies before the first origin of all.
 */
async function fitWanted(
  file: SeriesFile,
  asked: { options: ForecastOptions; words: BacktestWords; terminal: Terminal },
): Promise<TriedText | undefined> {
  const { words, terminal } = asked;
  const { windows, workers } = words;
  const named = words.methods ?? ['auto', TREES];
  if (!named.includes(TREES) && !(named.includes('auto') && words.trees)) return undefined;
  const options = {
    ...treeOptions({ options: asked.options, windows }),
    horizons: words.treeHorizons,
  };
  const { trees, told } = await fitTrees(file.series, options, { workers, terminal });
  if (words.methods?.includes(TREES) && 'unavailable' in told)
    throw new Refusal('invalid_option', {
      where: '--methods',
      found: TREES,
      reason: told.unavailable,
    });
  return trees;
}

async function backtestAll(
  file: SeriesFile,
  work: {
    task: EngineTask;
    workers: number | undefined;
    terminal: Terminal;
  },
): Promise<{ rows: BacktestRow[]; refused: SeriesRefusal[] }> {
  const rows: BacktestRow[] = [];
  const refused: SeriesRefusal[] = [];
  const { terminal } = work;
  const progress = openProgress('Backtesting', { total: file.series.length, terminal });
  for await (const chunk of runOnAllCores(work.task, file.series, work)) {
    for (const row of chunk as (BacktestRow | SeriesRefusal)[])
      if (row.ok) rows.push(row);
      else refused.push(row);
    progress.advance(rows.length + refused.length);
  }
  progress.clear();
  return { rows, refused };
}

/** Means over the series where a measure is defined; WQL pools the losses of all. */
function sumUp(method: string, rows: readonly BacktestRow[], place: number): MethodTotals {
  const parts = rows.map((row) => row.methods[place]!);
  const mean = (pick: (part: MethodSummary) => number) => {
    const defined = parts.map(pick).filter((value) => Number.isFinite(value));
    return defined.reduce((sum, value) => sum + value, 0) / (defined.length || Number.NaN);
  };
  const sold = parts.filter(({ demand }) => demand > 0);
  const demand = sold.reduce((sum, part) => sum + part.demand, 0);
  return {
    method,
    mase: mean((part) => part.mase),
    rmsse: mean((part) => part.rmsse),
    wql: sold.reduce((sum, part) => sum + part.wql * part.demand, 0) / demand,
    sql: mean((part) => part.sql),
    seconds: parts.reduce((sum, part) => sum + (part.seconds ?? 0), 0),
  };
}

function asTable(
  totals: readonly MethodTotals[],
  about: { frequency: Frequency; season: number; horizon: number; windows: number; series: number },
): string {
  const { series, frequency, horizon, windows, season } = about;
  const head = `${series} series, ${FREQUENCY_NAMES[frequency]}, season ${season}, horizon ${horizon}, windows ${windows}`;
  const right = (title: string) => ({ title, align: 'right' as const });
  const columns = [{ title: 'method' }, ...['MASE', 'RMSSE', 'WQL', 'SQL', 'seconds'].map(right)];
  const rows = totals.map(({ method, mase, rmsse, wql, sql, seconds }) => [
    method,
    ...[mase, rmsse, wql, sql].map((value) => (Number.isFinite(value) ? value.toFixed(4) : '–')),
    seconds.toFixed(2),
  ]);
  return `${head}\n\n${textTable(columns, rows)}`;
}

/** JSON has no NaN: a measure that is not defined is null. */
function asJson(totals: readonly MethodTotals[], about: object): string {
  return `${JSON.stringify({ ...about, methods: totals }, null, 2)}\n`;
}
