import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { stringify } from 'yaml';
import { readWorkflow } from '../../house/workflows.ts';
import { repositoryFile } from '../support/command-line.ts';
import { freePort, startRegistry, type TestRegistry } from '../support/deploy/registry.ts';
import {
  runWorkflow,
  type WorkflowEnd,
  type WorkflowRun,
} from '../support/deploy/workflow-runner.ts';

/**
 * The four workflows, step by step as GitHub would run them: a tag is pushed to a repository, becomes an
 * image, goes to stage, is refused by the reviewers of production once, and approved once.
 */
/** Each job installs from the lockfile, and one builds the image: minutes on a small machine. */
const LONG = 1_200_000;
const suffix = randomBytes(3).toString('hex');
const network = `parstock-workflow-${suffix}`;
const folder = mkdtempSync(join(tmpdir(), 'parstock-workflow-'));
const origin = join(folder, 'origin.git');
const home = join(folder, 'home');
const secret = `planted-${suffix}-admin-password`;

let registry: TestRegistry;
let version: string;
let digest: string;
const ports: Record<string, number> = {};

const git = (cwd: string, ...words: string[]) =>
  execFileSync('git', ['-c', 'user.name=Ada', '-c', 'user.email=ada@example.com', ...words], {
    cwd,
    encoding: 'utf8',
  }).trim();
const docker = (...words: string[]) =>
  execFileSync('docker', words, { encoding: 'utf8' }).trim().split('\n').filter(Boolean);

beforeAll(async () => {
  registry = await startRegistry();
  for (const name of ['stage', 'production', 'stage-tls', 'production-tls'])
    ports[name] = await freePort();
  execFileSync('mkdir', ['-p', home]);
  const work = join(folder, 'work');
  git(folder, 'clone', '--quiet', repositoryFile('.'), work);
  ({ version } = JSON.parse(readFileSync(join(work, 'package.json'), 'utf8')));
  const changes = readFileSync(join(work, 'CHANGELOG.md'), 'utf8');
  if (!changes.includes(`\n## ${version}`))
    writeFileSync(
      join(work, 'CHANGELOG.md'),
      changes.replace('## Unreleased', `## Unreleased\n\n## ${version}\n- Released by a test`),
    );
  writeFileSync(join(work, 'deploy.yml'), deployFile());
  git(work, 'add', '.');
  git(work, 'commit', '--quiet', '-m', `Release ${version}`);
  git(work, 'tag', '--force', `v${version}`);
  git(folder, 'clone', '--quiet', '--bare', work, origin);
});

afterAll(async () => {
  const containers = docker('ps', '-aq', '--filter', `network=${network}`);
  const volumes = containers.flatMap((id) =>
    docker('inspect', '--format', '{{range .Mounts}}{{println .Name}}{{end}}', id),
  );
  if (containers.length > 0) docker('rm', '--force', '--volumes', ...containers);
  for (const volume of new Set(volumes)) docker('volume', 'rm', '--force', volume);
  const networks = docker('network', 'ls', '-q', '--filter', `name=${network}`);
  if (networks.length > 0) docker('network', 'rm', network);
  const images = docker('image', 'ls', '-q', image());
  if (images.length > 0) docker('image', 'rm', '--force', ...new Set(images));
  await registry?.close();
  rmSync(folder, { recursive: true, force: true });
});

const image = () => `${registry.address}/parstock`;

function deployFile(): string {
  const destination = (name: string, approval: boolean) => ({
    hosts: ['local'],
    folder: join(folder, 'host'),
    mode: 'embedded',
    network,
    approval,
    environment: { PARSTOCK_ADMIN_EMAIL: 'ada@example.com', PARSTOCK_WORKERS: 1 },
    secrets: { PARSTOCK_ADMIN_PASSWORD: { command: ['printf', secret] } },
    volumes: {
      data: `parstock-${name}-data-${suffix}`,
      cache: `parstock-${name}-cache-${suffix}`,
      backups: `parstock-${name}-backups-${suffix}`,
    },
    watch: { seconds: 3 },
    proxy: {
      name: `proxy-${name}-${suffix}`,
      image: 'basecamp/kamal-proxy:latest',
      bind: '127.0.0.1',
      httpPort: ports[name],
      httpsPort: ports[`${name}-tls`],
    },
  });
  const destinations = {
    stage: destination('stage', false),
    production: destination('production', true),
  };
  return stringify({ image: image(), destinations });
}

async function run(name: string, change: Partial<WorkflowRun> = {}): Promise<WorkflowEnd> {
  const end = await runWorkflow(name, {
    folder: join(folder, 'runner'),
    checkout: (workspace) => {
      if (!existsSync(workspace)) git(folder, 'clone', '--quiet', origin, workspace);
      git(workspace, 'clean', '-ffdxq');
      git(workspace, 'checkout', '--quiet', '--force', `v${version}`);
    },
    vars: { IMAGE: image() },
    secrets: { GITHUB_TOKEN: 'a-token-of-the-run' },
    github: { actor: 'ada', repository: 'example/parstock', ref: `refs/tags/v${version}` },
    env: {
      PATH: process.env.PATH!,
      HOME: process.env.HOME ?? homedir(),
      // What earlier jobs have fetched need not be asked for again.
      npm_config_prefer_offline: 'true',
      // Signing in must not change whose machine this is.
      DOCKER_CONFIG: join(home, 'docker'),
    },
    ...change,
  });
  // Whatever a step prints is in a log that many can read.
  for (const { said } of end.steps) expect(said).not.toContain(secret);
  return end;
}

const failures = ({ steps }: WorkflowEnd) =>
  steps.filter(({ code }) => code !== 0).map(({ name, said }) => `${name}: ${said.slice(-600)}`);
const serving = async (name: string) => {
  const answer = await fetch(`http://127.0.0.1:${ports[name]}/status`).catch(() => undefined);
  return answer?.ok ? ((await answer.json()) as { version: string }).version : null;
};
const digestOn = (name: string) =>
  docker(
    ...[
      'ps',
      '--filter',
      `network=${network}`,
      '--filter',
      `label=org.parstock.service=parstock-${name}`,
    ],
    ...['--format', '{{.Label "org.parstock.digest"}}'],
  ).filter((found) => found !== '');

test(
  'a pushed tag becomes an image that was used before it was pushed',
  async () => {
    const { workflow } = readWorkflow('release-images');
    expect(workflow.on.push?.tags).toEqual(['v*']);
    expect(git(origin, 'tag')).toContain(`v${version}`);
    const end = await run('release-images');
    expect(failures(end)).toEqual([]);
    digest = end.outputs.digest!;
    expect(digest).toMatch(/^sha256:[0-9a-f]{64}$/);
    const manifest = await fetch(`http://${registry.address}/v2/parstock/manifests/${digest}`, {
      headers: { accept: 'application/vnd.docker.distribution.manifest.v2+json' },
    });
    expect(manifest.status).toBe(200);
    const attested = end.actions.find(({ uses }) => uses.startsWith('actions/attest'));
    expect(attested?.with).toMatchObject({ 'subject-name': image(), 'subject-digest': digest });
    const released = end.steps.find(({ name }) => name === 'Release');
    expect(released?.said).toMatch(/order passed/);
  },
  LONG,
);

test(
  'deploy-stage takes it to stage',
  async () => {
    const end = await run('deploy-stage', { inputs: { version } });
    expect(failures(end)).toEqual([]);
    expect(await serving('stage')).toBe(version);
    expect(digestOn('stage')).toEqual([digest]);
  },
  LONG,
);

test(
  'reviewers who say no keep it from production',
  async () => {
    const end = await run('deploy-production', {
      inputs: { digest },
      review: (environment) => environment !== 'production',
    });
    expect(end).toMatchObject({ ok: false, refused: ['deploy'] });
    expect(failures(end)).toEqual([]);
    expect(await serving('production')).toBeNull();
  },
  LONG,
);

test(
  'another digest than that of stage does not come as far as the reviewers',
  async () => {
    const asked: string[] = [];
    const end = await run('deploy-production', {
      inputs: { digest: `sha256:${'0'.repeat(64)}` },
      review: (environment) => asked.push(environment) > 0,
    });
    expect(end.ok).toBe(false);
    expect(asked).not.toContain('production');
    expect(await serving('production')).toBeNull();
  },
  LONG,
);

test('without an approval the command itself refuses, whoever calls it', () => {
  const command = ['bin/parstock.mjs', 'promote', 'stage', 'production', '--json'];
  const cwd = join(folder, 'runner', 'workspace');
  let said = '';
  try {
    execFileSync('node', command, { cwd, encoding: 'utf8', stdio: 'pipe' });
  } catch (error) {
    said = (error as { stdout: string }).stdout;
  }
  expect(JSON.parse(said)).toMatchObject({ code: 'approval_missing' });
});

test(
  'reviewers who say yes let the same digest through',
  async () => {
    const end = await run('deploy-production', { inputs: { digest }, review: () => true });
    expect(failures(end)).toEqual([]);
    expect(await serving('production')).toBe(version);
    expect(digestOn('production')).toEqual([digest]);
    expect(digestOn('stage')).toEqual([digest]);
  },
  LONG,
);
