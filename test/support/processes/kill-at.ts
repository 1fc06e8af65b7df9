/**
 * Preloaded into a program (`node --import …`), it ends that program with SIGKILL at one named moment,
 * or writes down every moment at which it could. The program itself knows nothing of it.
 *
 *   KILL_AT     the moment, as JSON of a KillPoint
 *   KILL_TRACE  a file: one line of JSON per moment that went by
 */
import childProcess from 'node:child_process';
import fs from 'node:fs';
import { createRequire, syncBuiltinESMExports } from 'node:module';
import { isMainThread } from 'node:worker_threads';
import type { KillPoint, Moment } from '../kill-points.ts';

// What the program starts (npm, for one) is no part of it.
const { KILL_AT: wanted, KILL_TRACE: trace } = process.env;
delete process.env.KILL_AT;
delete process.env.KILL_TRACE;

const point = wanted ? (JSON.parse(wanted) as KillPoint) : null;
// As they were: what is written down must not count itself.
const { writeSync } = fs;
const traceFile = trace ? fs.openSync(trace, 'a') : null;
let seen = 0;

// biome-ignore lint/suspicious/noExplicitAny: whatever function stands there
type AnyFunction = (this: unknown, ...given: any[]) => any;

/** Counts a moment; says whether it is the one. */
function isTheOne(moment: Moment): boolean {
  if (traceFile !== null) writeSync(traceFile, `${JSON.stringify(moment)}\n`);
  if (!point || moment.at !== point.at || !moment.text.includes(point.text ?? '')) return false;
  seen++;
  return seen === (point.count ?? 1);
}

function die(): void {
  const kill = () => process.kill(process.pid, 'SIGKILL');
  if (point?.later) setTimeout(kill, point.later);
  else kill();
}

/** Does what was asked, with the end of the process right before or after it. */
function around(moment: Moment, act: () => unknown): unknown {
  if (!isTheOne(moment)) return act();
  if (point?.when !== 'after') {
    die();
    return act();
  }
  const result = act();
  if (!(result instanceof Promise)) {
    die();
    return result;
  }
  return result.finally(die);
}

/** Replaces a function by one that counts its calls; `about` tells calls apart. */
function watch(
  holder: object,
  name: string,
  { at, about }: { at: Moment['at']; about: (given: unknown[]) => string | null },
): void {
  const functions = holder as Record<string, AnyFunction>;
  const original = functions[name] as AnyFunction;
  functions[name] = function (...given) {
    const text = about(given);
    if (text === null) return original.apply(this, given);
    return around({ at, text }, () => original.apply(this, given));
  };
}

const allPaths = (given: unknown[]) => given.filter((one) => typeof one === 'string').join(' → ');
const firstPath = (given: unknown[]) => (typeof given[0] === 'string' ? given[0] : null);
const FILE_CALLS: readonly [Moment['at'], readonly string[], typeof firstPath][] = [
  ['rename', ['renameSync', 'rename'], allPaths],
  ['remove', ['rmSync', 'unlinkSync', 'rm', 'unlink'], firstPath],
  ['write', ['writeFileSync', 'appendFileSync', 'writeFile'], firstPath],
  ['mkdir', ['mkdirSync', 'mkdir'], firstPath],
];

function watchFiles(): void {
  for (const [at, names, about] of FILE_CALLS)
    for (const name of names) watch(name.endsWith('Sync') ? fs : fs.promises, name, { at, about });
  // The log goes through one of these; a line of it is a moment.
  for (const name of ['write', 'writeSync'])
    watch(fs, name, {
      at: 'line',
      about: ([fd, data]) => (fd === 1 || fd === 2 ? String(data) : null),
    });
}

function watchQueries(): void {
  const pg = createRequire(import.meta.url)('pg') as { Client: { prototype: object } };
  watch(pg.Client.prototype, 'query', {
    at: 'query',
    about: ([query]) => (typeof query === 'string' ? query : textOf(query)),
  });
}

function textOf(query: unknown): string {
  const { text, cursor } = query as { text?: string; cursor?: { text?: string } };
  return text ?? cursor?.text ?? '';
}

if (isMainThread && (point || trace)) {
  watchFiles();
  watch(childProcess, 'spawn', {
    at: 'spawn',
    about: ([command, words]) => [command, ...((words ?? []) as string[])].join(' '),
  });
  watch(process.stdout, 'write', { at: 'line', about: ([text]) => String(text) });
  syncBuiltinESMExports();
  watchQueries();
}
