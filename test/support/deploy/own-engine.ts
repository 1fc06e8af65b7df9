import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, statfsSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { until } from './registry.ts';

/** A Docker Engine of the test's own, on a disk of its own: to be killed, and to be filled up. */
export interface OwnEngine {
  /** For DOCKER_HOST. */
  readonly address: string;
  docker(...words: string[]): string;
  /** Ends the engine and everything that it runs, as a power cut would. */
  crash(): Promise<void>;
  restart(): Promise<void>;
  /** Leaves so many bytes free on its disk. */
  fillUp(leave: number): void;
  close(): Promise<void>;
}

const DISK = '3g';
const ADDRESSES = '10.213.0.0/16';

export async function startOwnEngine(): Promise<OwnEngine> {
  const folder = mkdtempSync(join(tmpdir(), 'parstock-engine-'));
  const disk = join(folder, 'disk');
  execFileSync('mkdir', [disk]);
  execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${DISK}`, 'tmpfs', disk]);
  const bridge = `ps${folder.slice(-6).toLowerCase()}`;
  execFileSync('ip', ['link', 'add', bridge, 'type', 'bridge']);
  execFileSync('ip', ['addr', 'add', '10.212.255.1/24', 'dev', bridge]);
  execFileSync('ip', ['link', 'set', bridge, 'up']);
  const address = `unix://${folder}/engine.sock`;
  let child: ChildProcess;
  const docker = (...words: string[]) =>
    execFileSync('docker', ['-H', address, ...words], { encoding: 'utf8', stdio: 'pipe' });
  const start = async () => {
    rmSync(join(folder, 'pid'), { force: true });
    // A bridge of its own and no firewall rules: those of the machine's own engine stay as they are.
    // Without any (none), an engine takes down docker0, whoever made it.
    const words = [
      ...['--data-root', disk, '--exec-root', join(folder, 'exec'), '-H', address],
      ...['--pidfile', join(folder, 'pid'), `--bridge=${bridge}`, '--iptables=false'],
      ...['--default-address-pool', `base=${ADDRESSES},size=24`],
    ];
    child = spawn('dockerd', words, { stdio: 'ignore', detached: true });
    await until(() => docker('info') !== '', 'the engine', 60);
  };
  const crash = async () => {
    if (child.exitCode === null && child.signalCode === null) {
      const gone = once(child, 'exit');
      process.kill(-child.pid!, 'SIGKILL');
      await gone;
    }
    // The containers' processes are children of shims that outlive their engine.
    killBelow(folder);
    // After a reboot, mounts and everything of the engine but its disk are gone.
    execFileSync('sh', ['-c', LET_GO, 'sh', folder, disk]);
    rmSync(join(folder, 'exec'), { recursive: true, force: true });
  };
  firewall('-I');
  await start();
  return {
    address,
    docker,
    crash,
    restart: start,
    fillUp: (leave) => {
      const { bavail, bsize } = statfsSync(disk);
      execFileSync('fallocate', ['-l', String(bavail * bsize - leave), join(disk, 'fill')]);
    },
    close: async () => {
      await crash();
      firewall('-D');
      execFileSync('ip', ['link', 'delete', bridge]);
      execFileSync('umount', ['-l', disk]);
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/**
 * The machine's own engine, where there is one, drops what goes from one container to another on a bridge
 * that it does not know. Its chain for rules of others lets ours through.
 */
function firewall(change: '-I' | '-D'): void {
  const rule = ['-s', ADDRESSES, '-d', ADDRESSES, '-j', 'ACCEPT'];
  try {
    execFileSync('iptables', ['-w', change, 'DOCKER-USER', ...rule], { stdio: 'pipe' });
  } catch {
    // No such chain: nothing is dropped.
  }
}

/** Layers of containers and namespaces of networks are mounts below the folder. */
const LET_GO = `
for mount in $(sed 's/^[^ ]* \\([^ ]*\\).*/\\1/' /proc/mounts | grep "^$1/" | sort -r); do
  [ "$mount" = "$2" ] || umount -l "$mount" 2>/dev/null
done
true`;

/** Processes that name the folder in their arguments: the containers' shims, and what they run. */
function killBelow(folder: string): void {
  const lines = execFileSync('ps', ['-eo', 'pid=,ppid=,args=', '-ww'], { encoding: 'utf8' });
  const all = lines
    .split('\n')
    .map((line) => /^\s*(\d+)\s+(\d+)\s+(.*)$/.exec(line))
    .filter((found) => found !== null)
    .map(([, pid, parent, words]) => ({ pid: Number(pid), parent: Number(parent), words: words! }));
  const shims = all.filter(
    ({ words }) => /containerd|docker-proxy/.test(words) && words.includes(folder),
  );
  const theirs = all.filter(({ parent }) => shims.some(({ pid }) => pid === parent));
  for (const { pid } of [...theirs, ...shims]) {
    try {
      process.kill(pid, 'SIGKILL');
    } catch {
      // It went with the others.
    }
  }
  writeFileSync(join(folder, 'crashed'), '');
}
