/**
 * Kills real servers at every named point of a start (test/faults/points.ts), over and over, on the
 * embedded database, as replicas on one PostgreSQL, and within a set-up from a folder of files; after
 * every few kills a start must complete, with everything there once.
 *
 * Run: node bench/kill.ts [kills], 200 unless said otherwise; Ctrl-C ends it after the round.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { databasePoints, embeddedPoints } from '../test/faults/points.ts';
import { setupEndPoints, setupPoints } from '../test/faults/setup-points.ts';
import { createDatabase, startTestCluster, type TestCluster } from '../test/support/cluster.ts';
import { type KillPoint, nameOf } from '../test/support/kill-points.ts';
import {
  type ServerEnvironment,
  type ServerProcess,
  startAndKill,
  startServerProcess,
} from '../test/support/server-process.ts';
import {
  readSetupFacts,
  SET_UP_ONCE,
  SETUP_SETTINGS,
  writeSetupFolder,
} from '../test/support/setup-folder.ts';
import { embeddedSuperuser, readStartFacts, type StartFacts } from '../test/support/start-facts.ts';

let wantedKills = Number(process.argv[2] ?? 200);
/** Every which point one round takes: all are taken once in so many rounds. */
const STRIDE = 4;
const REPLICAS = 3;
const STUCK_MS = 180_000;

interface Tally {
  killed: number;
  missed: number;
}

const tallies = new Map<string, Tally>();
const stuck: string[] = [];
const wrong: string[] = [];
let kills = 0;
let completed = 0;

const SETTINGS = {
  PARSTOCK_ADMIN_EMAIL: 'ann@example.com',
  PARSTOCK_ADMIN_PASSWORD: 'correct horse battery',
  PARSTOCK_DEMO: '1',
  PARSTOCK_WORKERS: '1',
  PARSTOCK_LAME_DUCK_SECONDS: '0',
};

/** One start that is killed; what became of it goes into the table. */
async function kill(env: ServerEnvironment, point: KillPoint): Promise<void> {
  const name = nameOf(point);
  const tally = tallies.get(name) ?? { killed: 0, missed: 0 };
  tallies.set(name, tally);
  try {
    const outcome = await startAndKill(env, point);
    tally[outcome]++;
    if (outcome === 'killed') kills++;
  } catch (error) {
    stuck.push(`${name}: ${String(error)}`);
  }
}

/** A start that nobody disturbs; null where it did not come up. */
async function complete(env: ServerEnvironment, after: string): Promise<ServerProcess | null> {
  const late = Promise.withResolvers<null>();
  const timer = setTimeout(() => late.resolve(null), STUCK_MS);
  const started = startServerProcess(env).catch((error) => {
    stuck.push(`after ${after}: ${String(error)}`);
    return null;
  });
  const server = await Promise.race([started, late.promise]);
  clearTimeout(timer);
  if (!server) stuck.push(`after ${after}: not up in time`);
  else if ((await fetch(`${server.origin}/ready`)).status !== 200)
    stuck.push(`after ${after}: unready`);
  else completed++;
  return server;
}

function compare<Facts extends object>(
  found: Facts,
  { wanted, after }: { wanted: Facts; after: string },
): void {
  if (!isDeepStrictEqual(found, wanted)) wrong.push(`after ${after}: ${JSON.stringify(found)}`);
}

const pointsOf = (all: readonly KillPoint[], round: number) =>
  all.filter((_, i) => i % STRIDE === round % STRIDE);

async function embeddedRound(round: number, wanted: StartFacts | null): Promise<StartFacts | null> {
  const folder = mkdtempSync(join(tmpdir(), 'parstock-kill-'));
  const dataDir = join(folder, 'data');
  const env = { ...SETTINGS, PARSTOCK_DATA_DIR: dataDir };
  // In the order in which a start comes by: each finds what the one before has left.
  const points = wanted ? pointsOf([...embeddedPoints, ...databasePoints], round) : [];
  try {
    for (const point of points) await kill(env, point);
    const after = points.map(nameOf).join(', ');
    const server = await complete(env, after);
    if (!server) return null;
    const found = await readStartFacts(embeddedSuperuser(dataDir));
    if (wanted) compare(found, { wanted, after });
    await server.end('SIGTERM');
    return found;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function replicaRound(
  round: number,
  { cluster, wanted }: { cluster: TestCluster; wanted: StartFacts },
): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'parstock-kill-'));
  const { connectionString, drop } = await createDatabase(cluster, 'template0');
  const envOf = (i: number) => ({
    ...SETTINGS,
    PARSTOCK_DATA_DIR: join(folder, String(i)),
    PARSTOCK_DATABASE_URL: connectionString,
  });
  const all = Array.from({ length: REPLICAS }, (_, i) => i);
  const after = `replicas, round ${round}`;
  try {
    await Promise.all(
      all.map(async (i) => {
        for (const point of pointsOf(databasePoints, round * REPLICAS + i))
          await kill(envOf(i), point);
      }),
    );
    const servers = await Promise.all(all.map((i) => complete(envOf(i), after)));
    const url = new URL(connectionString);
    url.username = 'postgres';
    compare(await readStartFacts(url.href), { wanted, after });
    await Promise.all(servers.map((server) => server?.end('SIGTERM')));
  } finally {
    await drop();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Replicas that set up from a folder of files: each is killed at points of its own, then all come up. */
async function setupRound(round: number, cluster: TestCluster): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'parstock-kill-'));
  const files = join(folder, 'files');
  await writeSetupFolder(files);
  const { connectionString, drop } = await createDatabase(cluster, 'template0');
  const envOf = (i: number) => ({
    ...SETUP_SETTINGS,
    PARSTOCK_LAME_DUCK_SECONDS: '0',
    PARSTOCK_SETUP_FOLDER: files,
    PARSTOCK_DATA_DIR: join(folder, String(i)),
    PARSTOCK_DATABASE_URL: connectionString,
  });
  const after = `set-up from a folder, round ${round}`;
  const points = [...setupPoints, ...setupEndPoints];
  try {
    // One after the other: beside each other, most would find the set-up under way and wait for it.
    for (const point of pointsOf(points, round)) await kill(envOf(0), point);
    const servers = await Promise.all([0, 1].map((i) => complete(envOf(i), after)));
    const url = new URL(connectionString);
    url.username = 'postgres';
    compare(await readSetupFacts(url.href), { wanted: SET_UP_ONCE, after });
    await Promise.all(servers.map((server) => server?.end('SIGTERM')));
  } finally {
    await drop();
    rmSync(folder, { recursive: true, force: true });
  }
}

// Ctrl-C: what has been seen until then is shown.
process.once('SIGINT', () => {
  wantedKills = 0;
});
const began = performance.now();
const wanted = await embeddedRound(0, null);
if (!wanted) throw new Error(`an undisturbed start does not complete: ${stuck.join('; ')}`);
const { cluster, stop } = await startTestCluster();
try {
  for (let round = 0; kills < wantedKills; round++) {
    await embeddedRound(round, wanted);
    if (kills < wantedKills) await replicaRound(round, { cluster, wanted });
    if (kills < wantedKills) await setupRound(round, cluster);
    const seconds = Math.round((performance.now() - began) / 1000);
    console.error(`round ${round + 1}: ${kills} kills, ${stuck.length} stuck, ${seconds} s`);
  }
} finally {
  await stop();
}
console.log(`${'point'.padEnd(78)}killed  came too late`);
for (const [name, { killed, missed }] of tallies)
  console.log(`${name.padEnd(78)}${String(killed).padStart(6)}${String(missed).padStart(15)}`);
for (const line of [...stuck, ...wrong]) console.log(line);
console.log(
  `${kills} kills, ${completed} starts afterwards; stuck: ${stuck.length}, with something missing or twice: ${wrong.length}`,
);
process.exitCode = stuck.length + wrong.length > 0 ? 1 : 0;
