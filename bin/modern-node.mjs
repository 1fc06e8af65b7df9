import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import module from 'node:module';
import { constants } from 'node:os';
import { fileURLToPath } from 'node:url';

// Plain JavaScript for Node 20: these few files find or fetch everything that the program needs.

const root = fileURLToPath(new URL('..', import.meta.url));

/** Runs TypeScript without saying so on standard error. */
const WITHOUT_WARNINGS = [24, 3];
/** Runs TypeScript at all. */
const OLDEST = [22, 18];
const HANDED_OVER = fileURLToPath(new URL('./handed-over.mjs', import.meta.url));
/** Compiled modules: halves the time that a start computes. */
const COMPILE_CACHE = `${root}node_modules/.cache/compiled`;
const QUIET = '--disable-warning=ExperimentalWarning';

function isAtLeast([major, minor]) {
  const [ours, oursMinor] = process.versions.node.split('.').map(Number);
  return ours > major || (ours === major && oursMinor >= minor);
}

/** The Node that the lockfile carries for this machine; undefined where it carries none. */
function carriedNode() {
  const own = `node-${process.platform}-${process.arch}`;
  const candidates = [
    `${root}node_modules/${own}/bin/node`,
    // Installed as a dependency, packages lie beside ours.
    `${root}../${own}/bin/node`,
  ];
  return candidates.find((path) => existsSync(path));
}

/** A Node new enough for the program: this one if it is, else the carried one. */
export function findModernNode() {
  const node = isAtLeast(WITHOUT_WARNINGS) ? process.execPath : carriedNode();
  if (node) return { node, flags: [] };
  if (isAtLeast(OLDEST)) return { node: process.execPath, flags: [QUIET] };
  console.error(
    `parstock: Node ${OLDEST.join('.')} or newer is needed, this is ${process.versions.node}, and ` +
      `none is carried for ${process.platform} ${process.arch}.\n  next    ` +
      (existsSync(`${root}node_modules`) ? 'Install a newer Node.' : 'Run npm ci, then try again.'),
  );
  process.exit(1);
}

/**
 * Goes on with `script` under a modern Node: in this process where it is one, else in its place where
 * the system can replace a process, else in a child that gets every signal and does not outlive us.
 */
export async function continueIn(script, args) {
  const { node, flags } = findModernNode();
  const words = [...flags, HANDED_OVER, script, ...args];
  const alreadyQuiet = flags.length === 0 || process.execArgv.includes(QUIET);
  if (node === process.execPath && alreadyQuiet) {
    process.argv = [node, script, ...args];
    module.enableCompileCache?.(COMPILE_CACHE);
    await import(script);
    return;
  }
  const env = { NODE_COMPILE_CACHE: COMPILE_CACHE, ...process.env };
  if (process.execve) {
    // Replacing is an experiment in some versions, which they say aloud.
    process.emitWarning = () => {};
    process.execve(node, [node, ...words], env);
  }
  superviseChild(spawn(node, words, { env, stdio: ['inherit', 'inherit', 'inherit', 'ipc'] }));
}

function superviseChild(child) {
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
    process.on(signal, () => child.kill(signal));
  }
  child.on('error', (error) => {
    console.error(`parstock: ${child.spawnfile} cannot be run (${error.code}).`);
    process.exit(1);
  });
  child.on('exit', (code, signal) => {
    process.exitCode = code ?? 128 + constants.signals[signal];
  });
}
