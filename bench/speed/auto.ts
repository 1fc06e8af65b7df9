/**
 * `auto` on a catalogue, with trees over all series or without, in a process of its own so that its
 * memory is its own. node bench/speed/auto.ts SERIES WORKERS [--no-trees] → one line of JSON
 *
 * The series are synthetic: two years of days with a weekly pattern; a quarter of them slow, a
 * quarter with a trend, a tenth with missing days.
 */
import { runOnAllCores } from '../../src/cli/engine-pool.ts';
import { treeOptions } from '../../src/cli/engine-tasks.ts';
import { fitTrees } from '../../src/cli/fit-trees.ts';
import { openTerminal } from '../../src/cli/terminal.ts';
import { type PanelSeries, seededRandom, TREES } from '../../src/forecast/index.ts';

const DAYS = 730;
const HORIZON = 28;
const WEEK = [1, 0.8, 0.75, 0.8, 1, 1.4, 1.25];

function product(index: number): PanelSeries {
  const random = seededRandom(`product ${index}`, 1);
  const level = Math.exp(1 + 3 * random.uniform());
  const slow = index % 4 === 0;
  const trend = index % 4 === 1 ? (random.uniform() - 0.4) / DAYS : 0;
  const y = new Float64Array(DAYS);
  for (let t = 0; t < DAYS; t++) {
    const usual = level * (1 + trend * t) * WEEK[t % 7]!;
    const sold = slow
      ? Number(random.uniform() < 0.2) * Math.ceil(5 * random.uniform())
      : Math.max(0, Math.round(usual + Math.sqrt(2 * usual) * random.normal()));
    y[t] = index % 10 === 3 && random.uniform() < 0.03 ? Number.NaN : sold;
  }
  return { id: `P${index}`, y, start: Date.UTC(2024, 0, 1) };
}

const [count, workers] = process.argv.slice(2, 4).map(Number) as [number, number];
const plain = process.argv.includes('--no-trees');
const series = Array.from({ length: count }, (_, index) => product(index));
const beforeMb = process.resourceUsage().maxRSS / 1024;
const began = performance.now();
const options = { horizon: HORIZON, frequency: 'D', external: [TREES] } as const;
// One worker is this thread itself; two are threads of their own, whose start is part of the time.
const asked = { workers, terminal: openTerminal() };
const fit = plain ? undefined : await fitTrees(series, treeOptions({ options }), asked);
const fitSeconds = (performance.now() - began) / 1000;
const task = { kind: 'forecast', options, trees: fit?.trees } as const;
let done = 0;
for await (const rows of runOnAllCores(task, series, { workers }))
  done += rows.filter(({ ok }) => ok).length;
const seconds = (performance.now() - began) / 1000;
const { maxRSS, userCPUTime, systemCPUTime } = process.resourceUsage();
const figures = {
  series: count,
  forecast: done,
  workers,
  trees: fit !== undefined,
  seconds,
  fitSeconds,
  processorSeconds: (userCPUTime + systemCPUTime) / 1e6,
  beforeMb,
  peakMb: maxRSS / 1024,
};
console.log(JSON.stringify(figures));
