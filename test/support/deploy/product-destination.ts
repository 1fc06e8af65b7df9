import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildImage } from '../../../house/build-image.ts';
import { type DeployStory, readStories } from '../../../src/deploy/journal/entry.ts';
import { makeDestination, type TestDestination } from './destination.ts';
import { startRegistry } from './registry.ts';
import { startSshServer } from './ssh-server.ts';

/*
 * A destination for the product itself: a registry with three versions of the real image, a host behind a
 * real ssh server, the demo company's data, and where the mode asks for it a PostgreSQL.
 */

export type Mode = 'embedded' | 'external';

/** Two versions that differ in what they say of themselves, and one that answers with errors. */
export const VERSIONS = ['0.1.1', '0.1.2'] as const;
export const FAILING = '0.1.9';
export const DEPLOY_KEY = 'deploy-key-of-a-test-of-forty-characters';

const PARSTOCK = fileURLToPath(new URL('../../../bin/parstock.mjs', import.meta.url));
const LABEL = ['--label', 'org.parstock.deploy-test=1'];

export interface CommandEnd {
  readonly code: number;
  readonly seconds: number;
  /** What it wrote to its standard output, and to the other. */
  readonly printed: string;
  readonly said: string;
}

export interface ProductDestination extends TestDestination {
  /** Runs the real command line; gives its exit code and what it said. */
  parstock(words: readonly string[]): Promise<CommandEnd>;
  /** Every deploy, as the journal on the host has it. */
  stories(): DeployStory[];
  close(): Promise<void>;
}

export async function makeProductDestination(options: {
  mode: Mode;
  /** Built from this checkout where none is named. */
  image?: string | undefined;
  versions?: readonly string[];
}): Promise<ProductDestination> {
  const { mode, versions = VERSIONS } = options;
  const registry = await startRegistry();
  const ssh = await startSshServer('shop.example');
  const repository = `${registry.address}/parstock`;
  pushVersions(repository, { given: options.image, versions });
  const place = await makeDestination({
    image: repository,
    ssh,
    mode,
    settings: settingsOf(mode),
  });
  const database = mode === 'external' ? startDatabase(place) : undefined;
  const env = {
    ...process.env,
    TEST_DATABASE_URL: database?.url ?? '',
    TEST_DEPLOY_KEY: DEPLOY_KEY,
    TEST_PASSWORD: 'a password of the test',
  };
  const journal = join(place.folder, 'journal.jsonl');
  return {
    ...place,
    parstock: (words) => runParstock([...words, '--config', place.file], env),
    stories: () => readStories(readFileSync(journal, 'utf8')),
    close: async () => {
      place.remove();
      database?.remove();
      ssh.close();
      await registry.close();
    },
  };
}

async function runParstock(words: readonly string[], env: NodeJS.ProcessEnv): Promise<CommandEnd> {
  const began = performance.now();
  const child = spawn(process.execPath, [PARSTOCK, ...words], {
    env,
    // Ctrl-C is for whoever runs this: the deploy under way ends as it would.
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let printed = '';
  let said = '';
  child.stdout.on('data', (text) => {
    printed += text;
  });
  child.stderr.on('data', (text) => {
    said += text;
  });
  const [code] = (await once(child, 'close')) as [number | null];
  return { code: code ?? 255, seconds: (performance.now() - began) / 1000, printed, said };
}

function settingsOf(mode: Mode): Record<string, unknown> {
  return {
    readySeconds: 60,
    stopSeconds: 30,
    watch: { seconds: 3, p95Seconds: 30 },
    gate: { enabled: true },
    environment: {
      PARSTOCK_ADMIN_EMAIL: 'ada@example.com',
      PARSTOCK_ML: '0',
      PARSTOCK_DEMO: '1',
    },
    secrets: {
      PARSTOCK_DEPLOY_KEY: { env: 'TEST_DEPLOY_KEY' },
      PARSTOCK_ADMIN_PASSWORD: { env: 'TEST_PASSWORD' },
      ...(mode === 'external' && { PARSTOCK_DATABASE_URL: { env: 'TEST_DATABASE_URL' } }),
    },
  };
}

function pushVersions(
  repository: string,
  { given, versions }: { given: string | undefined; versions: readonly string[] },
): void {
  const base = given ?? 'parstock-test:current';
  if (given === undefined) buildImage({ tag: base, base: 'node:24-bookworm-slim' });
  for (const version of versions) {
    const dockerfile = [
      `FROM ${base}`,
      'USER 0',
      `RUN sed -i 's/"version": "[^"]*"/"version": "${version}"/' /app/package.json`,
      ...(version === FAILING ? [breakDeploys()] : []),
      'USER 10001:10001',
      `LABEL org.opencontainers.image.version=${version} org.parstock.deploy-test=1`,
    ].join('\n');
    const reference = `${repository}:${version}`;
    const build = ['build', '-q', '-t', reference, '-'];
    execFileSync('docker', build, { input: dockerfile, stdio: ['pipe', 'ignore', 'pipe'] });
    execFileSync('docker', ['push', '-q', reference], { stdio: 'pipe' });
  }
}

/** A release with a bug that no smoke test looks for: what the customers of the bench send is answered 500. */
function breakDeploys(): string {
  const at = '/app/dist/server/actions/deploys.js';
  return `RUN sed -i '/function recordDeploy/a throw new Error("a bug of this release");' ${at} && grep -q 'a bug of this release' ${at}`;
}

function startDatabase(place: TestDestination) {
  const network = `parstock-net-${place.name}`;
  const name = `parstock-test-db-${place.name}`;
  const docker = (...words: string[]) => execFileSync('docker', words, { stdio: 'pipe' });
  const folder = fileURLToPath(new URL('../containers/postgres', import.meta.url));
  docker('build', '-q', '-t', 'parstock-test-postgres', folder);
  docker('network', 'create', network);
  const start = ['-e', 'POSTGRES_USER=parstock', '-e', 'POSTGRES_DB=parstock'];
  const script = 'echo test >/tmp/password; POSTGRES_PASSWORD_FILE=/tmp/password exec start.sh';
  docker(
    ...['run', '-d', '--name', name, '--network', network, ...LABEL, ...start],
    ...['--entrypoint', 'sh', 'parstock-test-postgres', '-c', script],
  );
  return {
    url: `postgres://parstock:test@${name}:5432/parstock`,
    remove: () => {
      docker('rm', '-f', '-v', name);
      execFileSync('sh', ['-c', 'docker network rm "$1" >/dev/null 2>&1; true', 'sh', network]);
    },
  };
}
