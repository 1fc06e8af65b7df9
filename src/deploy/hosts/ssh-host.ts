import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Refusal } from '../../contract/errors.ts';
import type { CommandOutcome, Host, Tunnel } from './host.ts';
import { runProcess } from './run-process.ts';
import { shellLine } from './shell-words.ts';
import { whySshFailed } from './ssh-failure.ts';

/** Where a host is, as far as deploy.yml says; the rest is in the user's own ssh configuration. */
export interface SshAddress {
  readonly address: string;
  readonly user?: string | undefined;
  readonly port?: number | undefined;
  /** Another configuration file than the user's own. */
  readonly config?: string | undefined;
  readonly connectSeconds: number;
}

/** ssh's own failures; a remote command that ends with 255 cannot be told from them. */
const SSH_FAILED = 255;
const ATTEMPTS = 3;

/** A host behind the system's ssh: the user's configuration, known hosts and agent. */
export function openSshHost(address: SshAddress): Host {
  // A socket's path may hold 104 letters: the folder must be short, and ours alone.
  const folder = mkdtempSync(join(tmpdir(), 'parstock-'));
  const words = sshWords(address, join(folder, '%C'));
  const target = address.address;
  return {
    name: target,
    run: async (command, options = {}) => {
      const outcome = await runProcess([...words, '--', target, shellLine(command)], options);
      if (outcome.code !== SSH_FAILED) return outcome;
      throw await whySshFailed(address, outcome);
    },
    openTunnel: (port) => openTunnel({ words, target, port, address }),
    close: async () => {
      await runProcess([...words, '-O', 'exit', target]);
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** The options of every call: never a question, one connection for all, a dead one noticed soon. */
export function sshWords(address: SshAddress, controlPath: string): string[] {
  const { user, port, config, connectSeconds } = address;
  return [
    'ssh',
    ...(config === undefined ? [] : ['-F', config]),
    ...(user === undefined ? [] : ['-l', user]),
    ...(port === undefined ? [] : ['-p', String(port)]),
    ...option('BatchMode', 'yes'),
    ...option('ConnectTimeout', connectSeconds),
    ...option('ServerAliveInterval', 5),
    ...option('ServerAliveCountMax', 3),
    ...option('ControlMaster', 'auto'),
    ...option('ControlPath', controlPath),
    ...option('ControlPersist', 60),
  ];
}

const option = (name: string, value: string | number) => ['-o', `${name}=${value}`];

interface TunnelRequest {
  readonly words: readonly string[];
  readonly target: string;
  readonly port: number;
  readonly address: SshAddress;
}

async function openTunnel({ words, target, port, address }: TunnelRequest): Promise<Tunnel> {
  let last: CommandOutcome | undefined;
  // Between finding a free port and ssh taking it, another program may have been quicker.
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const own = await freePort();
    const forward = ['-L', `127.0.0.1:${own}:127.0.0.1:${port}`];
    last = await runProcess([...words, '-O', 'forward', ...forward, target]);
    if (last.code === 0)
      return {
        port: own,
        close: async () => {
          await runProcess([...words, '-O', 'cancel', ...forward, target]);
        },
      };
    // The master may have gone away: any command brings it back.
    await runProcess([...words, '--', target, 'true']);
  }
  throw new Refusal('host_refused', {
    where: address.address,
    found: last?.stderr.trim(),
    wanted: 'port forwarding (AllowTcpForwarding yes in its sshd_config)',
  });
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.on('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address ? address.port : 0));
    });
  });
}
