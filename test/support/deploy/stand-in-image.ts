import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const FOLDER = fileURLToPath(new URL('stand-in', import.meta.url));
const BASE_IMAGE = 'node:24-bookworm-slim';

/** A version of the stand-in server, with the fault that it is built with. */
export interface StandIn {
  readonly version: string;
  readonly schema?: string;
  readonly minReader?: string;
  readonly fault?: 'start' | 'ready' | 'errors' | 'migration';
}

/** Builds a version, pushes it, and gives its digest. */
export function pushStandIn(repository: string, image: StandIn): string {
  const { version, schema = '0001-first', minReader = '0.0.1', fault = 'none' } = image;
  const reference = `${repository}:${version}`;
  const values = {
    BASE_IMAGE,
    VERSION: version,
    SCHEMA: schema,
    MIN_READER: minReader,
    FAULT: fault,
  };
  const words = Object.entries(values).flatMap(([name, value]) => [
    '--build-arg',
    `${name}=${value}`,
  ]);
  const labels = ['--label', 'org.parstock.deploy-test=1'];
  execFileSync('docker', ['build', '-q', '-t', reference, ...labels, ...words, FOLDER], {
    stdio: 'pipe',
  });
  execFileSync('docker', ['push', '-q', reference], { stdio: 'pipe' });
  const digests = JSON.parse(
    execFileSync('docker', ['image', 'inspect', '--format', '{{json .RepoDigests}}', reference], {
      encoding: 'utf8',
    }),
  ) as string[];
  const own = digests.find((one) => one.startsWith(`${repository}@`));
  return own!.split('@')[1]!;
}

/** Pushes a version with a layer of 30 MB, which takes a while to pull; gives its tag. */
export function pushBulk(repository: string, { from, version }: { from: string; version: string }) {
  const dockerfile = [
    `FROM ${repository}:${from}`,
    'USER 0',
    'RUN head -c 30000000 /dev/urandom >/bulk',
    'USER 10001',
    `ENV VERSION=${version}`,
    `LABEL org.opencontainers.image.version=${version}`,
  ].join('\n');
  const words = ['build', '-q', '--no-cache', '-t', `${repository}:${version}`, '-'];
  execFileSync('docker', words, { input: dockerfile, stdio: ['pipe', 'ignore', 'ignore'] });
  execFileSync('docker', ['push', '-q', `${repository}:${version}`], { stdio: 'pipe' });
  return version;
}
