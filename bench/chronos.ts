/**
 * Chronos-Bolt here against the published Python package on PyTorch: the same random weights, the same
 * series, the same processors, turn by turn. Throughput (context 512, horizon 28), first forecast
 * after the start of the process, memory.
 *
 * Run: node bench/chronos.ts PYTHON [--rounds 5] [--sizes tiny,small] [--batches 32,256]
 *        [--threads 1,2] [--parts throughput,start] [--int8]
 * PYTHON has chronos-forecasting installed; `--threads 0` leaves PyTorch its own default and takes
 * every processor here. Linux only.
 */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { availableParallelism, loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { installedRuntime } from '../test/support/chronos.ts';

const { positionals, values: options } = parseArgs({
  allowPositionals: true,
  options: {
    rounds: { type: 'string', default: '5' },
    sizes: { type: 'string', default: 'tiny,small' },
    batches: { type: 'string', default: '32,256' },
    threads: { type: 'string', default: `1,${availableParallelism()}` },
    parts: { type: 'string', default: 'throughput,start' },
    int8: { type: 'boolean', default: false },
  },
});
const [python = 'python3'] = positionals;
const ROUNDS = Number(options.rounds);
const MOST_ROWS = 256;
const LENGTH = 512;
const folder = mkdtempSync(join(tmpdir(), 'parstock-chronos-bench-'));
const path = (name: string) => fileURLToPath(new URL(name, import.meta.url));
const load = () => loadavg()[0]!.toFixed(1);
const words = (text: string) => text.split(',');
const numbers = (text: string) => words(text).map(Number);
const median = (values: number[]) => values.sort((a, b) => a - b)[values.length >> 1]!;

interface Answer {
  readonly seconds: number;
  readonly cpu: number;
  readonly values: readonly number[];
}

/** A process that forecasts on command. */
class Side {
  readonly #child: ChildProcess;
  readonly #lines: AsyncIterator<string>;

  constructor(command: string, args: readonly string[]) {
    this.#child = spawn(command, args, { stdio: ['pipe', 'pipe', 'ignore'], env: fairEnvironment });
    const lines = createInterface({ input: this.#child.stdout! });
    this.#lines = lines[Symbol.asyncIterator]();
  }

  async ask<T = Answer>(command: string | number): Promise<T> {
    this.#child.stdin!.write(`${command}\n`);
    const { value, done } = await this.#lines.next();
    if (done) throw new Error(`The process ended at ${command}.`);
    return JSON.parse(value) as T;
  }

  async close(): Promise<void> {
    this.#child.stdin!.end();
    await once(this.#child, 'exit');
  }
}

/** Without what may hold numpy or PyTorch to slower kernels or fewer threads than they would take. */
const fairEnvironment = Object.fromEntries(
  Object.entries(process.env).filter(([name]) => !/^(OPENBLAS|OMP|MKL|KMP|NVPL|ATEN)_/.test(name)),
);

const runtime = await installedRuntime();
const input = join(folder, 'input.f32');
const series = Float32Array.from({ length: MOST_ROWS * LENGTH }, (_, i) => {
  const t = i % LENGTH;
  return 50 + 0.01 * i + 10 * Math.sin((2 * Math.PI * t) / 7) + ((i * 7919) % 13);
});
writeFileSync(input, series);
execFileSync(python, [path('chronos-peer.py'), 'make', folder], { stdio: 'ignore' });

interface Setting {
  readonly size: string;
  readonly threads: number;
}

const own = ({ size, threads }: Setting, precision = 'float32') =>
  new Side(process.execPath, [
    path('chronos-own.ts'),
    runtime,
    join(folder, size),
    join(folder, 'graphs', size),
    String(threads || availableParallelism()),
    precision,
    input,
  ]);
const peer = ({ size, threads }: Setting) =>
  new Side(python, [path('chronos-peer.py'), 'serve', join(folder, size), input, String(threads)]);

/** Turn by turn, so that whatever else the machine does falls on all sides. */
async function throughput(setting: Setting & { batch: number }) {
  const { batch } = setting;
  const sides: Record<string, Side> = { python: peer(setting), here: own(setting) };
  if (options.int8) sides.int8 = own(setting, 'int8');
  const about = await sides.python!.ask<{ version: string; threads: number }>('about');
  const names = Object.keys(sides);
  const seconds = Object.fromEntries(names.map((name) => [name, [] as number[]]));
  const cpu = Object.fromEntries(names.map((name) => [name, [] as number[]]));
  let apart = 0;
  for (const name of names) for (let i = 0; i < 2; i++) await sides[name]!.ask(batch);
  for (let round = 0; round < ROUNDS; round++) {
    const answers: Record<string, Answer> = {};
    for (const name of names) {
      answers[name] = await sides[name]!.ask(batch);
      seconds[name]!.push(answers[name].seconds);
      cpu[name]!.push(answers[name].cpu);
    }
    for (const [i, value] of answers.python!.values.entries())
      apart = Math.max(apart, Math.abs(answers.here!.values[i]! - value) / Math.abs(value));
  }
  for (const name of names) await sides[name]!.close();
  const ratios = seconds.python!.map((time, round) => time / seconds.here![round]!);
  const rate = (name: string) => batch / median(seconds[name]!);
  const cost = (name: string) => (1000 * median(cpu[name]!)) / batch;
  return { about, names, rate, cost, apart, ratio: median(ratios), least: Math.min(...ratios) };
}

/** From the start of a process to its first forecast; the built graph is there, as after any start but the first. */
async function coldStart(make: () => Side): Promise<number> {
  const times: number[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    const began = performance.now();
    const side = make();
    await side.ask(1);
    times.push((performance.now() - began) / 1000);
    await side.close();
  }
  return median(times);
}

async function memoryAfter(side: Side): Promise<number> {
  for (let i = 0; i < 3; i++) await side.ask(MOST_ROWS);
  const { megabytes } = await side.ask<{ megabytes: number }>('memory');
  await side.close();
  return megabytes;
}

const say = (line: string) => process.stdout.write(`${line}\n`);

async function reportThroughput(): Promise<void> {
  say(
    '| size | batch | threads | Python, series/s | here | ratio, median of the turns (least) | int8 | CPU ms a series: Python, here, int8 | apart | load |',
  );
  say(`|${' --- |'.repeat(10)}`);
  for (const size of words(options.sizes))
    for (const threads of numbers(options.threads))
      for (const batch of numbers(options.batches)) {
        const { about, names, rate, cost, apart, ratio, least } = await throughput({
          size,
          threads,
          batch,
        });
        const costs = names.map((name) => cost(name).toFixed(1)).join(', ');
        const int8 = options.int8 ? rate('int8').toFixed(0) : '';
        say(
          `| ${size} | ${batch} | ${about.threads} | ${rate('python').toFixed(0)} | ${rate('here').toFixed(0)} | ${ratio.toFixed(2)} (${least.toFixed(2)}) | ${int8} | ${costs} | ${apart.toExponential(0)} | ${load()} |`,
        );
      }
}

async function reportStart(): Promise<void> {
  for (const size of words(options.sizes)) {
    const setting = { size, threads: 0 };
    const model = statSync(join(folder, size, 'model.safetensors')).size / 1e6;
    // Builds the graph, as the first start after an installation does.
    const built = performance.now();
    const first = own(setting);
    await first.ask(1);
    await first.close();
    const building = (performance.now() - built) / 1000;
    say(
      `${size}: first forecast ${(await coldStart(() => own(setting))).toFixed(2)} s here (${building.toFixed(2)} s with the graph to build), ${(await coldStart(() => peer(setting))).toFixed(2)} s Python; ` +
        `memory ${(await memoryAfter(own(setting))).toFixed(0)} MB here, ${(await memoryAfter(peer(setting))).toFixed(0)} MB Python; model ${model.toFixed(0)} MB; load ${load()}`,
    );
  }
}

try {
  mkdirSync(join(folder, 'graphs'));
  say(`${availableParallelism()} processors, ${ROUNDS} rounds; load ${load()} at the start`);
  const parts = words(options.parts);
  if (parts.includes('throughput')) await reportThroughput();
  if (parts.includes('start')) await reportStart();
} finally {
  rmSync(folder, { recursive: true });
}
