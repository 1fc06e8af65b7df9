import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type TestRegistry, until } from './registry.ts';
import { makeSshFolder, type SshFolder } from './ssh-server.ts';

/**
 * A host of the test's own, to be switched off: processes, network and mounts in namespaces apart, with
 * an engine, an ssh server and the registry inside. What happens to it cannot reach the engine of the
 * machine that the tests run on.
 */
export interface TestMachine {
  /** Its address on a network of two: itself and us. */
  readonly address: string;
  readonly ssh: SshFolder;
  /** Ends every process at once, as when the power fails, and starts it again. */
  reboot(): Promise<void>;
  /** Runs a command in it; gives what it says. */
  run(...words: string[]): string;
  /** Where the engine keeps its images: a disk of its own where one was asked for. */
  readonly engineFolder: string;
  close(): Promise<void>;
}

const BOOT = fileURLToPath(new URL('boot-machine.sh', import.meta.url));
const PROXY = 'basecamp/kamal-proxy:latest';
const SSH_PORT = 22;
let boots = 0;

export async function startMachine(options: {
  alias: string;
  registry: TestRegistry;
  /** Size of a disk of its own for the engine. */
  diskMegabytes?: number;
}): Promise<TestMachine> {
  const { alias, registry, diskMegabytes } = options;
  const folder = mkdtempSync(join(tmpdir(), 'parstock-machine-'));
  const engineFolder = join(folder, 'engine');
  mkdirSync(engineFolder);
  const net = freeNet();
  const address = `${net}.2`;
  const ssh = makeSshFolder({ alias, address, port: SSH_PORT });
  const disk = diskMegabytes === undefined ? '' : makeDisk(folder, diskMegabytes);
  const boot = () => start({ folder, engineFolder, net, disk, ssh, registry });
  let running = await boot();
  const run = (...words: string[]) => inside(running.pid, words);
  loadProxy(running.pid);
  return {
    address,
    ssh,
    engineFolder,
    run,
    reboot: async () => {
      await end(running.child);
      running = await boot();
    },
    close: async () => {
      await end(running.child);
      removeControlGroups(basename(folder));
      rmSync(ssh.folder, { recursive: true, force: true });
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

interface Boot {
  readonly folder: string;
  readonly engineFolder: string;
  readonly net: string;
  readonly disk: string;
  readonly ssh: SshFolder;
  readonly registry: TestRegistry;
}

async function start({ folder, engineFolder, net, disk, ssh, registry }: Boot) {
  const words = [net, engineFolder, disk, ssh.daemon, registry.settings, basename(folder)];
  const apart = ['--net', '--mount', '--pid', '--fork', '--kill-child', '--mount-proc'];
  const child = spawn('unshare', [...apart, 'sh', BOOT, ...words, folder], {
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  const children = `/proc/${child.pid}/task/${child.pid}/children`;
  let pid = 0;
  await until(() => {
    pid = Number(readFileSync(children, 'utf8').trim().split(' ')[0]);
    // Not before it has namespaces of its own: the cable must not end up in ours.
    return pid > 0 && readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes('boot-machine');
  }, 'the first process of a machine');
  const cable = `ps${process.pid % 100_000}b${boots++ % 1000}`;
  ip('link', 'add', cable, 'type', 'veth', 'peer', 'name', 'eth0', 'netns', String(pid));
  ip('addr', 'add', `${net}.1/30`, 'dev', cable);
  ip('link', 'set', cable, 'up');
  await until(() => inside(pid, ['docker', 'version']) !== '', 'the engine of a machine', 60);
  return { child, pid };
}

/** All of it: the namespace ends with its first process, which ends with the one that made it. */
async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  child.kill('SIGKILL');
  await once(child, 'exit');
}

function inside(pid: number, words: readonly string[]): string {
  const spaces = ['--target', String(pid), '--net', '--mount', '--pid'];
  return execFileSync('nsenter', [...spaces, ...words], { encoding: 'utf8', stdio: 'pipe' });
}

function loadProxy(pid: number): void {
  const script = 'docker save "$2" | nsenter --target "$1" --net --mount --pid docker load --quiet';
  execFileSync('sh', ['-c', script, 'sh', String(pid), PROXY], { stdio: 'pipe' });
}

function makeDisk(folder: string, megabytes: number): string {
  const disk = join(folder, 'disk.img');
  writeFileSync(disk, '');
  execFileSync('truncate', ['--size', `${megabytes}M`, disk]);
  execFileSync('mkfs.ext4', ['-q', '-m', '0', disk]);
  return disk;
}

/** Three numbers of a network that nothing here is on. */
function freeNet(): string {
  const taken = ip('-4', 'addr');
  for (let third = 0; third < 256; third++)
    if (!taken.includes(` 10.213.${third}.`)) return `10.213.${third}`;
  throw new Error('no network is left for a machine');
}

const ip = (...words: string[]) => execFileSync('ip', words, { encoding: 'utf8' });

/** The kernel keeps the groups of processes that are gone. */
function removeControlGroups(name: string): void {
  const script = 'find /sys/fs/cgroup -depth -type d -path "*/$1*" -exec rmdir {} + 2>/dev/null';
  execFileSync('sh', ['-c', `${script}; true`, 'sh', name]);
}
