import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { freePort } from './registry.ts';

/** A destination of the test's own: a file for the deployer, and a way to ask from outside. */
export interface TestDestination {
  readonly name: string;
  readonly file: string;
  /** Address of the proxy, as a customer sees it. */
  readonly url: string;
  readonly proxy: string;
  readonly service: string;
  /** Our folder on the host. */
  readonly folder: string;
  change(settings: Record<string, unknown>): void;
  /** Removes everything that carries the destination's labels. */
  remove(): void;
}

export async function makeDestination(options: {
  image: string;
  ssh?: { readonly alias: string; readonly config: string };
  /** Of a host that is not this machine. */
  address?: string;
  mode: 'embedded' | 'external';
  settings?: Record<string, unknown>;
  top?: Record<string, unknown>;
}): Promise<TestDestination> {
  const { image, ssh, address, mode, settings = {}, top = {} } = options;
  const name = `t${randomBytes(3).toString('hex')}`;
  const service = `parstock-${name}`;
  const proxy = `parstock-proxy-${name}`;
  const network = `parstock-net-${name}`;
  const folder = mkdtempSync(join(tmpdir(), 'parstock-deploy-'));
  const file = join(folder, 'deploy.yml');
  const httpPort = await freePort();
  const httpsPort = await freePort();
  const base = settingsOf({
    ...{ mode, ssh, address, folder },
    network,
    proxy,
    httpPort,
    httpsPort,
  });
  const write = (changes: Record<string, unknown>) =>
    writeFileSync(
      file,
      stringify({
        image,
        ...(ssh ? { ssh: { config: ssh.config } } : {}),
        ...top,
        destinations: { [name]: { ...base, ...settings, ...changes } },
      }),
    );
  write({});
  return {
    name,
    file,
    url: `http://${address ?? '127.0.0.1'}:${httpPort}`,
    proxy,
    service,
    folder: join(folder, 'host', service),
    change: write,
    remove: () => {
      for (const label of [service, proxy]) removeLabelled(`org.parstock.service=${label}`);
      for (const volume of [proxy, `${service}-cache`, `${service}-backups`])
        quiet(['volume', 'rm', '-f', volume]);
      quiet(['network', 'rm', network]);
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** Short times, and names that no other destination has. */
function settingsOf(options: {
  mode: 'embedded' | 'external';
  ssh: { readonly alias: string } | undefined;
  address: string | undefined;
  folder: string;
  network: string;
  proxy: string;
  httpPort: number;
  httpsPort: number;
}) {
  const { mode, ssh, address, folder, network, proxy, httpPort, httpsPort } = options;
  const secrets =
    mode === 'external' ? { PARSTOCK_DATABASE_URL: { env: 'TEST_DATABASE_URL' } } : {};
  return {
    hosts: [ssh?.alias ?? 'local'],
    folder: join(folder, 'host'),
    mode,
    network,
    readySeconds: 8,
    stopSeconds: 5,
    secrets,
    watch: { seconds: 1 },
    gate: { enabled: false },
    proxy: {
      name: proxy,
      image: 'basecamp/kamal-proxy:latest',
      bind: address ?? '127.0.0.1',
      httpPort,
      httpsPort,
      drainSeconds: 5,
      // A machine that does other things besides is slow; how long requests wait is measured by bench/deploy.ts.
      pauseSeconds: 180,
    },
  };
}

/** The environment of a deployer: its own, and the secret that the file refers to. */
export function deployerEnvironment(secret = 'postgres://stand-in'): NodeJS.ProcessEnv {
  return { ...process.env, HOME: homedir(), TEST_DATABASE_URL: secret };
}

function removeLabelled(label: string): void {
  const containers = lines(['ps', '-aq', '--filter', `label=${label}`]);
  if (containers.length > 0) quiet(['rm', '-f', '-v', ...containers]);
  const volumes = lines(['volume', 'ls', '-q', '--filter', `label=${label}`]);
  if (volumes.length > 0) quiet(['volume', 'rm', '-f', ...volumes]);
}

function lines(words: readonly string[]): string[] {
  return execFileSync('docker', words, { encoding: 'utf8' }).split('\n').filter(Boolean);
}

function quiet(words: readonly string[]): void {
  try {
    execFileSync('docker', words, { stdio: 'pipe' });
  } catch {
    // It was not there.
  }
}
