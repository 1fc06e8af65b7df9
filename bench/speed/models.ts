/** Single models against statsforecast and R's forecast: the same series, one thread, one run. */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { forecast, mase } from '../../src/forecast/index.ts';
import { type Case, DATA_SETS } from '../accuracy/data-sets.ts';

const METHODS = ['ets', 'theta', 'dynamic-theta', 'arima'] as const;
const DATA = 'm3_monthly';
/** After a hundred forecasts a third of the time is still V8's, which compiles beside the work. */
const WARM_FORECASTS = 500;
const here = (file: string) => fileURLToPath(new URL(file, import.meta.url));

/** One program on one method: time of the processor, which other load on the machine hardly changes. */
export interface ModelTiming {
  readonly method: string;
  readonly program: string;
  /** Per series. */
  readonly medianMs: number;
  readonly totalMs: number;
  readonly mase: number;
  /** Its time over ours; above 1 it is slower. */
  readonly medianRatio: number;
  readonly totalRatio: number;
}

export interface Sample {
  readonly cases: readonly Case[];
  readonly season: number;
  readonly horizon: number;
}

/** Every k-th series of M3 monthly; undefined where the data is not there. */
export function readSample(folder: string, count: number): Sample | undefined {
  const set = DATA_SETS.find(({ name }) => name === DATA)!;
  const all = set.read(folder, 'test');
  if (all === undefined) return undefined;
  const step = Math.max(1, all.length / count);
  const cases = Array.from(
    { length: Math.min(count, all.length) },
    (_, i) => all[Math.floor(i * step)]!,
  );
  return { cases, season: set.season, horizon: set.horizon };
}

/** Milliseconds and forecast of one series by one method. */
interface Answer {
  readonly method: string;
  readonly index: number;
  readonly ms: number;
  readonly mean: readonly number[];
}

interface Program {
  readonly name: string;
  readonly answers: readonly Answer[];
}

function runOwn({ cases, season, horizon }: Sample): Program {
  const ask = (method: string, y: Float64Array) => {
    const options = { horizon, season, method, windows: 0 };
    const began = process.cpuUsage();
    const [said] = forecast([{ id: 'm3', y }], options);
    const { user, system } = process.cpuUsage(began);
    const ms = (user + system) / 1000;
    if (!said!.ok || said!.method !== method) throw new Error(`${method} did not answer`);
    return { ms, mean: [...said!.mean] };
  };
  const answers = METHODS.flatMap((method) => {
    // As for the peers: compiling is no part of the model's own time, and V8 compiles in steps.
    for (let i = 0; i < WARM_FORECASTS; i++) ask(method, cases[i % cases.length]!.train);
    return cases.map(({ train }, index) => ({ method, index, ...ask(method, train) }));
  });
  return { name: 'parstock', answers };
}

/** One thread for whatever the peer is linked with. */
const ONE_THREAD = Object.fromEntries(
  ['OMP', 'OPENBLAS', 'MKL', 'NUMBA', 'NIXTLA'].map((name) => [`${name}_NUM_THREADS`, '1']),
);

/** Runs a peer on the sample; a sentence where it cannot. */
function runPeer(command: readonly string[], { cases, season, horizon }: Sample): Program | string {
  const folder = mkdtempSync(join(tmpdir(), 'parstock-speed-'));
  try {
    const input = join(folder, 'series.csv');
    writeFileSync(input, cases.map(({ train }) => `${[...train].join(',')}\n`).join(''));
    const [program, ...words] = [...command, input, String(horizon), String(season)];
    const { status, stdout, stderr, error } = spawnSync(program!, words, {
      encoding: 'utf8',
      maxBuffer: 1e9,
      env: { ...process.env, ...ONE_THREAD },
    });
    if (error || status !== 0)
      return `${program}: ${error?.message ?? stderr.trim().split('\n').at(-1)}`;
    const answers = stdout
      .trim()
      .split('\n')
      .map((line) => {
        const [method, index, ms, ...mean] = line.split(',');
        return { method: method!, index: Number(index), ms: Number(ms), mean: mean.map(Number) };
      });
    return { name: stderr.trim().split('\n')[0]!, answers };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** statsforecast in an environment of the bench's own; made only when asked for. */
function statsforecast({ python, install }: { python?: string; install: boolean }) {
  const venv = here('../.peers/statsforecast');
  const own = join(venv, 'bin/python');
  if (python !== undefined) return [python, here('peers.py')];
  if (install && !existsSync(own)) {
    spawnSync('python3', ['-m', 'venv', venv], { stdio: 'inherit' });
    spawnSync(own, ['-m', 'pip', 'install', 'statsforecast==2.1.1'], { stdio: 'inherit' });
  }
  return existsSync(own) ? [own, here('peers.py')] : undefined;
}

/** Times all programs that are here; what is absent is said, and left out. */
export function timeModels(
  sample: Sample,
  peers: { python?: string; install: boolean },
): { timings: ModelTiming[]; absent: string[] } {
  const own = runOwn(sample);
  const absent: string[] = [];
  const commands = [statsforecast(peers), ['Rscript', here('peers.R')]];
  const programs = commands.flatMap((command) => {
    const found = command
      ? runPeer(command, sample)
      : 'statsforecast: absent; --install makes bench/.peers/statsforecast';
    if (typeof found !== 'string') return [found];
    absent.push(found);
    return [];
  });
  const timings = METHODS.flatMap((method) => {
    const ours = sumUp(own, method, sample)!;
    return [own, ...programs].flatMap((program) => {
      const said = sumUp(program, method, sample);
      if (said === undefined) return [];
      const medianRatio = said.medianMs / ours.medianMs;
      return [{ ...said, medianRatio, totalRatio: said.totalMs / ours.totalMs }];
    });
  });
  return { timings, absent };
}

function sumUp({ name, answers }: Program, method: string, { cases, season }: Sample) {
  const found = answers.filter((answer) => answer.method === method);
  if (found.length === 0) return undefined;
  const times = found.map(({ ms }) => ms).sort((a, b) => a - b);
  const errors = found.map(({ index, mean }) => {
    const { train, actual } = cases[index]!;
    return mase({ actual, forecast: Float64Array.from(mean), insample: train, season });
  });
  return {
    method,
    program: name,
    medianMs: times[Math.floor(times.length / 2)]!,
    totalMs: times.reduce((sum, ms) => sum + ms, 0),
    mase: errors.reduce((sum, error) => sum + error, 0) / errors.length,
  };
}
