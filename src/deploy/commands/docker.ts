/*
 * Commands of the Docker Engine as data: what to run, not how. Each is a list of words, tested as
 * one, and run elsewhere.
 */

/** A command: a program and its words. */
export type Words = readonly string[];

export interface Mount {
  /** A volume's name, or an absolute path of the host. */
  readonly from: string;
  readonly to: string;
  readonly readOnly?: boolean;
}

export interface ContainerSpec {
  readonly name: string;
  readonly image: string;
  readonly network: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly mounts: readonly Mount[];
  readonly stopSeconds: number;
  /** Port inside the container, published on a port of the host's loopback that the engine chooses. */
  readonly port: number;
}

export const labelWords = (labels: Readonly<Record<string, string>>) =>
  Object.entries(labels).flatMap(([name, value]) => ['--label', `${name}=${value}`]);

export const mountWords = (mounts: readonly Mount[]) =>
  mounts.flatMap(({ from, to, readOnly }) => [
    '--volume',
    readOnly ? `${from}:${to}:ro` : `${from}:${to}`,
  ]);

const JSON_FORMAT = '{{json .}}';

/** Engine and client versions as JSON; fails where the engine does not answer this user. */
export const engineVersion = (): Words => ['docker', 'version', '--format', JSON_FORMAT];

/** Where the engine keeps its data, processors and memory, as JSON. */
export const engineInfo = (): Words => ['docker', 'info', '--format', JSON_FORMAT];

/**
 * Makes the container of a version, to be started later: nothing writable but its volumes and /tmp, no rights to gain. Its
 * environment, secrets included, is read from standard input: it stands in no argument and no file.
 */
export function createServer(spec: ContainerSpec): Words {
  const { name, image, network, labels, mounts, stopSeconds, port } = spec;
  return [
    ...['docker', 'create', '--name', name, '--pull', 'never'],
    ...['--env-file', '/dev/stdin', '--network', network],
    ...['--add-host', 'host.docker.internal:host-gateway'],
    ...['--publish', `127.0.0.1:0:${port}`],
    ...['--restart', 'no', '--stop-timeout', String(stopSeconds)],
    ...['--read-only', '--tmpfs', '/tmp', '--cap-drop', 'ALL'],
    ...['--security-opt', 'no-new-privileges'],
    ...['--log-opt', 'max-size=10m', '--log-opt', 'max-file=3'],
    ...labelWords(labels),
    ...mountWords(mounts),
    image,
  ];
}

/** Back by itself after a crash or a reboot: only once a version has shown that it can start. */
export const keepRunning = (name: string): Words => [
  ...['docker', 'update', '--restart', 'unless-stopped', name],
];

/** Stays down after a reboot, too, wherever in its stop that comes. */
export const letRest = (name: string): Words => ['docker', 'update', '--restart', 'no', name];

/** Lines of NAME=value for --env-file. */
export function environmentFile(values: Iterable<readonly [string, string]>): string {
  return [...values].map(([name, value]) => `${name}=${value}\n`).join('');
}

export const createVolume = (name: string, labels: Readonly<Record<string, string>>): Words => [
  'docker',
  'volume',
  'create',
  ...labelWords(labels),
  name,
];

export const removeVolume = (name: string): Words => ['docker', 'volume', 'rm', '--force', name];

export const listVolumes = (label: string): Words => [
  ...['docker', 'volume', 'ls', '--filter', `label=${label}`, '--format', JSON_FORMAT],
];

export const createNetwork = (name: string, labels: Readonly<Record<string, string>>): Words => [
  'docker',
  'network',
  'create',
  ...labelWords(labels),
  name,
];

export const inspectNetwork = (name: string): Words => ['docker', 'network', 'inspect', name];

export const startContainer = (name: string): Words => ['docker', 'start', name];

/** Stops a container, and prints whether it still runs. */
export const stopContainer = (name: string, seconds: number): Words => [
  ...['sh', '-c', STOP, 'sh', String(seconds), name],
];

const STOP = `docker stop --time "$1" "$2" >/dev/null && docker inspect --format '{{.State.Running}}' "$2"`;

export const removeContainer = (name: string): Words => ['docker', 'rm', '--force', name];

export const inspectContainers = (names: readonly string[]): Words => [
  'docker',
  'inspect',
  '--type',
  'container',
  ...names,
];

/** Names of all containers with a label, running or not. */
export const listContainers = (label: string): Words => [
  ...['docker', 'ps', '--all', '--no-trunc', '--filter', `label=${label}`],
  ...['--format', JSON_FORMAT],
];

/** The last lines that a container wrote. */
export const readLogs = (name: string, lines: number): Words => [
  ...['docker', 'logs', '--tail', String(lines), name],
];

export const execute = (container: string, words: Words): Words => [
  'docker',
  'exec',
  container,
  ...words,
];

/** Pulls by digest; with a folder, with the credentials that stand there. */
export const pullImage = (reference: string, configFolder?: string): Words => [
  ...(configFolder === undefined ? ['docker'] : ['docker', '--config', configFolder]),
  ...['pull', '--quiet', reference],
];

/** Signs in with a password from standard input, into a folder of ours instead of the user's. */
export const signIn = (options: {
  registry: string;
  username: string;
  configFolder: string;
}): Words => [
  ...['docker', '--config', options.configFolder, 'login', '--username', options.username],
  ...['--password-stdin', options.registry],
];

export const signOut = (registry: string, configFolder: string): Words => [
  ...['docker', '--config', configFolder, 'logout', registry],
];

export const inspectImage = (reference: string): Words => ['docker', 'image', 'inspect', reference];

export interface ProxySpec {
  readonly name: string;
  readonly image: string;
  readonly network: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly bind: string;
  readonly httpPort: number;
  readonly httpsPort: number;
}

/** Runs the proxy: one per host, its routes kept in a volume, back by itself after a reboot. */
export function runProxy(spec: ProxySpec): Words {
  const { name, image, network, labels, bind, httpPort, httpsPort } = spec;
  return [
    ...['docker', 'run', '--detach', '--name', name, '--network', network],
    ...['--publish', `${bind}:${httpPort}:80`, '--publish', `${bind}:${httpsPort}:443`],
    ...['--restart', 'unless-stopped', '--log-opt', 'max-size=10m'],
    ...labelWords(labels),
    ...['--volume', `${name}:/home/kamal-proxy/.config/kamal-proxy`],
    image,
  ];
}
