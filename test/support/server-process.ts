import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { KillPoint, Moment } from './kill-points.ts';

export interface ServerProcess {
  readonly child: ChildProcess;
  /** The printed link. */
  readonly link: string;
  readonly origin: string;
  /** Everything on standard error until now. */
  said(): string;
  /** Resolves to the exit code, null where a signal ended it. */
  readonly exited: Promise<number | null>;
  /** Sends the signal and resolves to the exit code. */
  end(signal: NodeJS.Signals): Promise<number | null>;
}

export interface ServerEnvironment {
  readonly PARSTOCK_DATA_DIR: string;
  readonly [name: `PARSTOCK_${string}`]: string;
}

export interface LaunchOptions {
  readonly verb?: 'serve' | 'work';
  /** Environment beside the settings. */
  readonly beside?: Readonly<Record<string, string>>;
}

const SCRIPT = fileURLToPath(new URL('../../bin/parstock.mjs', import.meta.url));
const PRELOAD = new URL('./processes/kill-at.ts', import.meta.url).href;

/** Starts `parstock serve` as a process of its own; any port unless one is named. */
export async function startServerProcess(
  env: ServerEnvironment,
  options: LaunchOptions = {},
): Promise<ServerProcess> {
  const { child, said, exited } = launch({ PARSTOCK_PORT: '0', ...env }, options);
  const printed = Promise.withResolvers<string>();
  let out = '';
  child.stdout?.on('data', (text) => {
    out += text;
    const link = /https?:\S+/.exec(out)?.[0];
    if (link && out.includes('\n')) printed.resolve(link);
  });
  const link = await Promise.race([
    printed.promise,
    exited.then((code) => Promise.reject(new Error(`exit ${code}: ${said()}`))),
  ]);
  const end = (signal: NodeJS.Signals) => {
    child.kill(signal);
    return exited;
  };
  return { child, link, origin: new URL(link).origin, said, exited, end };
}

/** Starts a server that does not come up, told to stop when it says that; its exit code and words. */
export async function startRefusedServer(
  env: ServerEnvironment,
  options: LaunchOptions & { readonly stopWhen?: string } = {},
): Promise<{ code: number | null; said: string }> {
  const { child, said, exited } = launch({ PARSTOCK_PORT: '0', ...env }, options);
  const { stopWhen } = options;
  let told = false;
  child.stderr.on('data', () => {
    if (told || !stopWhen || !said().includes(stopWhen)) return;
    told = child.kill('SIGTERM');
  });
  const code = await exited;
  return { code, said: said() };
}

/**
 * Starts a server that is killed at that point. `missed` says that it was up before the point came,
 * and was told to stop; where it ended by itself, its words are thrown.
 */
export async function startAndKill(
  env: ServerEnvironment,
  point: KillPoint,
  options: LaunchOptions = {},
): Promise<'killed' | 'missed'> {
  const beside = { ...options.beside, ...preload(), KILL_AT: JSON.stringify(point) };
  const { child, said, exited } = launch({ ...loud(env) }, { ...options, beside });
  const up = once(child.stdout, 'data');
  const first = await Promise.race([
    exited,
    up.then(
      () => 'up' as const,
      () => exited,
    ),
  ]);
  // A point may lie a little later than the printed line.
  if (first === 'up') await Promise.race([exited, pause(point.later ? point.later + 500 : 1_000)]);
  if (child.exitCode === null && child.signalCode === null) {
    child.kill('SIGTERM');
    await exited;
    return 'missed';
  }
  if (child.signalCode !== 'SIGKILL') throw new Error(`exit ${child.exitCode}: ${said()}`);
  return 'killed';
}

/** Every moment of a start, and of the stop after it, that could be a point. */
export async function traceStart(env: ServerEnvironment, options: LaunchOptions = {}) {
  const folder = mkdtempSync(join(tmpdir(), 'parstock-trace-'));
  const file = join(folder, 'moments');
  try {
    const beside = { ...options.beside, ...preload(), KILL_TRACE: file };
    const server = await startServerProcess(loud(env), { ...options, beside });
    await server.end('SIGTERM');
    // The last lines of the log are written a little later than the printed one.
    const lines = readFileSync(file, 'utf8').trimEnd().split('\n');
    return lines.map((line) => JSON.parse(line) as Moment);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function pause(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds).unref());
}

function preload(): Record<string, string> {
  return { NODE_OPTIONS: `--import=${PRELOAD}` };
}

/** Lines of the log are moments, too. */
function loud(env: ServerEnvironment): ServerEnvironment {
  return { PARSTOCK_PORT: '0', PARSTOCK_LOG_LEVEL: 'info', ...env };
}

/** Servers of a test that failed before it could end them must not slow the tests after it. */
const alive = new Set<ChildProcess>();
process.once('exit', () => {
  for (const child of alive) child.kill('SIGTERM');
});

function launch(env: Readonly<Record<string, string>>, { verb = 'serve', beside }: LaunchOptions) {
  // Nothing of the developer's own settings leaks in.
  const clean = Object.entries(process.env).filter(([name]) => !name.startsWith('PARSTOCK_'));
  const child = spawn(process.execPath, [SCRIPT, verb], {
    // Nothing is fetched from anywhere unless a test asks for it.
    env: { ...Object.fromEntries(clean), PARSTOCK_ML: '0', ...env, ...beside },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let errors = '';
  child.stderr.on('data', (text) => {
    errors += text;
  });
  alive.add(child);
  const exited = once(child, 'exit').then(([code]) => {
    alive.delete(child);
    return code as number | null;
  });
  return { child, said: () => errors, exited };
}
