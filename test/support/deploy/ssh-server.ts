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

export async function startSshServer(alias: string): Promise<SshServer> {
  const folder = mkdtempSync(join(tmpdir(), 'parstock-sshd-'));
  const port = await freePort();
  for (const key of ['host', 'user'])
    execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', join(folder, key)]);
  const hostKey = readFileSync(join(folder, 'host.pub'), 'utf8').trim();
  writeFileSync(join(folder, 'known_hosts'), `[127.0.0.1]:${port} ${hostKey}\n`);
  writeFileSync(join(folder, 'authorized'), readFileSync(join(folder, 'user.pub')), {
    mode: 0o600,
  });
  writeFileSync(join(folder, 'sshd_config'), daemonSettings(folder, port));
  const config = join(folder, 'ssh_config');
  writeFileSync(config, clientSettings({ folder, port, alias }));
  // sshd wants this folder, and refuses to make it.
  if (userInfo().uid === 0) mkdirSync('/run/sshd', { recursive: true });
  let child: ChildProcess;
  const start = async () => {
    // A group of its own: with it, the processes of the connections end, too.
    child = spawn('/usr/sbin/sshd', ['-D', '-f', join(folder, 'sshd_config')], {
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

function daemonSettings(folder: string, port: number): string {
  return [
    `Port ${port}`,
    'ListenAddress 127.0.0.1',
    `HostKey ${folder}/host`,
    `AuthorizedKeysFile ${folder}/authorized`,
    `PidFile ${folder}/sshd.pid`,
    'PasswordAuthentication no',
    'KbdInteractiveAuthentication no',
    'UsePAM no',
    'StrictModes no',
    'PermitRootLogin prohibit-password',
    'MaxSessions 100',
    'MaxStartups 100',
    '',
  ].join('\n');
}

function clientSettings(options: { folder: string; port: number; alias: string }): string {
  const { folder, port, alias } = options;
  return [
    `Host ${alias}`,
    '  HostName 127.0.0.1',
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
