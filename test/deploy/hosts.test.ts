import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { makeDestination, type TestDestination } from '../support/deploy/destination.ts';
import { startRegistry, type TestRegistry } from '../support/deploy/registry.ts';
import {
  runDeployer,
  servedVersion,
  startCustomers,
  storedRows,
  storeRow,
} from '../support/deploy/rig.ts';
import { type SshServer, startSshServer } from '../support/deploy/ssh-server.ts';
import { pushBulk, pushStandIn } from '../support/deploy/stand-in-image.ts';

/** What goes wrong around a deploy: network, registry, disk, a second deployer, curious eyes. */
let registry: TestRegistry;
let ssh: SshServer;
let image: string;
let place: TestDestination;
/** Another one, with the database inside. */
let inside: TestDestination | undefined;
let digests: Record<string, string>;

beforeAll(async () => {
  registry = await startRegistry();
  ssh = await startSshServer('shop.example');
  image = `${registry.address}/parstock`;
  digests = {
    old: pushStandIn(image, { version: '1.0.0' }),
    next: pushStandIn(image, { version: '1.1.0', schema: '0002-second' }),
  };
  place = await makeDestination({ image, ssh, mode: 'external' });
  const first = await runDeployer(place, { version: '1.0.0', secret: SECRET });
  expect(first.code, first.said).toBe(0);
}, 240_000);

afterAll(async () => {
  place?.remove();
  inside?.remove();
  ssh?.close();
  await registry?.close();
});

const SECRET = 'postgres://user:pl4nted-s3cret-value@db/parstock';
const docker = (...words: string[]) => execFileSync('docker', words, { encoding: 'utf8' });

/** A deploy whose connection is cut when a step begins: it is taken back, and no customer notices. */
async function cutOffAt(step: string, at: typeof place): Promise<void> {
  const customers = startCustomers(at);
  const end = await runDeployer(at, {
    version: '1.1.0',
    onEvent: ({ began }) => {
      if (began !== step) return;
      ssh.cut();
      setTimeout(() => void ssh.restart(), 1_500);
    },
  });
  expect((await customers.stop()).faults).toEqual([]);
  expect(end.last, end.said).toMatchObject({ outcome: 'undone', failure: { step } });
  expect(await servedVersion(at)).toBe('1.0.0');
  expect(runningVersions(at)).toEqual(['1.0.0']);
}

describe('ssh', () => {
  test.each(['start', 'ready', 'switch', 'watch'])(
    'cut off at %s: everything is taken back once the host answers again',
    (step) => cutOffAt(step, place),
  );

  test.each(['ahead', 'pause', 'copy', 'start'])(
    'cut off at %s, with the database inside: requests wait, and the old version answers them',
    async (step) => {
      inside ??= await makePlaceInside();
      const rows = await storedRows(inside);
      await cutOffAt(step, inside);
      expect(await storedRows(inside)).toEqual(rows);
    },
  );

  test('a host that is not there, an unknown key and a refused user are told apart', async () => {
    const other = await startSshServer('gone.example');
    const lost = await makeDestination({ image, ssh: other, mode: 'external' });
    const known = join(other.config, '..', 'known_hosts');
    const keep = readFileSync(known, 'utf8');
    execFileSync('sh', ['-c', ': >"$1"', 'sh', known]);
    expect((await runDeployer(lost, { version: '1.0.0' })).last.refused).toBe('host_key_unknown');
    execFileSync('sh', ['-c', 'printf %s "$1" >"$2"', 'sh', keep, known]);
    execFileSync('sh', ['-c', ': >"$1"', 'sh', join(other.config, '..', 'authorized')]);
    expect((await runDeployer(lost, { version: '1.0.0' })).last.refused).toBe('host_refused');
    other.cut();
    const end = await runDeployer(lost, { version: '1.0.0' });
    expect(end.last).toMatchObject({
      refused: 'host_unreachable',
      details: { found: 'ECONNREFUSED' },
    });
    lost.remove();
    other.close();
  });
});

async function makePlaceInside(): Promise<TestDestination> {
  const made = await makeDestination({ image, ssh, mode: 'embedded' });
  const first = await runDeployer(made, { version: '1.0.0' });
  expect(first.code, first.said).toBe(0);
  await storeRow(made, 'first');
  return made;
}

const runningVersions = ({ service }: TestDestination) =>
  docker(
    ...['ps', '--filter', `label=org.parstock.service=${service}`],
    ...['--format', '{{.Label "org.parstock.version"}}'],
  )
    .split('\n')
    .filter(Boolean);

test('a registry that dies in the middle of a pull leaves the old version in place', async () => {
  // Pushed on the straight way: the flaky one needs this process, which waits for the push.
  const bulk = pushBulk(image, { from: '1.1.0', version: '3.0.0' });
  docker('image', 'rm', `${image}:3.0.0`);
  const way = await startFlakyWay(registry.address);
  const here = await makeDestination({ image: `${way.address}/parstock`, ssh, mode: 'external' });
  try {
    const first = await runDeployer(here, { version: '1.0.0' });
    expect(first.code, first.said).toBe(0);
    way.dieAfter(4_000_000);
    const end = await runDeployer(here, { version: bulk });
    expect(way.died()).toBe(true);
    expect(end.last).toMatchObject({ outcome: 'undone', failure: { step: 'pull' } });
    expect(await servedVersion(here)).toBe('1.0.0');
  } finally {
    here.remove();
    way.close();
  }
});

describe('a full disk', () => {
  test('under the backups fails the backup, before anything is touched', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'parstock-full-'));
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=64k,mode=0777', 'tmpfs', folder]);
    const here = await makeDestination({
      image,
      ssh,
      mode: 'external',
      settings: { volumes: { backups: folder } },
    });
    try {
      expect((await runDeployer(here, { version: '1.0.0' })).code).toBe(0);
      await fetch(`${here.url}/rows`, { method: 'POST', body: 'x'.repeat(200_000) });
      const end = await runDeployer(here, { version: '1.1.0' });
      expect(end.last).toMatchObject({ outcome: 'undone', failure: { step: 'backup' } });
      expect(end.last.failure!.words).toMatch(/No space left/);
      expect(await servedVersion(here)).toBe('1.0.0');
    } finally {
      here.remove();
      execFileSync('umount', [folder]);
      rmSync(folder, { recursive: true });
    }
  });

  test('under our folder refuses the deploy at its first line', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'parstock-full-'));
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=16k', 'tmpfs', folder]);
    const here = await makeDestination({ image, ssh, mode: 'external', settings: { folder } });
    try {
      mkdirSync(join(folder, here.service));
      execFileSync('sh', ['-c', 'cat /dev/zero >"$1"/fill 2>/dev/null; true', 'sh', folder]);
      const end = await runDeployer(here, { version: '1.0.0' });
      expect(end.last).toMatchObject({ refused: 'host_not_ready' });
      expect(end.code).toBe(1);
    } finally {
      here.remove();
      execFileSync('umount', [folder]);
      rmSync(folder, { recursive: true });
    }
  });
});

test('of two deploys at once one is refused, and told who is at work', async () => {
  let second: ReturnType<typeof runDeployer> | undefined;
  const first = await runDeployer(place, {
    version: '1.1.0',
    who: 'anna',
    secret: SECRET,
    onEvent: ({ began }) => {
      if (began === 'pull') second = runDeployer(place, { version: '1.0.0', who: 'ben' });
    },
  });
  const refused = await second!;
  expect(refused.last).toMatchObject({ refused: 'lease_held' });
  expect(refused.last.details?.owner).toMatch(/^anna on /);
  expect(refused.code).toBe(1);
  expect(first.last.outcome).toBe('done');
  expect(await servedVersion(place)).toBe('1.1.0');
});

test('an approval is asked for, given, and taken back', async () => {
  const { approve, readDeployment } = await import('../../src/deploy/index.ts');
  place.change({ approval: true });
  const around = {
    deployment: readDeployment(place.file),
    env: process.env,
    now: () => new Date(),
    who: 'carla',
  };
  const without = await runDeployer(place, { version: '1.0.0' });
  expect(without.last).toMatchObject({ refused: 'approval_missing' });
  expect(without.last.details?.next).toBe(`parstock approve ${place.name} ${digests.old}`);
  await approve(around, { name: place.name, digest: digests.old!, given: true });
  expect((await runDeployer(place, { version: '1.0.0', secret: SECRET })).last.outcome).toBe(
    'done',
  );
  await approve(around, { name: place.name, digest: digests.old!, given: false });
  const again = await runDeployer(place, { version: digests.old! });
  expect(again.last).toMatchObject({ refused: 'approval_missing' });
  place.change({});
});

test('a planted secret is nowhere but in the server', async () => {
  const arguments_: string[] = [];
  const looking = setInterval(() => {
    arguments_.push(execFileSync('ps', ['-eo', 'args', '-ww'], { encoding: 'utf8' }));
  }, 100);
  const good = await runDeployer(place, { version: '1.1.0', secret: SECRET });
  // A version whose failure makes the deployer quote logs and commands.
  pushStandIn(image, { version: '9.0.1', fault: 'start' });
  const bad = await runDeployer(place, { version: '9.0.1', secret: SECRET });
  clearInterval(looking);
  expect([good.last.outcome, bad.last.outcome]).toEqual(['done', 'undone']);
  const told = (await (await fetch(`${place.url}/environment`)).json()) as { secret: string };
  expect(told.secret).toBe(SECRET);
  const planted = 'pl4nted-s3cret-value';
  expect(arguments_.length).toBeGreaterThan(10);
  expect(arguments_.join('\n')).not.toContain(planted);
  expect(good.said + bad.said).not.toContain(planted);
  const files = readdirSync(place.folder).map((name) => join(place.folder, name));
  expect(files.map((file) => file.split('/').at(-1))).toContain('journal.jsonl');
  for (const file of files) expect(readFileSync(file, 'utf8'), file).not.toContain(planted);
  expect(statSync(join(place.folder, 'deploy-key')).mode & 0o777).toBe(0o600);
  for (const digest of Object.values(digests)) {
    expect(docker('history', '--no-trunc', `${image}@${digest}`)).not.toContain(planted);
    const search = 'docker save "$1" | grep --text --count --fixed-strings "$2"; true';
    const found = execFileSync('sh', ['-c', search, 'sh', `${image}@${digest}`, planted]);
    expect(found.toString().trim()).toBe('0');
  }
  for (const name of docker(
    'ps',
    '-a',
    '-q',
    '--filter',
    `label=org.parstock.service=${place.service}`,
  )
    .split('\n')
    .filter(Boolean))
    expect(docker('logs', name)).not.toContain(planted);
});

interface FlakyWay {
  readonly address: string;
  /** Ends every connection, and takes no more, once so many bytes have come from the registry. */
  dieAfter(bytes: number): void;
  died(): boolean;
  close(): void;
}

async function startFlakyWay(to: string): Promise<FlakyWay> {
  const [host, port] = to.split(':');
  const sockets = new Set<Socket>();
  let left = Number.POSITIVE_INFINITY;
  const end = () => {
    for (const socket of sockets) socket.destroy();
  };
  const server: Server = createServer((client) => {
    if (left <= 0) {
      client.destroy();
      return;
    }
    const registryEnd = connect({ host: host!, port: Number(port) });
    for (const socket of [client, registryEnd]) {
      sockets.add(socket);
      socket.on('error', () => socket.destroy());
      socket.on('close', () => sockets.delete(socket));
    }
    client.pipe(registryEnd);
    registryEnd.on('data', (piece) => {
      left -= piece.length;
      client.write(piece);
      if (left <= 0) end();
    });
    registryEnd.on('end', () => client.end());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port: own } = server.address() as AddressInfo;
  return {
    address: `127.0.0.1:${own}`,
    dieAfter: (bytes) => {
      left = bytes;
    },
    died: () => left <= 0,
    close: () => {
      end();
      server.close();
    },
  };
}
