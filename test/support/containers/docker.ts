import { execFile, execFileSync, spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** Carried by everything that a test makes, so that nothing else is ever removed. */
const OWN = 'org.parstock.test=1';
const INTERNAL = 'parstock-test-internal-';

/** Runs docker with these words; gives what it printed, throws with what it complained. */
export function docker(...words: readonly string[]): string {
  return execFileSync('docker', words, { encoding: 'utf8', stdio: 'pipe' }).trim();
}

/** The same for a command that may fail: its exit status and all that it said. */
export function tryDocker(...words: readonly string[]): { status: number | null; said: string } {
  const { status, stdout, stderr } = spawnSync('docker', words, { encoding: 'utf8' });
  return { status, said: `${stdout}${stderr}` };
}

export interface Mounts {
  readonly data?: string;
  readonly cache?: string;
  readonly backups?: string;
}

export interface ContainerOptions {
  readonly image: string;
  readonly env?: Readonly<Record<string, string>>;
  /** Volumes or folders by name; others are the container's own. */
  readonly mounts?: Mounts;
  /** False leaves out docker's own first process, which people forget. */
  readonly init?: false;
  /** Words for `docker run` beside the usual ones. */
  readonly words?: readonly string[];
  /** Words for the program; it serves where there are none. */
  readonly command?: readonly string[];
}

/** As docs/operating.md tells people to run it. */
const HARDENED = [
  ...['--read-only', '--tmpfs', '/tmp', '--cap-drop', 'ALL'],
  ...['--security-opt', 'no-new-privileges', '--publish', '127.0.0.1::8080'],
];

function runWords(options: ContainerOptions): string[] {
  const { image, env = {}, mounts = {}, words = [], command = [] } = options;
  const init = options.init === false ? [] : ['--init'];
  const settings = Object.entries({ PARSTOCK_ML: '0', ...env }).flatMap((pair) => [
    '--env',
    pair.join('='),
  ]);
  const places = Object.entries(mounts).flatMap(([name, from]) => ['-v', `${from}:/${name}`]);
  return [
    '--label',
    OWN,
    ...HARDENED,
    ...init,
    ...settings,
    ...places,
    ...words,
    image,
    ...command,
  ];
}

/** Starts a container of the image, without waiting for anything. */
export function startContainer(options: ContainerOptions): Container {
  return new Container(docker('run', '--detach', ...runWords(options)));
}

/** Runs a container of the image to its end. */
export function runToEnd(options: ContainerOptions) {
  return tryDocker('run', '--rm', ...runWords(options));
}

/** A volume of the test's own, with an owner if one is named. */
export function makeVolume(): string {
  return docker('volume', 'create', '--label', OWN, `parstock-test-${randomName()}`);
}

export function randomName(): string {
  return randomBytes(5).toString('hex');
}

/** Removes every container, network and volume that tests have made. */
export function removeOwn(): void {
  const lines = (...words: string[]) =>
    docker(...words)
      .split('\n')
      .filter(Boolean);
  const containers = lines('ps', '-aq', '--filter', `label=${OWN}`);
  if (containers.length > 0) docker('rm', '--force', '--volumes', ...containers);
  for (const kind of ['network', 'volume']) {
    const own = lines(kind, 'ls', '-q', '--filter', `label=${OWN}`);
    if (own.length > 0) tryDocker(kind, 'rm', ...own);
  }
}

/** Makes a network that leads nowhere outside. */
export function makeInternalNetwork(): string {
  const name = `${INTERNAL}${randomName()}`;
  docker('network', 'create', '--internal', '--label', OWN, name);
  return name;
}

/** One container, by its id or name. */
export class Container {
  readonly id: string;
  constructor(id: string) {
    this.id = id;
  }

  /** Address of the server as this machine sees it; the port is another after each start. */
  get url(): string {
    const networks = this.inspect<Record<string, { IPAddress: string }>>(
      '.NetworkSettings.Networks',
    );
    const [[name = '', { IPAddress } = { IPAddress: '' }] = []] = Object.entries(networks);
    // A network without a way out has no published ports either.
    if (name.startsWith(INTERNAL)) return `http://${IPAddress}:8080`;
    const published = docker('port', this.id, '8080/tcp').split('\n')[0];
    return `http://127.0.0.1:${published?.split(':').at(-1)}`;
  }

  inspect<T>(path: string): T {
    return JSON.parse(docker('inspect', '--format', `{{json ${path}}}`, this.id)) as T;
  }

  /** Everything that it has said. */
  logs(): string {
    return tryDocker('logs', this.id).said;
  }

  exec(...words: string[]) {
    return tryDocker('exec', this.id, ...words);
  }

  /** Waits until the server answers this path with this status. */
  async until(path = '/ready', status = 200, seconds = 90): Promise<this> {
    const deadline = Date.now() + seconds * 1000;
    let last = 'nothing';
    while (Date.now() < deadline) {
      if (!this.inspect<boolean>('.State.Running')) throw new Error(`it ended: ${this.logs()}`);
      try {
        const answer = await fetch(`${this.url}${path}`);
        if (answer.status === status) return this;
        last = `${answer.status} ${await answer.text()}`;
      } catch (error) {
        last = String((error as Error).cause ?? error);
      }
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    throw new Error(`${path} did not answer ${status} in ${seconds} s but ${last}\n${this.logs()}`);
  }

  /** Waits until the engine calls it healthy. */
  async untilHealthy(seconds: number): Promise<void> {
    const deadline = Date.now() + seconds * 1000;
    while (Date.now() < deadline) {
      if (this.inspect<string>('.State.Health.Status') === 'healthy') return;
      await new Promise((resolve) => setTimeout(resolve, 200));
    }
    throw new Error(`not healthy: ${JSON.stringify(this.inspect('.State.Health'))}`);
  }

  /** Stops it as `docker stop` does, and gives its exit code. */
  async stop(graceSeconds = 45): Promise<number> {
    await run('docker', ['stop', '--time', String(graceSeconds), this.id]);
    return this.inspect<number>('.State.ExitCode');
  }

  start(): void {
    docker('start', this.id);
  }

  kill(): void {
    docker('kill', this.id);
  }

  remove(): void {
    docker('rm', '--force', '--volumes', this.id);
  }
}
