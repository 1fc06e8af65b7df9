/**
 * Installers of runtime and model on one shared cache folder, killed with SIGKILL at random moments,
 * many times: node bench/kill-install.ts [rounds] [replicas] [kills a round]
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { killAll, letFinish, openRaceTrack } from '../test/support/install-race.ts';

const [rounds = 30, replicas = 3, times = 2] = process.argv.slice(2).map(Number);
const folder = mkdtempSync(join(tmpdir(), 'parstock-kill-install-'));
const track = await openRaceTrack(folder);
const total = { killed: 0, stuck: 0, damaged: 0, leftovers: 0 };
const seconds: number[] = [];
// Kills are spread over an installation as long as it takes on this machine at this load.
const began = performance.now();
await letFinish(track.start(join(folder, 'first'), replicas));
const longestMs = (performance.now() - began) * 1.1;
try {
  for (let round = 0; round < rounds; round++) {
    const cacheDir = join(folder, `round-${round}`);
    for (let at = 0; at < times; at++)
      total.killed += await killAll(track.start(cacheDir, replicas), longestMs);
    const began = performance.now();
    const stuck = await letFinish(track.start(cacheDir, replicas));
    seconds.push((performance.now() - began) / 1000);
    const faults = await track.inspect(cacheDir);
    total.stuck += stuck.length;
    total.leftovers += faults.filter((fault) => fault.startsWith('left over')).length;
    total.damaged += faults.filter((fault) => !fault.startsWith('left over')).length;
    for (const fault of [...stuck, ...faults]) console.log(`round ${round}: ${fault}`);
    rmSync(cacheDir, { recursive: true });
  }
} finally {
  await track.close();
  rmSync(folder, { recursive: true });
}
seconds.sort((a, b) => a - b);
console.log(
  '| rounds | replicas | kills | stuck | damaged caches | leftovers | median s to ready |',
);
console.log('| --- | --- | --- | --- | --- | --- | --- |');
const median = seconds[Math.floor(seconds.length / 2)]?.toFixed(1);
console.log(
  `| ${rounds} | ${replicas} | ${total.killed} | ${total.stuck} | ${total.damaged} | ${total.leftovers} | ${median} |`,
);
if (total.stuck + total.damaged + total.leftovers > 0) process.exitCode = 1;
