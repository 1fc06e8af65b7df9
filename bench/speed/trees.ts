/** Boosted trees against LightGBM: the same rows, leaves and rounds, one thread, one run. */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { binTable, findCuts } from '../../src/forecast/trees/binning.ts';
import { boostBinned, predictTrees } from '../../src/forecast/trees/boost.ts';
import { type Loss, quantileLoss, SQUARED, tweedieLoss } from '../../src/forecast/trees/losses.ts';
import { makePanel } from '../../src/forecast/trees/panel.ts';
import { drawRows, type TrainingRows } from '../../src/forecast/trees/training-rows.ts';
import { DATA_SETS } from '../accuracy/data-sets.ts';

const DATA = 'uci_hierarchical_sales';
const ABOUT = {
  leaves: 31,
  rate: 0.1,
  leastRows: 20,
  bins: 255,
  rounds: 100,
  level: 0.9,
  power: 1.2,
};
const LOSSES: readonly Loss[] = [SQUARED, quantileLoss(ABOUT.level), tweedieLoss(ABOUT.power)];
const here = (file: string) => fileURLToPath(new URL(file, import.meta.url));

/** One loss in one program; seconds of the processor, medians. */
export interface TreeTiming {
  readonly loss: string;
  readonly program: string;
  readonly binSeconds: number;
  readonly trainSeconds: number;
  /** Mean loss on later rows, per draw of rows. */
  readonly errors: readonly number[];
  readonly error: number;
}

/** A few rows of much demand decide a mean of squares: one draw of them says little. */
const DRAWS = 5;
/** Times are taken of the first draw. */
const REPEATS = 3;

/** Rows of a real catalogue as the forecaster draws them, some draws; undefined where the data is not there. */
export function readTreeRows(folder: string): readonly TrainingRows[] | undefined {
  const set = DATA_SETS.find(({ name }) => name === DATA)!;
  const cases = set.read(folder, 'test')?.filter(({ window }) => window === 0);
  if (cases === undefined) return undefined;
  const batch = cases.map(({ id, train, start, covariates }) => ({
    id,
    y: train,
    start,
    covariates,
  }));
  const panel = makePanel(batch, { horizon: set.horizon, season: set.season });
  // The name of a series is a category, which no two programs treat alike: it goes as a number to both.
  const bare = ({ table, targets }: TrainingRows['later']) => ({
    table: { ...table, categorical: table.names.map(() => false) },
    targets,
    weights: undefined,
  });
  return Array.from({ length: DRAWS }, (_, draw) => {
    const { earlier, later } = drawRows(panel, { most: 1e6, seed: draw + 1 });
    return { earlier: bare(earlier), later: bare(later) };
  });
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)]!;
}

function errorOf(loss: Loss, answers: Float64Array, { targets }: TrainingRows['later']): number {
  const scores = loss.name === 'tweedie' ? answers.map(Math.log) : answers;
  return (
    targets.reduce((sum, target, row) => sum + loss.error(target, scores, row), 0) / targets.length
  );
}

function seconds<T>(work: () => T): [spent: number, made: T] {
  const began = process.cpuUsage();
  const made = work();
  const { user, system } = process.cpuUsage(began);
  return [(user + system) / 1e6, made];
}

/** What was measured of one loss on one draw. */
interface Measured {
  readonly loss: string;
  readonly binSeconds: number;
  readonly trainSeconds: number;
  readonly error: number;
}

function runOwn({ earlier, later }: TrainingRows, repeats: number): Measured[] {
  const { rounds, leaves: mostLeaves, rate: learningRate, leastRows, bins } = ABOUT;
  return LOSSES.map((loss) => {
    const options = { loss, rounds, mostLeaves, learningRate, leastRows };
    const binning: number[] = [];
    const training: number[] = [];
    let error = Number.NaN;
    for (let i = 0; i < repeats; i++) {
      const [binSpent, binned] = seconds(() =>
        binTable(earlier.table, findCuts(earlier.table, bins)),
      );
      const [spent, model] = seconds(() => boostBinned(binned, earlier.targets, options));
      binning.push(binSpent);
      training.push(spent);
      error = errorOf(loss, predictTrees(model, later.table), later);
    }
    const times = { binSeconds: median(binning), trainSeconds: median(training) };
    return { loss: loss.name, ...times, error };
  });
}

/** LightGBM in an environment of the bench's own, made only when asked for. */
function findLightGbm({
  python,
  install,
}: {
  python?: string;
  install: boolean;
}): string | undefined {
  if (python !== undefined) return python;
  const venv = here('../.peers/lightgbm');
  const own = join(venv, 'bin/python');
  if (install && !existsSync(own)) {
    spawnSync('python3', ['-m', 'venv', venv], { stdio: 'inherit' });
    const packages = ['lightgbm==4.7.0', 'numpy'];
    spawnSync(own, ['-m', 'pip', 'install', ...packages], { stdio: 'inherit' });
  }
  return existsSync(own) ? own : undefined;
}

interface PeerAnswer {
  readonly program: string;
  readonly measured: readonly Measured[];
}

function runPeer(python: string, rows: TrainingRows, repeats: number): PeerAnswer | string {
  const folder = mkdtempSync(join(tmpdir(), 'parstock-trees-'));
  try {
    const { earlier, later } = rows;
    const features = earlier.table.names.length;
    writeFileSync(join(folder, 'about.json'), JSON.stringify({ ...ABOUT, features, repeats }));
    writeFileSync(join(folder, 'earlier.f32'), new Uint8Array(earlier.table.values.buffer));
    writeFileSync(join(folder, 'earlier.f64'), new Uint8Array(earlier.targets.buffer));
    writeFileSync(join(folder, 'later.f32'), new Uint8Array(later.table.values.buffer));
    const env = { ...process.env, OMP_NUM_THREADS: '1' };
    const words = [here('trees-peer.py'), folder];
    const { status, stdout, stderr, error } = spawnSync(python, words, { encoding: 'utf8', env });
    if (error || status !== 0)
      return `${python}: ${error?.message ?? stderr.trim().split('\n').at(-1)}`;
    const program = stderr.trim().split('\n')[0]!;
    const lines = stdout
      .trim()
      .split('\n')
      .map((line) => line.split(','));
    const measured = LOSSES.map((loss) => {
      const own = lines.filter(([name]) => name === loss.name);
      const { buffer } = Uint8Array.from(readFileSync(join(folder, `${loss.name}.f64`)));
      return {
        loss: loss.name,
        binSeconds: median(own.map(([, bin]) => Number(bin))),
        trainSeconds: median(own.map(([, , train]) => Number(train))),
        error: errorOf(loss, new Float64Array(buffer), later),
      };
    });
    return { program, measured };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Times of the first draw, errors of all. */
function together(program: string, draws: readonly (readonly Measured[])[]): TreeTiming[] {
  return draws[0]!.map(({ loss, binSeconds, trainSeconds }, i) => {
    const errors = draws.map((measured) => measured[i]!.error);
    const error = errors.reduce((sum, one) => sum + one, 0) / errors.length;
    return { loss, program, binSeconds, trainSeconds, errors, error };
  });
}

/** Runs both on the same rows, one after the other; what is absent is said. */
export function timeTrees(
  draws: readonly TrainingRows[],
  peers: { python?: string; install: boolean },
): { timings: readonly TreeTiming[]; absent: readonly string[] } {
  const repeats = (draw: number) => (draw === 0 ? REPEATS : 1);
  const own = together(
    'parstock',
    draws.map((rows, draw) => runOwn(rows, repeats(draw))),
  );
  const python = findLightGbm(peers);
  if (python === undefined)
    return { timings: own, absent: ['LightGBM: absent; --install makes bench/.peers/lightgbm'] };
  const answers: PeerAnswer[] = [];
  for (const [draw, rows] of draws.entries()) {
    const answer = runPeer(python, rows, repeats(draw));
    if (typeof answer === 'string') return { timings: own, absent: [answer] };
    answers.push(answer);
  }
  const measured = answers.map((answer) => answer.measured);
  const peer = together(answers[0]!.program, measured);
  return { timings: own.flatMap((one, i) => [one, peer[i]!]), absent: [] };
}
