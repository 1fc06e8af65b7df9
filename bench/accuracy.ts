/**
 * Accuracy on public data sets, beside what others reached on them. Writes bench/results/accuracy.json,
 * where rows of data sets that were left out stay as they were.
 *
 *   node bench/accuracy.ts [DATASET …] [--split development] [--method auto,ets] [--no-trees]
 *     [--tree-horizons recursive] [--sample 100] [--history 40] [--data FOLDER]
 *
 * `development` scores the stretch just before the published test part: changes are tuned on it, and
 * the test part, which is the default, is only looked at afterwards. `--sample` takes every k-th
 * series. Boosted trees over all series join as a candidate, as they do by default in the product; `--no-trees`
 * leaves them out, `--tree-horizons recursive` has them say one period after the other. `--univariate`
 * hides promotions and prices that are known in advance. `--history` cuts histories to so many periods, and leaves out series
 * that sold in less than two of them: what of products of that age. The folder is --data, else PARSTOCK_BENCH_DATA, else
 * ../shared/data.
 */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import {
  type ExternalForecast,
  type Frequency,
  forecast,
  forecastTrees,
  TREE_HORIZONS,
} from '../src/forecast/index.ts';
import { type Case, DATA_SETS, DAY, type DataSet, type Split } from './accuracy/data-sets.ts';
import { type Benchmark, m4Benchmarks, NAIVE2 } from './accuracy/m4-benchmarks.ts';
import { type Figures, LEVELS, Tally } from './accuracy/measure.ts';
import { PEERS } from './accuracy/published.ts';
import { referenceRows } from './accuracy/spare-parts.ts';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  allowNegative: true,
  options: {
    split: { type: 'string', default: 'test' },
    method: { type: 'string', default: 'auto' },
    sample: { type: 'string' },
    history: { type: 'string' },
    trees: { type: 'boolean', default: true },
    'tree-horizons': { type: 'string', default: 'direct' },
    univariate: { type: 'boolean', default: false },
    data: { type: 'string', default: process.env.PARSTOCK_BENCH_DATA ?? '../shared/data' },
  },
});
const horizons = TREE_HORIZONS.find((known) => known === values['tree-horizons']);
if (horizons === undefined)
  throw new Error(`--tree-horizons ${values['tree-horizons']}: one of ${TREE_HORIZONS.join(', ')}`);
const split: Split = values.split === 'development' ? 'development' : 'test';

/** Every k-th series, so that a sample spreads over the whole file; all windows of it. */
function sampled(cases: readonly Case[], count: number): readonly Case[] {
  const ids = [...new Set(cases.map(({ id }) => id))];
  const step = ids.length / count;
  if (step <= 1) return cases;
  const kept = new Set(Array.from({ length: count }, (_, i) => ids[Math.floor(i * step)]!));
  return cases.filter(({ id }) => kept.has(id));
}

/** The latest periods of each history, where two of them or more sold. */
function recent(cases: readonly Case[], periods: number, { season }: DataSet): readonly Case[] {
  return cases.flatMap((one) => {
    const { train, start, covariates, price } = one;
    const from = train.length - periods;
    const known = train.slice(Math.max(0, from));
    if (from < 0 || known.filter((units) => units > 0).length < 2) return [];
    const later = Object.entries(covariates ?? {}).map(([name, all]) => [name, all.slice(from)]);
    return {
      ...one,
      train: known,
      ...(start !== undefined && { start: start + from * (SPACING[season] ?? Number.NaN) }),
      ...(covariates !== undefined && { covariates: Object.fromEntries(later) }),
      ...(price !== undefined && { price: price.slice(from) }),
    };
  });
}

/** What is known in advance, unless the bench was asked to do without it. */
function known({ covariates, price }: Case, hidden: boolean) {
  if (values.univariate || hidden) return {};
  return { ...(covariates && { covariates }), ...(price && { price }) };
}

/** Spacing of the periods by season, as far as the calendar is concerned. */
const FREQUENCIES: Readonly<Record<number, Frequency>> = {
  24: 'H',
  7: 'D',
  52: 'W',
  12: 'M',
  4: 'Q',
};

/** Milliseconds of a period, by season, where one is as long as the next. */
const SPACING: Readonly<Record<number, number>> = { 24: 3_600_000, 7: DAY, 52: 7 * DAY };

/** What trees say of each case, those of one window forecast together. */
function treesOf(cases: readonly Case[], set: DataSet): Map<Case, ExternalForecast> {
  const said = new Map<Case, ExternalForecast>();
  for (const alike of Map.groupBy(
    cases,
    ({ window, actual }) => `${window}/${actual.length}`,
  ).values()) {
    const batch = alike.map((one) => {
      const { id, train, start, category } = one;
      return { id, y: train, start, category, ...known(one, false) };
    });
    const { season } = set;
    const frequency = FREQUENCIES[season];
    const options = { horizon: alike[0]!.actual.length, season, frequency, horizons };
    const { external, importance } = forecastTrees(batch, options);
    const first = importance
      .slice(0, 8)
      .map(({ feature, gain }) => `${feature} ${gain.toFixed(2)}`);
    if (said.size === 0) console.log(`  trees rest on: ${first.join(', ')}`);
    alike.forEach((one, i) => {
      said.set(one, external[i]!);
    });
  }
  return said;
}

/** Trees join `auto` unless they are left out, and are a method of their own. */
function usesTrees(method: string): boolean {
  return method === 'trees' || (method === 'auto' && values.trees);
}

/** A method, and what was hidden from it or left out. */
function named(method: string): string {
  const history = values.history === undefined ? '' : `, ${values.history} periods known`;
  const sample = values.sample === undefined ? history : `, sample of ${values.sample}${history}`;
  const trees = values.trees || method !== 'auto' ? '' : ', without trees';
  const way = usesTrees(method) && horizons === 'recursive' ? ', recursive trees' : '';
  return `${method}${trees}${way}${values.univariate ? ', promotions and prices hidden' : ''}${sample}`;
}

interface Measured {
  readonly figures: Figures;
  readonly seconds: number;
  readonly refused: number;
}

/** Of the data set at hand: fitted once, for all methods that use them. */
let trees: Map<Case, ExternalForecast> | undefined;

function measure(cases: readonly Case[], set: DataSet, method: string): Measured {
  const tally = new Tally();
  let refused = 0;
  const start = performance.now();
  if (trees === undefined && usesTrees(method)) trees = treesOf(cases, set);
  let milliseconds = performance.now() - start;
  for (const one of cases) {
    const began = performance.now();
    const { season } = set;
    const options = {
      horizon: one.actual.length,
      season,
      levels: LEVELS,
      method,
      external: ['trees'],
    };
    const external = trees && [trees.get(one)!];
    const series = { id: one.id, y: one.train, external, ...known(one, set.globalOnly === true) };
    const [said] = forecast([series], options);
    milliseconds += performance.now() - began;
    if (said?.ok) tally.add(one, said, set.scaleSeason);
    else refused++;
  }
  return { figures: tally.figures(), seconds: milliseconds / 1000, refused };
}

const COLUMNS = [
  'mase',
  'sql',
  'wql',
  'rmsse',
  'smape',
  'coverage80',
  'coverage95',
  'split80',
  'split95',
] as const;
const SUMS = ['sum90', 'sum95', 'sum99'] as const;

function print(name: string, cells: readonly (string | number | undefined)[]): void {
  const text = cells.map((cell) =>
    (typeof cell === 'number' ? cell.toFixed(4) : (cell ?? '–')).padStart(11),
  );
  console.log(`  ${name.padEnd(24)}${text.join('')}`);
}

/** Mean of sMAPE and MASE, each relative to Naive2; undefined where there is none to compare with. */
function owa(
  { smape, mase }: Benchmark['figures'],
  benchmarks: readonly Benchmark[],
): number | undefined {
  const peer = benchmarks.find(({ name }) => name === NAIVE2)?.figures;
  return peer && (smape / peer.smape + mase / peer.mase) / 2;
}

/** One method on one data set, as it is written down. */
interface Row extends Partial<Figures> {
  readonly data: string;
  readonly split: string;
  readonly method: string;
  readonly kind: 'own' | 'reference' | 'published' | 'target';
  readonly owa?: number | undefined;
  readonly seconds?: number;
  readonly refused?: number;
}

const results: Row[] = [];
for (const set of DATA_SETS) {
  trees = undefined;
  if (positionals.length > 0 && !positionals.some((name) => set.name.startsWith(name))) continue;
  const all = set.read(values.data, split);
  if (all === undefined) {
    console.log(`${set.name}: absent, no such file under ${values.data}`);
    continue;
  }
  const aged = values.history === undefined ? all : recent(all, Number(values.history), set);
  const cases = values.sample === undefined ? aged : sampled(aged, Number(values.sample));
  const part =
    cases.length === all.length ? '' : ` of ${all.length}: a sample, no published figure`;
  console.log(`${set.name}, ${split}: ${cases.length} cases${part}`);
  const benchmarks = split === 'test' ? m4Benchmarks(values.data, set, cases) : [];
  const columns = set.name.startsWith('spares') ? [...COLUMNS, ...SUMS] : COLUMNS;
  print('', [...columns, 'owa', 's']);
  for (const method of values.method.split(',')) {
    const { figures, seconds, refused } = measure(cases, set, method);
    const own = owa(figures, benchmarks);
    print(method, [...columns.map((column) => figures[column]), own, seconds.toFixed(1)]);
    results.push({
      data: set.name,
      split,
      method: named(method),
      kind: 'own',
      ...figures,
      owa: own,
      seconds,
      refused,
    });
  }
  const references: { name: string; figures: Partial<Figures>; owa?: number | undefined }[] = [
    ...(set.name.startsWith('spares') ? referenceRows(cases) : []),
    ...benchmarks.map((one) => ({ ...one, owa: owa(one.figures, benchmarks) })),
  ];
  for (const { name, figures, owa: relative } of references) {
    print(name, [...columns.map((column) => figures[column]), relative]);
    const row = { data: set.name, split, method: name, kind: 'reference' as const };
    results.push({ ...row, ...figures, owa: relative });
  }
  if (split !== 'test' || part !== '') continue;
  for (const { name, figures, target } of PEERS[set.name] ?? []) {
    print(name, [...columns.map((column) => figures[column]), figures.owa]);
    const kind = target ? 'target' : 'published';
    results.push({ data: set.name, split, method: name, kind, ...figures });
  }
}
const folder = new URL('results/', import.meta.url);
const file = new URL('accuracy.json', folder);
mkdirSync(folder, { recursive: true });
writeFileSync(file, `${JSON.stringify([...kept(), ...results], null, 1)}\n`);

/** Rows of earlier runs that this one did not measure again. */
function kept(): Row[] {
  if (!existsSync(file)) return [];
  const key = ({ data, split, method }: Row) => [data, split, method].join();
  const measured = new Set(results.map(key));
  return (JSON.parse(readFileSync(file, 'utf8')) as Row[]).filter((row) => !measured.has(key(row)));
}
