import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, renameSync, rmdirSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { type ServerProcess, startServerProcess } from './server-process.ts';

const run = promisify(execFile);

export const administrator = { email: 'ada@example.com', password: 'correct horse battery' };

export interface DemoServer {
  readonly origin: string;
  /** Asks the API as the administrator; refuses anything but success. */
  ask<T>(method: string, path: string, body?: unknown): Promise<T>;
  stop(): Promise<void>;
}

/** A server of its own on the demo data, with its first forecast run completed. */
export async function startDemoServer(): Promise<DemoServer> {
  const folder = await mkdtemp(join(tmpdir(), 'parstock-page-'));
  // With its owner: as root, the database runs as a user of its own.
  await run('cp', ['-a', await completedDemo(), join(folder, 'data')]);
  const server = await serveDemo(join(folder, 'data'));
  return {
    origin: server.origin,
    ask: await signedIn(server),
    stop: async () => {
      await server.end('SIGTERM');
      await rm(folder, { recursive: true, force: true });
    },
  };
}

function serveDemo(dataDir: string): Promise<ServerProcess> {
  return startServerProcess({
    PARSTOCK_DATA_DIR: dataDir,
    PARSTOCK_DEMO: '1',
    PARSTOCK_COMPANY_NAME: 'Pastificio Uno',
    PARSTOCK_ADMIN_EMAIL: administrator.email,
    PARSTOCK_ADMIN_PASSWORD: administrator.password,
  });
}

/**
 * The data of a server that has forecast the demo and stopped. Whoever asks first in a test run makes
 * them, which takes half a minute, and the others wait; the folder goes with the run.
 */
async function completedDemo(): Promise<string> {
  const shared = process.env.PARSTOCK_TEST_FOLDER!;
  const made = join(shared, 'demo');
  const lock = join(shared, 'demo-lock');
  while (!existsSync(made)) {
    if (!takeLock(lock)) {
      await sleep(200);
      continue;
    }
    try {
      if (!existsSync(made)) await makeDemo(made);
    } finally {
      rmdirSync(lock);
    }
  }
  return made;
}

function takeLock(folder: string): boolean {
  try {
    mkdirSync(folder);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

async function makeDemo(folder: string): Promise<void> {
  const inWork = `${folder}-in-work`;
  const server = await serveDemo(inWork);
  await completedRun(await signedIn(server));
  await server.end('SIGTERM');
  renameSync(inWork, folder);
}

async function signedIn({ origin }: ServerProcess): Promise<DemoServer['ask']> {
  const headers: Record<string, string> = { origin, 'content-type': 'application/json' };
  const session = await fetch(`${origin}/api/v1/session`, {
    method: 'POST',
    headers,
    body: JSON.stringify(administrator),
  });
  const cookie = session.headers.get('set-cookie')?.split(';')[0];
  if (!session.ok || !cookie) throw new Error(`sign-in answered ${session.status}`);
  return async <T>(method: string, path: string, body?: unknown) => {
    const answer = await fetch(`${origin}/api/v1${path}`, {
      method,
      headers: { ...headers, cookie },
      body: body === undefined ? undefined : JSON.stringify(body),
    });
    if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${await answer.text()}`);
    return (await answer.json()) as T;
  };
}

/** The demo forecasts itself; nobody has to ask for its first run. */
async function completedRun(ask: DemoServer['ask']): Promise<void> {
  const first = async () => {
    const { items } = await ask<{ items: { state: string }[] }>('GET', '/runs');
    return items[0]?.state;
  };
  let state = await first();
  while (state === 'queued' || state === 'running') {
    await sleep(500);
    state = await first();
  }
  if (state !== 'completed') throw new Error(`the first run: ${state}`);
}
