/**
 * Deploys and rollbacks under load, and returns from a failed watch, measured:
 * node bench/deploy.ts [--mode embedded|external] [--deploys 20] [--rollbacks 5] [--returns 3]
 * [--image name:tag] [--write]
 *
 * Builds the image, or takes the one that is named; needs Docker Engine, docker-registry, sshd and
 * kamal-proxy, as the deploy tests do. The customers are a process of their own, on the processors of
 * server and deployer. --write puts the lines of the modes that were measured into docs/delivering.md.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { loadavg } from 'node:os';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import type { DeployStory } from '../src/deploy/journal/entry.ts';
import setup from '../test/support/deploy/global-setup.ts';
import {
  DEPLOY_KEY,
  FAILING,
  type Mode,
  makeProductDestination,
  type ProductDestination,
  VERSIONS,
} from '../test/support/deploy/product-destination.ts';
import {
  type Figures,
  type Return,
  rowOf,
  stepTable,
  tableOf,
  writeTable,
} from './deploy/figures.ts';

const { values } = parseArgs({
  options: {
    mode: { type: 'string' },
    deploys: { type: 'string', default: '20' },
    rollbacks: { type: 'string', default: '5' },
    returns: { type: 'string', default: '3' },
    clients: { type: 'string', default: '50' },
    image: { type: 'string' },
    write: { type: 'boolean', default: false },
  },
});

const LOAD = fileURLToPath(new URL('deploy-load.ts', import.meta.url));
const BETWEEN_REQUESTS_MILLISECONDS = 500;

/** Ctrl-C ends after the deploy under way, and shows the figures of those that were made. */
let stopping = false;
process.on('SIGINT', () => {
  stopping = true;
});

setup();
const modes: Mode[] = values.mode ? [values.mode as Mode] : ['external', 'embedded'];
const figures: Figures[] = [];
for (const mode of modes) figures.push(await measure(mode));
for (const { mode, stories } of figures)
  process.stdout.write(`\nSteps, ${mode}:\n${stepTable(stories)}`);
process.stdout.write(`\n${tableOf(figures.map(rowOf))}`);
for (const { mode, faults } of figures)
  for (const fault of faults.slice(0, 20)) process.stdout.write(`${mode}: ${fault}\n`);
if (values.write) writeTable(figures);
process.exitCode = figures.some(({ faults }) => faults.length > 0) ? 1 : 0;

async function measure(mode: Mode): Promise<Figures> {
  const place = await makeProductDestination({
    ...{ mode, image: values.image },
    versions: [...VERSIONS, FAILING],
  });
  try {
    await succeed(place, ['deploy', place.name, VERSIONS[0]]);
    const served = await underLoad(place, mode);
    const returned = await returns(place, mode);
    const faults = [...served.faults, ...returned.flatMap(({ others }) => others)];
    return { ...served, faults, returned, load: loadavg()[1]! };
  } finally {
    await place.close();
  }
}

async function underLoad(
  place: ProductDestination,
  mode: Mode,
): Promise<Omit<Figures, 'returned' | 'load'>> {
  const load = await startLoad(place);
  const seconds: number[] = [];
  const stories: DeployStory[] = [];
  let back = 0;
  const [deploys, rollbacks] = [Number(values.deploys), Number(values.rollbacks)];
  for (let i = 0; i < deploys + rollbacks && !stopping; i++) {
    const rollback = i % 5 === 4 && back < rollbacks;
    back += rollback ? 1 : 0;
    const to = VERSIONS[(i + 1) % 2]!;
    const words = rollback ? ['rollback', place.name] : ['deploy', place.name, to];
    const took = await succeed(place, words);
    const story = place.stories().at(-1)!;
    stories.push(story);
    seconds.push(took - millisecondsOf(story, 'pull', 'watch') / 1000);
    const line = `${words[0]} ${i + 1}: ${seconds.at(-1)!.toFixed(1)} s, load ${loadavg()[0]!.toFixed(1)}`;
    process.stdout.write(`${mode} ${line}\n`);
  }
  const { answers, posts, faults, longest } = await load.stop();
  return {
    ...{ mode, seconds, stories, deploys: seconds.length - back, rollbacks: back, answers, posts },
    faults: faults.map(({ at, words }) => `${new Date(at).toISOString()} ${words}`),
    longest,
  };
}

/**
 * A version that fails its watch: how long its customers still hear from it once the watch has said so,
 * and when they first hear from the old one. What it answers with is its own fault; what goes wrong
 * besides would be ours.
 */
async function returns(place: ProductDestination, mode: Mode): Promise<Return[]> {
  const all: Return[] = [];
  for (let i = 0; i < Number(values.returns) && !stopping; i++) {
    const load = await startLoad(place);
    const { code, said } = await place.parstock(['deploy', place.name, FAILING]);
    await sleep(1_000);
    const { changes, lastSeen, faults } = await load.stop();
    const failed = said.includes('✗ Watch it serve');
    if (code !== 1 || !failed) throw new Error(`no failed watch, but exit code ${code}:\n${said}`);
    const verdict = Date.parse(failureOf(place));
    const own = faults.filter(({ words }) => /answered 500/.test(words)).map(({ at }) => at);
    const others = faults.filter(({ at }) => !own.includes(at)).map(({ words }) => words);
    const last = Math.max(lastSeen[FAILING] ?? 0, ...own);
    const first = changes.find(({ at, version }) => at > verdict && version !== FAILING)?.at;
    if (first === undefined) throw new Error('the old version never answered again');
    all.push({ last: Math.max(0, last - verdict), first: first - verdict, others });
    const { last: ended, first: back } = all.at(-1)!;
    process.stdout.write(
      `${mode} return ${i + 1}: silent after ${ended} ms, back after ${back} ms\n`,
    );
  }
  return all;
}

/** When the watch was found to have failed: embedded, the return is a deploy of its own after it. */
function failureOf(place: ProductDestination): string {
  const failed = place
    .stories()
    .flatMap(({ steps }) => steps)
    .findLast(({ event, step }) => event === 'failed' && step === 'watch');
  if (!failed) throw new Error('the journal tells of no failed watch');
  return failed.at;
}

function millisecondsOf({ steps }: DeployStory, ...names: string[]): number {
  return steps
    .filter(({ event, step }) => event === 'done' && names.includes(step))
    .reduce((sum, { milliseconds = 0 }) => sum + milliseconds, 0);
}

/** Runs the command line, which must succeed; gives the seconds that it took. */
async function succeed(place: ProductDestination, words: readonly string[]): Promise<number> {
  const { code, seconds, said } = await place.parstock(words);
  if (code !== 0) throw new Error(`parstock ${words.join(' ')} ended with ${code}:\n${said}`);
  return seconds;
}

interface Seen {
  readonly answers: number;
  readonly posts: number;
  readonly faults: readonly { readonly at: number; readonly words: string }[];
  /** The version of each answer that was another than the one before. */
  readonly changes: readonly { readonly at: number; readonly version: string }[];
  /** When each version was last heard of. */
  readonly lastSeen: Readonly<Record<string, number>>;
  /** Longest answer, milliseconds. */
  readonly longest: number;
}

async function startLoad({ url }: ProductDestination) {
  const words = [LOAD, url, DEPLOY_KEY, values.clients, String(BETWEEN_REQUESTS_MILLISECONDS)];
  const child: ChildProcess = spawn(process.execPath, words, {
    detached: true,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const lines = createInterface({ input: child.stdout! });
  await once(lines, 'line');
  await sleep(2_000);
  return {
    stop: async () => {
      const said = once(lines, 'line');
      child.kill('SIGTERM');
      const [line] = (await said) as [string];
      return JSON.parse(line) as Seen;
    },
  };
}
