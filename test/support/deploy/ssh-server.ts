import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { freePort, until } from './registry.ts';

/** A real sshd on the loopback, with keys of its own: what a host is to a deploy. */
export interface SshServer {
  /** Name of the host in the ssh configuration. */
  readonly alias: string;
  /** The configuration to hand to ssh -F. */
  readonly config: string;
  /** Ends the server and all connections, as a network that breaks. */
  cut(): void;
  restart(): Promise<void>;
  close(): void;
}

/** Keys and settings of an ssh server, and how a client finds it. */
export interface SshFolder {
  readonly alias: string;
  readonly folder: string;
  /** The configuration to hand to ssh -F. */
  readonly config: string;
  /** The settings of the server. */
  readonly daemon: string;
}

/** Makes a host key, a user key, and the settings of both sides. */
export function makeSshFolder(place: { alias: string; address: string; port: number }): SshFolder {
  const { alias, address, port } = place;
  const folder = mkdtempSync(join(tmpdir(), 'parstock-sshd-'));
  for (const key of ['host', 'user'])
    execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', join(folder, key)]);
  const hostKey = readFileSync(join(folder, 'host.pub'), 'utf8').trim();
  const known = port === 22 ? address : `[${address}]:${port}`;
  writeFileSync(join(folder, 'known_hosts'), `${known} ${hostKey}\n`);
  writeFileSync(join(folder, 'authorized'), readFileSync(join(folder, 'user.pub')), {
    mode: 0o600,
  });
  const daemon = join(folder, 'sshd_config');
  writeFileSync(daemon, daemonSettings({ folder, address, port }));
  const config = join(folder, 'ssh_config');
  writeFileSync(config, clientSettings({ folder, address, port, alias }));
  return { alias, folder, config, daemon };
}

export async function startSshServer(alias: string): Promise<SshServer> {
  const port = await freePort();
  const { folder, config, daemon } = makeSshFolder({ alias, address: '127.0.0.1', port });
  // sshd wants this folder, and refuses to make it.
  if (userInfo().uid === 0) mkdirSync('/run/sshd', { recursive: true });
  let child: ChildProcess;
  const start = async () => {
    // A group of its own: with it, the processes of the connections end, too.
    child = spawn('/usr/sbin/sshd', ['-D', '-f', daemon], {
      stdio: 'ignore',
      detached: true,
    });
    await until(() => listens(port), 'sshd');
  };
  const cut = () => {
    for (const pid of connectionsOf(child.pid!)) signal(pid);
    signal(child.pid!);
  };
  await start();
  return {
    alias,
    config,
    cut,
    restart: start,
    close: () => {
      cut();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

function signal(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It has ended by itself.
  }
}

/** sshd's processes for its connections, which are sessions of their own. */
function connectionsOf(daemon: number): number[] {
  const children = (pid: number): number[] =>
    execFileSync('ps', ['-o', 'pid=,comm=', '--ppid', String(pid)], { encoding: 'utf8' })
      .split('\n')
      .filter((line) => /sshd/.test(line))
      .map((line) => Number.parseInt(line, 10));
  try {
    const first = children(daemon);
    return [...first, ...first.flatMap(childrenOrNone)];
  } catch {
    return [];
  }
  function childrenOrNone(pid: number): number[] {
    try {
      return children(pid);
    } catch {
      return [];
    }
  }
}

interface Settings {
  readonly folder: string;
  readonly address: string;
  readonly port: number;
}

function daemonSettings({ folder, address, port }: Settings): string {
  return [
    `Port ${port}`,
    `ListenAddress ${address}`,
    `HostKey ${folder}/host`,
    `AuthorizedKeysFile ${folder}/authorized`,
    `PidFile ${folder}/sshd.pid`,
    'PasswordAuthentication no',
    'KbdInteractiveAuthentication no',
    'UsePAM no',
    'StrictModes no',
    // bash reads the user's own settings for a command over ssh, unless it is told that it runs inside another
    // shell: what this machine's user has there (a version manager with a lock of its own) is no host's.
    'SetEnv SHLVL=2',
    'PermitRootLogin prohibit-password',
    'MaxSessions 100',
    'MaxStartups 100',
    '',
  ].join('\n');
}

function clientSettings(options: Settings & { alias: string }): string {
  const { folder, address, port, alias } = options;
  return [
    `Host ${alias}`,
    `  HostName ${address}`,
    `  Port ${port}`,
    `  User ${userInfo().username}`,
    `  IdentityFile ${folder}/user`,
    '  IdentitiesOnly yes',
    `  UserKnownHostsFile ${folder}/known_hosts`,
    '  StrictHostKeyChecking yes',
    '',
  ].join('\n');
}

function listens(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host: '127.0.0.1', port });
    socket.on('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.on('error', () => resolve(false));
  });
}
