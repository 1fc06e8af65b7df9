import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, describe, expect, inject, test } from 'vitest';
import { byEnvironment, firstRun, signIn } from '../support/containers/api.ts';
import { Container, docker, randomName, tryDocker } from '../support/containers/docker.ts';

const image = inject('image');
const root = fileURLToPath(new URL('../../', import.meta.url));
const POSTGRES = fileURLToPath(new URL('../support/containers/postgres', import.meta.url));

/** Whichever is there: Compose v2, or docker-compose 1.29. */
const [program, ...first] =
  tryDocker('compose', 'version').status === 0 ? ['docker', 'compose'] : ['docker-compose'];

interface Project {
  up(...words: string[]): void;
  /** Containers of a service. */
  of(service: string): Container[];
  stop(): void;
  remove(): void;
}

const folder = mkdtempSync(join(tmpdir(), 'parstock-compose-'));
afterAll(() => rmSync(folder, { recursive: true }));
const projects: Project[] = [];
afterEach(() => {
  for (const project of projects.splice(0)) project.remove();
});

function compose(file: string, settings: Readonly<Record<string, string>>): Project {
  const name = `parstock-test-${randomName()}`;
  // An empty file of settings: one that lies in the checkout is a person's own.
  writeFileSync(join(folder, 'none.env'), '');
  const words = [
    ...first,
    '--env-file',
    join(folder, 'none.env'),
    '-p',
    name,
    '-f',
    join(root, file),
  ];
  const env = {
    ...process.env,
    PARSTOCK_IMAGE: image,
    PARSTOCK_PUBLISH: '127.0.0.1:0',
    PARSTOCK_ML: '0',
    ...settings,
  };
  const run = (...more: string[]) => {
    const options = { cwd: root, env, encoding: 'utf8' } as const;
    const { status, stdout, stderr } = spawnSync(program!, [...words, ...more], options);
    if (status !== 0) throw new Error(`${more.join(' ')}: ${stdout}${stderr}`);
    return stdout;
  };
  // Both know the files; what is wrong with one is said here and not half-way up.
  run('config');
  const project = {
    up: (...more: string[]) => void run('up', '-d', '--no-build', ...more),
    of: (service: string) =>
      run('ps', '-q', service)
        .split('\n')
        .filter(Boolean)
        .map((id) => new Container(id.trim())),
    stop: () => void run('stop'),
    remove: () => void run('down', '--volumes', '--timeout', '20'),
  };
  projects.push(project);
  return project;
}

/** The image of PostgreSQL; Debian's own in its place where that cannot be pulled. */
function postgresImage(): string {
  const wanted = 'postgres:17-bookworm';
  if (tryDocker('image', 'inspect', wanted).status === 0) return wanted;
  if (tryDocker('pull', '-q', wanted).status === 0) return wanted;
  const made = 'parstock-test:postgres';
  const base = `BASE_IMAGE=${inject('baseImage')}`;
  execFileSync('docker', ['build', '-q', '-t', made, '--build-arg', base, POSTGRES], {
    stdio: 'pipe',
  });
  return made;
}

describe('compose brings it up', () => {
  test('compose.yaml: one service with its own database, healthy, and whole after down and up', async () => {
    const project = compose('compose.yaml', byEnvironment);
    project.up();
    const [server] = project.of('parstock');
    await server!.until();
    await server!.untilHealthy(60);
    const users = async (container: Container) =>
      (await (await signIn(container)).ask<{ items: object[] }>('GET', '/users')).items.length;
    expect(await users(server!)).toBe(1);
    expect(server!.inspect('.HostConfig.ReadonlyRootfs')).toBe(true);
    expect(server!.inspect('.HostConfig.CapDrop')).toEqual(['ALL']);
    expect(server!.inspect('.HostConfig.SecurityOpt')).toEqual(['no-new-privileges:true']);
    project.stop();
    expect(server!.inspect('.State.ExitCode')).toBe(0);
    docker('rm', server!.id);
    project.up();
    const [next] = project.of('parstock');
    await next!.until();
    expect(await users(next!)).toBe(1);
  });

  test('compose.postgres.yaml: PostgreSQL, the server, and two workers that do its forecasts', async () => {
    const path = join(folder, 'database-password');
    const password = `p@ss/${randomName()}`;
    writeFileSync(path, `${password}\n`, { mode: 0o444 });
    const project = compose('compose.postgres.yaml', {
      ...byEnvironment,
      POSTGRES_IMAGE: postgresImage(),
      PARSTOCK_DATABASE_PASSWORD_FILE: path,
      PARSTOCK_DEMO: '1',
    });
    project.up();
    const [server] = project.of('parstock');
    await server!.until();
    const workers = project.of('worker');
    expect(workers).toHaveLength(2);
    for (const container of [server!, ...workers]) await container.untilHealthy(90);
    const api = await signIn(server!);
    expect((await firstRun(api)).series).toMatchObject({ done: 118, total: 118 });
    // The server left it to the workers.
    expect(workers.map((worker) => worker.logs()).join('')).toMatch(/forecast run ended/);
    expect(server!.logs()).not.toMatch(/forecast run ended/);
    const said = [server!, ...workers, ...project.of('postgres')].map((one) => one.logs()).join('');
    expect(said).not.toContain(password);
    expect(docker('inspect', server!.id)).not.toContain(password);
    project.stop();
    for (const container of [server!, ...workers])
      expect(container.inspect('.State.ExitCode')).toBe(0);
  });
});
