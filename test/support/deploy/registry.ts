import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

/** A registry of the test's own, Debian's docker-registry, on a free port. */
export interface TestRegistry {
  /** host:port, as it stands in an image's name. */
  readonly address: string;
  /** Its settings, for another process that serves the same images. */
  readonly settings: string;
  kill(): Promise<void>;
  /** Starts it again with what was pushed. */
  revive(): Promise<void>;
  close(): Promise<void>;
}

export async function startRegistry(): Promise<TestRegistry> {
  const folder = mkdtempSync(join(tmpdir(), 'parstock-registry-'));
  const port = await freePort();
  const address = `127.0.0.1:${port}`;
  const settings = join(folder, 'registry.yml');
  writeFileSync(
    settings,
    `version: 0.1\nlog: { level: error }\nstorage: { filesystem: { rootdirectory: ${folder}/data } }\nhttp: { addr: '${address}' }\n`,
  );
  let child: ChildProcess;
  const start = async () => {
    child = spawn('docker-registry', ['serve', settings], { stdio: 'ignore' });
    await until(async () => (await fetch(`http://${address}/v2/`)).ok, 'the registry');
  };
  const kill = async () => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    child.kill('SIGKILL');
    await once(child, 'exit');
  };
  await start();
  return {
    address,
    settings,
    kill,
    revive: start,
    close: async () => {
      removeImages(address);
      await kill();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** What the engine has from a registry that nobody will ask again, by its names: others may share the layers. */
function removeImages(address: string): void {
  const names = `docker image ls --digests --filter "reference=$1/*" \
    --format '{{.Repository}}:{{.Tag}} {{.Repository}}@{{.Digest}}' | tr ' ' '\\n'`;
  const script = `${names} | grep -v '<none>' | sort -u | xargs -r -n 1 docker image rm >/dev/null 2>&1; true`;
  execFileSync('sh', ['-c', script, 'sh', address], { stdio: 'ignore' });
}

export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.on('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as { port: number };
      server.close(() => resolve(port));
    });
  });
}

/** Waits until a question is answered with yes. */
export async function until(
  ask: () => Promise<boolean> | boolean,
  what: string,
  seconds = 30,
): Promise<void> {
  const deadline = performance.now() + seconds * 1000;
  for (;;) {
    try {
      if (await ask()) return;
    } catch {
      // Not there yet.
    }
    if (performance.now() > deadline) throw new Error(`waited ${seconds} s for ${what}`);
    await sleep(100);
  }
}
