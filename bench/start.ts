/**
 * Seconds from `npm start` in a fresh clone to the printed link, seconds of the second start, and the
 * memory of the idle server with its database. The npm cache should be warm: run it twice.
 *
 * Run: node bench/start.ts — needs git, npm and a Linux with /proc. Uses the committed state.
 */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../', import.meta.url));
const IDLE_SECONDS = 10;
const DEADLINE_SECONDS = 300;

interface Started {
  readonly seconds: number;
  readonly child: ChildProcess;
}

/** Starts as a person would, and waits for the line with the address. */
async function start(folder: string): Promise<Started> {
  const began = performance.now();
  const child = spawn('npm', ['start'], {
    cwd: folder,
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, PARSTOCK_PORT: '0' },
  });
  let said = '';
  child.stdout!.setEncoding('utf8').on('data', (text: string) => {
    said += text;
  });
  while (!/https?:\/\/\S+/.test(said)) {
    if (child.exitCode !== null) throw new Error(`npm start ended with ${child.exitCode}`);
    if (performance.now() - began > DEADLINE_SECONDS * 1000) throw new Error('no link in time');
    await pause(10);
  }
  return { seconds: (performance.now() - began) / 1000, child };
}

/** Ctrl-C, as the terminal sends it to every process of the group that it started. */
async function stop({ child }: Started): Promise<number> {
  const began = performance.now();
  const ended = new Promise((resolve) => child.once('close', resolve));
  for (const pid of treeOf(child.pid!).filter((one) => nameOf(one) !== 'postgres')) signal(pid);
  await ended;
  return (performance.now() - began) / 1000;
}

function signal(pid: number): void {
  try {
    process.kill(pid, 'SIGINT');
  } catch {
    // It ended in the meantime.
  }
}

/** A process and everything below it. */
function treeOf(pid: number): number[] {
  const parents = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map((name) => ({ pid: Number(name), parent: Number(stat(name)?.[1]) }));
  const below = (one: number): number[] => [
    one,
    ...parents.filter(({ parent }) => parent === one).flatMap((child) => below(child.pid)),
  ];
  return below(pid);
}

/** State and parent of a process, from behind its name in parentheses. */
function stat(pid: string | number): string[] | undefined {
  try {
    return readFileSync(`/proc/${pid}/stat`, 'utf8')
      .replace(/^.*\) /s, '')
      .split(' ');
  } catch {
    return undefined;
  }
}

function nameOf(pid: number): string {
  return readFileSync(`/proc/${pid}/comm`, 'utf8').trim();
}

/** Proportional share of memory, in MB: what is shared is counted once. */
function memoryOf(pid: number): number {
  const text = readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8');
  return Number(/^Pss:\s+(\d+)/m.exec(text)![1]) / 1024;
}

const folder = mkdtempSync(join(tmpdir(), 'parstock-bench-'));
try {
  execFileSync('git', ['clone', '--quiet', root, join(folder, 'clone')]);
  const clone = join(folder, 'clone');
  const first = await start(clone);
  await pause(IDLE_SECONDS * 1000);
  const tree = treeOf(first.child.pid!).map((pid) => ({ name: nameOf(pid), mb: memoryOf(pid) }));
  const database = tree.filter(({ name }) => name === 'postgres');
  const server = tree.filter(({ name }) => name !== 'postgres' && !/^(npm|sh)/.test(name));
  const sum = (parts: { mb: number }[]) => parts.reduce((total, { mb }) => total + mb, 0);
  const stopped = await stop(first);
  const second = await start(clone);
  await stop(second);
  const rows = [
    ['fresh clone to link', `${first.seconds.toFixed(1)} s`, '≤ 60 s'],
    ['second start to link', `${second.seconds.toFixed(1)} s`, '≤ 3 s'],
    ['Ctrl-C to end', `${stopped.toFixed(1)} s`, ''],
    ['idle memory, server', `${sum(server).toFixed(0)} MB`, ''],
    [`idle memory, ${database.length} PostgreSQL processes`, `${sum(database).toFixed(0)} MB`, ''],
    ['idle memory, both', `${(sum(server) + sum(database)).toFixed(0)} MB`, '≤ 300 MB'],
  ];
  for (const [what, found, wanted] of rows)
    console.log(`${what!.padEnd(40)}${found!.padStart(10)}  ${wanted}`);
} finally {
  rmSync(folder, { recursive: true, force: true });
}
