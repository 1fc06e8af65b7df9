/**
 * Deploys and rollbacks under load, measured: node bench/deploy.ts [--mode embedded|external]
 * [--deploys 20] [--rollbacks 5] [--image parstock:local] [--write]
 *
 * Builds two versions of the image, or takes the one that is named; needs Docker Engine, docker-registry,
 * sshd and kamal-proxy, as the deploy tests do. --write puts the table into docs/delivering.md.
 */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { loadavg } from 'node:os';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { buildImage } from '../house/build-image.ts';
import { makeDestination, type TestDestination } from '../test/support/deploy/destination.ts';
import setup from '../test/support/deploy/global-setup.ts';
import { startRegistry } from '../test/support/deploy/registry.ts';
import { startSshServer } from '../test/support/deploy/ssh-server.ts';

type Mode = 'embedded' | 'external';

const { values } = parseArgs({
  options: {
    mode: { type: 'string' },
    deploys: { type: 'string', default: '20' },
    rollbacks: { type: 'string', default: '5' },
    clients: { type: 'string', default: '50' },
    image: { type: 'string' },
    write: { type: 'boolean', default: false },
  },
});

const PARSTOCK = fileURLToPath(new URL('../bin/parstock.mjs', import.meta.url));
const LOAD = fileURLToPath(new URL('deploy-load.ts', import.meta.url));
const PAGE = new URL('../docs/delivering.md', import.meta.url);
const DEPLOY_KEY = 'bench-deploy-key-of-forty-characters-long';
const BETWEEN_REQUESTS_MILLISECONDS = 500;

interface Figures {
  readonly mode: Mode;
  readonly deploys: number;
  readonly rollbacks: number;
  readonly answers: number;
  readonly faults: readonly string[];
  /** Longest answer of all, milliseconds. */
  readonly longest: number;
  /** Seconds of a deploy without the watch, in order. */
  readonly seconds: readonly number[];
  readonly load: number;
}

/** Ctrl-C ends after the deploy under way, and shows the figures of those that were made. */
let stopping = false;
process.on('SIGINT', () => {
  stopping = true;
});

setup();
const modes: Mode[] = values.mode ? [values.mode as Mode] : ['external', 'embedded'];
const figures: Figures[] = [];
for (const mode of modes) figures.push(await measure(mode));
const table = tableOf(figures);
process.stdout.write(`\n${table}`);
for (const { mode, faults } of figures)
  for (const fault of faults.slice(0, 20)) process.stdout.write(`${mode}: ${fault}\n`);
if (values.write) writeTable(table);
process.exitCode = figures.some(({ faults }) => faults.length > 0) ? 1 : 0;

async function measure(mode: Mode): Promise<Figures> {
  const registry = await startRegistry();
  const ssh = await startSshServer('bench.example');
  const image = `${registry.address}/parstock`;
  const versions = pushVersions(image);
  const place = await makeDestination({ image, ssh, mode, settings: settingsOf(mode) });
  const database = mode === 'external' ? startDatabase(place) : undefined;
  const env = {
    ...process.env,
    TEST_DATABASE_URL: database?.url ?? '',
    BENCH_KEY: DEPLOY_KEY,
    BENCH_PASSWORD: 'a password of the bench',
  };
  try {
    await parstock(place, { env, words: ['deploy', place.name, versions[0]!] });
    return await underLoad(place, { mode, versions, env });
  } finally {
    place.remove();
    database?.remove();
    ssh.close();
    await registry.close();
  }
}

async function underLoad(
  place: TestDestination,
  { mode, versions, env }: { mode: Mode; versions: readonly string[]; env: NodeJS.ProcessEnv },
): Promise<Figures> {
  const load = startLoad(place);
  await load.ready;
  await sleep(2_000);
  const seconds: number[] = [];
  let returns = 0;
  let serving = 0;
  const [deploys, rollbacks] = [Number(values.deploys), Number(values.rollbacks)];
  for (let i = 0; i < deploys + rollbacks && !stopping; i++) {
    const back = i % 5 === 4 && i / 5 < rollbacks;
    serving = 1 - serving;
    returns += back ? 1 : 0;
    const words = back ? ['rollback', place.name] : ['deploy', place.name, versions[serving]!];
    seconds.push(await parstock(place, { env, words }));
    const line = `${words[0]} ${i + 1}: ${seconds.at(-1)!.toFixed(1)} s, load ${loadavg()[0]!.toFixed(1)}`;
    process.stdout.write(`${mode} ${line}\n`);
  }
  const seen = await load.stop();
  return {
    ...{ mode, seconds, deploys: seconds.length - returns, rollbacks: returns },
    ...{ answers: seen.answers, faults: seen.faults },
    longest: seen.slowest[0]?.milliseconds ?? 0,
    load: loadavg()[1]!,
  };
}

/** Runs the real command line and gives the seconds that it took, without the watch. */
async function parstock(
  place: TestDestination,
  { env, words }: { env: NodeJS.ProcessEnv; words: readonly string[] },
): Promise<number> {
  const began = performance.now();
  const child = spawn(process.execPath, [PARSTOCK, ...words, '--config', place.file], {
    env,
    // Ctrl-C is for the bench: the deploy under way ends as it would.
    detached: true,
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let said = '';
  child.stderr.on('data', (text) => {
    said += text;
  });
  const [code] = (await once(child, 'close')) as [number | null];
  if (code !== 0) throw new Error(`parstock ${words.join(' ')} ended with ${code}:\n${said}`);
  const watched = /Watch it serve \(([\d.]+) s/.exec(said)?.[1] ?? '0';
  const pulled = /Pull the image \(([\d.]+) s/.exec(said)?.[1] ?? '0';
  return (performance.now() - began) / 1000 - Number(watched) - Number(pulled);
}

function settingsOf(mode: Mode): Record<string, unknown> {
  return {
    readySeconds: 60,
    stopSeconds: 30,
    watch: { seconds: 3, p95Seconds: 30 },
    gate: { enabled: true },
    environment: { PARSTOCK_ADMIN_EMAIL: 'bench@example.com', PARSTOCK_ML: '0' },
    secrets: {
      PARSTOCK_DEPLOY_KEY: { env: 'BENCH_KEY' },
      PARSTOCK_ADMIN_PASSWORD: { env: 'BENCH_PASSWORD' },
      ...(mode === 'external' && { PARSTOCK_DATABASE_URL: { env: 'TEST_DATABASE_URL' } }),
    },
  };
}

/** Two versions that differ in what they say of themselves. */
function pushVersions(repository: string): string[] {
  const base = values.image ?? 'parstock-bench:current';
  if (values.image === undefined) buildImage({ tag: base, base: 'node:24-bookworm-slim' });
  return ['0.1.1', '0.1.2'].map((version) => {
    const dockerfile = [
      `FROM ${base}`,
      'USER 0',
      `RUN sed -i 's/"version": "[^"]*"/"version": "${version}"/' /app/package.json`,
      'USER 10001:10001',
      `LABEL org.opencontainers.image.version=${version} org.parstock.deploy-test=1`,
    ].join('\n');
    const reference = `${repository}:${version}`;
    execFileSync('docker', ['build', '-q', '-t', reference, '-'], { input: dockerfile });
    execFileSync('docker', ['push', '-q', reference], { stdio: 'pipe' });
    return version;
  });
}

function startDatabase(place: TestDestination) {
  const network = `parstock-net-${place.name}`;
  const name = `parstock-bench-db-${place.name}`;
  const docker = (...words: string[]) => execFileSync('docker', words, { stdio: 'pipe' });
  const folder = fileURLToPath(new URL('../test/support/containers/postgres', import.meta.url));
  docker('build', '-q', '-t', 'parstock-test-postgres', folder);
  docker('network', 'create', network);
  const start = ['-e', 'POSTGRES_USER=parstock', '-e', 'POSTGRES_DB=parstock'];
  const script = 'echo bench >/tmp/password; POSTGRES_PASSWORD_FILE=/tmp/password exec start.sh';
  const label = ['--label', 'org.parstock.deploy-test=1'];
  docker(
    ...['run', '-d', '--name', name, '--network', network, ...label, ...start],
    ...['--entrypoint', 'sh', 'parstock-test-postgres', '-c', script],
  );
  return {
    url: `postgres://parstock:bench@${name}:5432/parstock`,
    remove: () => {
      docker('rm', '-f', '-v', name);
      execFileSync('sh', ['-c', 'docker network rm "$1" >/dev/null 2>&1; true', 'sh', network]);
    },
  };
}

interface Seen {
  readonly answers: number;
  readonly faults: string[];
  readonly slowest: { readonly milliseconds: number }[];
}

function startLoad({ url }: TestDestination) {
  const words = [LOAD, url, DEPLOY_KEY, values.clients, String(BETWEEN_REQUESTS_MILLISECONDS)];
  const child: ChildProcess = spawn(process.execPath, words, {
    detached: true,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const lines = createInterface({ input: child.stdout! });
  const ready = once(lines, 'line');
  return {
    ready,
    stop: async () => {
      const said = once(lines, 'line');
      child.kill('SIGTERM');
      const [line] = (await said) as [string];
      return JSON.parse(line) as Seen;
    },
  };
}

function tableOf(all: readonly Figures[]): string {
  const median = (list: readonly number[]) =>
    [...list].sort((a, b) => a - b)[Math.floor(list.length / 2)] ?? 0;
  const rows = all.map((one) => [
    one.mode,
    `${one.deploys} + ${one.rollbacks}`,
    one.answers.toLocaleString('en'),
    String(one.faults.length),
    `${(one.longest / 1000).toFixed(1)} s`,
    `${median(one.seconds).toFixed(1)} s`,
    one.load.toFixed(1),
  ]);
  const head = [
    'mode',
    'deploys + rollbacks',
    'requests',
    'failed',
    'longest answer',
    'deploy without pull and watch, median',
    'machine load (5 min)',
  ];
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |\n`;
  return line(head) + line(head.map(() => '---')) + rows.map(line).join('');
}

function writeTable(text: string): void {
  const page = readFileSync(PAGE, 'utf8');
  const marked = /(<!-- figures: node bench\/deploy\.ts --write -->\n)[\s\S]*?(<!-- \/figures -->)/;
  if (!marked.test(page)) throw new Error('docs/delivering.md has no place for the figures');
  writeFileSync(
    PAGE,
    page.replace(marked, (_, open, close) => `${open}\n${text}\n${close}`),
  );
}
