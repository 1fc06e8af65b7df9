/**
 * Chronos-Bolt here against the published Python package on PyTorch: the same random weights, the same
 * series, the same processor, turn by turn. Throughput (context 512, horizon 28), first forecast
 * after the start of the process, memory; eight bits beside.
 *
 * Run: node bench/chronos.ts PYTHON [rounds] — PYTHON has chronos-forecasting installed. Linux only.
 */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { availableParallelism, loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { installedRuntime } from '../test/support/chronos.ts';

const [python = 'python3', roundsText = '5'] = process.argv.slice(2);
const ROUNDS = Number(roundsText);
const MOST_ROWS = 256;
const LENGTH = 512;
const folder = mkdtempSync(join(tmpdir(), 'parstock-chronos-bench-'));
const path = (name: string) => fileURLToPath(new URL(name, import.meta.url));
const load = () => loadavg()[0]!.toFixed(1);

interface Answer {
  readonly seconds: number;
  readonly cpu: number;
  readonly values: readonly number[];
}

/** A process that forecasts on command. */
class Side {
  readonly #child: ChildProcess;
  readonly #lines: AsyncIterator<string>;

  constructor(command: string, words: readonly string[]) {
    this.#child = spawn(command, words, { stdio: ['pipe', 'pipe', 'ignore'] });
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

const runtime = await installedRuntime();
const input = join(folder, 'input.f32');
const series = Float32Array.from({ length: MOST_ROWS * LENGTH }, (_, i) => {
  const t = i % LENGTH;
  return 50 + 0.01 * i + 10 * Math.sin((2 * Math.PI * t) / 7) + ((i * 7919) % 13);
});
writeFileSync(input, series);
execFileSync(python, [path('chronos-peer.py'), 'make', folder], { stdio: 'ignore' });

const graphs = (size: string) => join(folder, 'graphs', size);
const own = (size: string, precision = 'float32') =>
  new Side(process.execPath, [
    path('chronos-own.ts'),
    runtime,
    join(folder, size),
    graphs(size),
    String(availableParallelism()),
    precision,
    input,
  ]);
const peer = (size: string) =>
  new Side(python, [path('chronos-peer.py'), 'serve', join(folder, size), input]);

const median = (values: number[]) => values.sort((a, b) => a - b)[values.length >> 1]!;

/** Turn by turn, so that whatever else the machine does falls on both. */
async function throughput(size: string, batch: number) {
  const sides = { python: peer(size), here: own(size), int8: own(size, 'int8') };
  const names = Object.keys(sides) as (keyof typeof sides)[];
  const seconds: Record<string, number[]> = { python: [], here: [], int8: [] };
  const cpu: Record<string, number[]> = { python: [], here: [], int8: [] };
  let apart = 0;
  for (const name of names) await sides[name].ask(batch);
  for (let round = 0; round < ROUNDS; round++) {
    const answers: Record<string, Answer> = {};
    for (const name of names) {
      answers[name] = await sides[name].ask(batch);
      seconds[name]!.push(answers[name].seconds);
      cpu[name]!.push(answers[name].cpu);
    }
    for (const [i, value] of answers.python!.values.entries())
      apart = Math.max(apart, Math.abs(answers.here!.values[i]! - value) / Math.abs(value));
  }
  for (const name of names) await sides[name].close();
  const rate = (name: string) => batch / median(seconds[name]!);
  const cost = (name: string) => (1000 * median(cpu[name]!)) / batch;
  return { size, batch, rate, cost, apart };
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

const report: string[] = [];
const say = (line: string) => {
  report.push(line);
  process.stdout.write(`${line}\n`);
};
try {
  mkdirSync(join(folder, 'graphs'));
  say(
    `${availableParallelism()} processors, ${ROUNDS} rounds, medians; load ${load()} at the start`,
  );
  say(
    '| size | batch | Python, series/s | here | ratio | int8 | ratio | CPU ms a series: Python | here | int8 | apart | load |',
  );
  say('| --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |');
  for (const size of ['tiny', 'small'])
    for (const batch of [32, 256]) {
      const { rate, cost, apart } = await throughput(size, batch);
      const [a, b, c] = ['python', 'here', 'int8'].map(rate) as [number, number, number];
      const costs = ['python', 'here', 'int8'].map((name) => cost(name).toFixed(1)).join(' | ');
      say(
        `| ${size} | ${batch} | ${a.toFixed(0)} | ${b.toFixed(0)} | ${(b / a).toFixed(2)} | ${c.toFixed(0)} | ${(c / a).toFixed(2)} | ${costs} | ${apart.toExponential(0)} | ${load()} |`,
      );
    }
  for (const size of ['tiny', 'small']) {
    const model = statSync(join(folder, size, 'model.safetensors')).size / 1e6;
    say(
      `${size}: first forecast ${(await coldStart(() => own(size))).toFixed(2)} s here, ${(await coldStart(() => peer(size))).toFixed(2)} s Python; ` +
        `memory ${(await memoryAfter(own(size))).toFixed(0)} MB here, ${(await memoryAfter(peer(size))).toFixed(0)} MB Python; model ${model.toFixed(0)} MB; load ${load()}`,
    );
  }
} finally {
  rmSync(folder, { recursive: true });
}
