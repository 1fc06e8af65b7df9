/**
 * Speed of single models beside statsforecast and R's forecast, of boosted trees beside LightGBM, and of `auto` on a catalogue. Writes
 * bench/results/speed.json; a part that is not run keeps its last figures there.
 *
 *   node bench/speed.ts [models] [trees] [auto] [--sample 100] [--series 10000] [--install] [--python PATH] [--data FOLDER]
 *
 * `--install` puts statsforecast and LightGBM into bench/.peers (needs python3 and a package index); `--python`
 * names an interpreter that has it. R is used where Rscript and its package forecast are there.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { cpus, loadavg } from 'node:os';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { readSample, timeModels } from './speed/models.ts';
import { readTreeRows, timeTrees } from './speed/trees.ts';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    sample: { type: 'string', default: '100' },
    series: { type: 'string', default: '10000' },
    install: { type: 'boolean', default: false },
    python: { type: 'string' },
    data: { type: 'string', default: process.env.PARSTOCK_BENCH_DATA ?? '../shared/data' },
  },
});
const wanted = (part: string) => positionals.length === 0 || positionals.includes(part);
const results = new URL('results/speed.json', import.meta.url);
const written = existsSync(results) ? JSON.parse(readFileSync(results, 'utf8')) : {};
const about = () => ({ cpu: cpus()[0]?.model, node: process.version, loadBefore: loadavg()[0] });

function printModels(): object | undefined {
  const sample = readSample(values.data, Number(values.sample));
  if (sample === undefined) {
    console.log(`m3_monthly: absent, no such file under ${values.data}`);
    return undefined;
  }
  const machine = about();
  const { python, install } = values;
  const { timings, absent } = timeModels(sample, { python, install });
  console.log(
    `${sample.cases.length} series of M3 monthly, one thread, processor time (load ${machine.loadBefore})`,
  );
  console.log('method         program                median ms   ratio  of totals    MASE');
  for (const { method, program, medianMs, medianRatio, totalRatio, mase } of timings) {
    const cells = [medianMs.toFixed(2), medianRatio.toFixed(1), totalRatio.toFixed(1)];
    const [time, median, total] = cells as [string, string, string];
    const figures = `${time.padStart(9)}${median.padStart(8)}${total.padStart(11)}`;
    console.log(
      `${method.padEnd(15)}${program.padEnd(23)}${figures}${mase.toFixed(4).padStart(8)}`,
    );
  }
  for (const sentence of absent) console.log(`left out: ${sentence}`);
  console.log('wanted: statsforecast ≥ 3, R ≥ 50, MASE within .5 % of the peer or better');
  return { ...machine, series: sample.cases.length, timings, absent };
}

function printTrees(): object | undefined {
  const draws = readTreeRows(values.data);
  if (draws === undefined) {
    console.log(`uci_hierarchical_sales: absent, no such file under ${values.data}`);
    return undefined;
  }
  const machine = about();
  const { python, install } = values;
  const { timings, absent } = timeTrees(draws, { python, install });
  const { table, targets } = draws[0]!.earlier;
  console.log(
    `${targets.length} rows of ${table.names.length} features, 100 trees of 31 leaves, one thread, processor time (load ${machine.loadBefore})`,
  );
  console.log(
    `loss       program                 bins s  trees s   ratio   error on later rows, mean of ${draws.length} draws`,
  );
  for (const { loss, program, binSeconds, trainSeconds, error, errors } of timings) {
    const own = timings.find((one) => one.loss === loss)!;
    const ratio = (own.trainSeconds / trainSeconds).toFixed(2);
    const times = `${binSeconds.toFixed(2).padStart(8)}${trainSeconds.toFixed(2).padStart(9)}`;
    const apart = own.errors.map((one, draw) => percent(one / errors[draw]! - 1));
    const against = `ours ${percent(own.error / error - 1)} (${apart.join(', ')})`;
    console.log(
      `${loss.padEnd(11)}${program.padEnd(22)}${times}${ratio.padStart(8)}${error.toFixed(5).padStart(12)}   ${program === own.program ? '' : against}`,
    );
  }
  for (const sentence of absent) console.log(`left out: ${sentence}`);
  console.log(
    'ratio: ours over theirs; wanted ≤ 2, error within 1 % of the peer or better, on each draw (in brackets) as in the mean',
  );
  return { ...machine, rows: targets.length, timings, absent };
}

function percent(share: number): string {
  return `${share < 0 ? '−' : '+'}${(100 * Math.abs(share)).toFixed(2)} %`;
}

interface AutoFigures {
  readonly workers: number;
  readonly trees: boolean;
  readonly seconds: number;
  /** Of them, until the trees were fitted. */
  readonly fitSeconds: number;
  readonly processorSeconds: number;
  readonly peakMb: number;
  readonly beforeMb: number;
}

function printAuto(): object {
  const machine = about();
  console.log(
    `auto: ${values.series} synthetic series of 730 days, horizon 28, backtest and intervals (load ${machine.loadBefore})`,
  );
  const withTrees = printAutoRuns('with trees over all series, the default', []);
  const plain = printAutoRuns('--no-trees', ['--no-trees']);
  console.log('wanted: ≤ 60 s on two for 10,000, two workers ≥ 1.8 × one');
  return { ...machine, series: Number(values.series), withTrees, plain };
}

function printAutoRuns(title: string, more: readonly string[]): object {
  const script = fileURLToPath(new URL('speed/auto.ts', import.meta.url));
  const runs = [1, 2].map((workers): AutoFigures => {
    const words = [script, values.series, String(workers), ...more];
    const { status, stdout, stderr } = spawnSync(process.execPath, words, { encoding: 'utf8' });
    if (status !== 0) throw new Error(stderr);
    return JSON.parse(stdout);
  });
  console.log(title);
  for (const { workers, trees, seconds, ...rest } of runs) {
    const fitted = trees ? `, of which ${rest.fitSeconds.toFixed(1)} to fit trees` : '';
    const times = `${seconds.toFixed(1)} s${fitted}; ${rest.processorSeconds.toFixed(1)} s of processor`;
    const memory = `peak ${rest.peakMb.toFixed(0)} MB, of which ${rest.beforeMb.toFixed(0)} before the first`;
    console.log(`  ${workers} worker${workers > 1 ? 's' : ' '}  ${times}; ${memory}`);
  }
  const speedUp = runs[0]!.seconds / runs[1]!.seconds;
  console.log(`  two workers are ${speedUp.toFixed(2)} × one`);
  return { runs, speedUp };
}

const models = wanted('models') ? printModels() : undefined;
const trees = wanted('trees') ? printTrees() : undefined;
const auto = wanted('auto') ? printAuto() : undefined;
mkdirSync(new URL('results/', import.meta.url), { recursive: true });
const all = {
  ...written,
  ...(models && { models }),
  ...(trees && { trees }),
  ...(auto && { auto }),
};
writeFileSync(results, `${JSON.stringify(all, null, 1)}\n`);
