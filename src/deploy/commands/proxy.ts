import type { Words } from './docker.ts';

/*
 * Commands of kamal-proxy, run inside its container. Its exit code is 0 or 1; the state is read from
 * `list` afterwards, so that nothing depends on its words.
 */

const inside = (proxy: string, words: Words): Words => [
  'docker',
  'exec',
  proxy,
  'kamal-proxy',
  ...words,
];
const seconds = (number: number) => `${number}s`;

export interface RouteSpec {
  readonly proxy: string;
  readonly service: string;
  /** Container and port, known by name inside the network. */
  readonly target: string;
  readonly domain?: string | undefined;
  readonly tls: boolean;
  readonly drainSeconds: number;
  readonly responseSeconds: number;
  readonly healthSeconds: number;
}

/**
 * Routes a service to a container as soon as it says ready, then waits until the requests at the old
 * one are answered. Never with --force: that would route before the first health check.
 */
export function routeTo(spec: RouteSpec): Words {
  const { proxy, service, target, domain, tls, drainSeconds, responseSeconds, healthSeconds } =
    spec;
  return inside(proxy, [
    ...['deploy', service, '--target', target],
    ...(domain === undefined ? [] : ['--host', domain]),
    ...(tls ? ['--tls'] : []),
    ...['--health-check-path', '/ready', '--health-check-interval', '250ms'],
    ...['--deploy-timeout', seconds(healthSeconds), '--drain-timeout', seconds(drainSeconds)],
    ...['--target-timeout', seconds(responseSeconds)],
    ...['--forward-headers=false'],
  ]);
}

/** Holds new requests back, and waits until those under way are answered. */
export const pauseRoute = (options: {
  proxy: string;
  service: string;
  drainSeconds: number;
  pauseSeconds: number;
}): Words =>
  inside(options.proxy, [
    ...['pause', options.service, '--drain-timeout', seconds(options.drainSeconds)],
    ...['--max-pause', seconds(options.pauseSeconds)],
  ]);

/** Lets the held requests go on, to whatever the service is routed to by now. */
export const resumeRoute = (proxy: string, service: string): Words =>
  inside(proxy, ['resume', service]);

export const removeRoute = (proxy: string, service: string): Words =>
  inside(proxy, ['remove', service]);

export const listRoutes = (proxy: string): Words => inside(proxy, ['list']);

/** One line of the proxy's table. */
export interface Route {
  readonly service: string;
  readonly target: string;
  readonly state: string;
}

/** Colours and cursor movements of a terminal, which `list` prints into a pipe as well. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: an escape sequence begins with one
const ESCAPES = /\u001b\[[0-9;]*m/g;

/** Reads the table of `list`: service, host, path, target, state, TLS; two spaces between columns. */
export function readRoutes(stdout: string): Route[] {
  const [head, ...lines] = stdout
    .replace(ESCAPES, '')
    .split('\n')
    .filter((line) => line.trim() !== '');
  if (head === undefined) return [];
  const column = (name: string) =>
    head
      .trim()
      .split(/\s{2,}/)
      .indexOf(name);
  const [service, target, state] = ['Service', 'Target', 'State'].map(column);
  return lines.map((line) => {
    const cells = line.trim().split(/\s{2,}/);
    return {
      service: cells[service!] ?? '',
      target: cells[target!] ?? '',
      state: cells[state!] ?? '',
    };
  });
}
