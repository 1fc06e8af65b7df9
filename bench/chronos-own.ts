/** Our side of bench/chronos.ts: one command a line on stdin, one JSON line each on stdout. */
import { readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { openChronos } from '../src/ml/chronos/open-chronos.ts';

const [runtimeFolder, modelFolder, graphFolder, threads, precision, input] = process.argv.slice(2);
const LENGTH = 512;
const bytes = readFileSync(input!);
const numbers = new Float32Array(bytes.buffer, bytes.byteOffset, bytes.byteLength / 4);
const chronos = await openChronos({
  runtimeFolder: runtimeFolder!,
  modelFolder: modelFolder!,
  graphFolder: graphFolder!,
  threads: Number(threads),
  precision: precision as 'float32' | 'int8',
});

async function forecast(batch: number) {
  const rows = Array.from({ length: batch }, (_, i) =>
    numbers.subarray(i * LENGTH, (i + 1) * LENGTH),
  );
  const [began, used] = [performance.now(), process.cpuUsage()];
  const answers = await chronos.forecast(rows, { horizon: 28, levels: [0.1, 0.5, 0.9] });
  const { user, system } = process.cpuUsage(used);
  const last = answers.at(-1)!;
  return {
    seconds: (performance.now() - began) / 1000,
    cpu: (user + system) / 1e6,
    values: [27, 55, 83].map((place) => last[place]),
  };
}

/** Proportional: weights that two threads map from one file lie in memory once. */
function megabytes(): number {
  const text = readFileSync('/proc/self/smaps_rollup', 'utf8');
  return Number(/^Pss:\s+(\d+)/m.exec(text)![1]) / 1000;
}

for await (const line of createInterface({ input: process.stdin })) {
  const answer = line === 'memory' ? { megabytes: megabytes() } : await forecast(Number(line));
  process.stdout.write(`${JSON.stringify(answer)}\n`);
}
await chronos.close();
