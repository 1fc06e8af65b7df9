import { execFileSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { copyTrackedFiles, layersOverBase } from '../../house/build-image.ts';
import { docker, runToEnd, tryDocker } from '../support/containers/docker.ts';

const image = inject('image');
const root = fileURLToPath(new URL('../../', import.meta.url));
const LARGEST_MEGABYTES = 150;

const inside = (...command: string[]) =>
  docker(
    'run',
    '--rm',
    '--network',
    'none',
    '--entrypoint',
    command[0]!,
    image,
    ...command.slice(1),
  );

describe('lockfile regenerates without change', () => {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'parstock-lock-'));
    for (const name of ['package.json', 'package-lock.json', '.npmrc'])
      cpSync(join(root, name), join(folder, name));
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  test('npm writes the lockfile as it is committed', () => {
    const words = ['install', '--package-lock-only', '--ignore-scripts', '--loglevel=error'];
    execFileSync('npm', words, { cwd: folder, stdio: 'pipe' });
    const regenerated = readFileSync(join(folder, 'package-lock.json'), 'utf8');
    expect(regenerated).toBe(readFileSync(join(root, 'package-lock.json'), 'utf8'));
  });

  test('a lockfile that is out of step stops the build, and npm says why', () => {
    const context = mkdtempSync(join(tmpdir(), 'parstock-image-'));
    copyTrackedFiles(context);
    const manifest = JSON.parse(readFileSync(join(context, 'package.json'), 'utf8'));
    manifest.dependencies['left-pad'] = '1.3.0';
    writeFileSync(join(context, 'package.json'), JSON.stringify(manifest));
    const { status, said } = tryDocker('build', '--tag', 'parstock-test:out-of-step', context);
    rmSync(context, { recursive: true });
    expect(status).not.toBe(0);
    expect(said).toMatch(/Missing: left-pad@1\.3\.0 from lock file/);
  });
});

describe('image builds', () => {
  interface Facts {
    readonly User: string;
    readonly Env: string[];
    readonly Volumes: Record<string, unknown>;
    readonly Entrypoint: string[];
    readonly Cmd: string[];
    readonly Labels: Record<string, string>;
    readonly Healthcheck: { Test: string[] };
  }
  const facts: Facts = JSON.parse(docker('image', 'inspect', '-f', '{{json .Config}}', image));
  let paths: string[];
  beforeAll(() => {
    paths = inside('find', '/app', '-not', '-type', 'd').split('\n');
  });

  test('for a user of its own, with a name and nobody else’s home', () => {
    expect(facts.User).toBe('10001:10001');
    expect(inside('id')).toBe('uid=10001(parstock) gid=10001(parstock) groups=10001(parstock)');
    expect(inside('sh', '-c', 'echo ~')).toBe('/cache');
    for (const folder of ['/data', '/cache', '/backups']) {
      expect(inside('stat', '-c', '%u:%g %a', folder)).toBe('10001:10001 750');
      expect(facts.Volumes).toHaveProperty(folder);
    }
    // Nothing of the program can be changed by the program.
    expect(inside('find', '/app', '-user', '10001')).toBe('');
  });

  test('with a health check that needs no shell and no other program', () => {
    expect(facts.Healthcheck.Test).toEqual(['CMD', 'parstock', 'healthcheck']);
    expect([facts.Entrypoint, facts.Cmd]).toEqual([['parstock'], ['serve']]);
  });

  test('with labels that say what the program says', () => {
    const { status, said } = runToEnd({ image, command: ['contract', '--json'] });
    expect(status).toBe(0);
    const { version, schema, minReader, minUpgradeFrom } = JSON.parse(said);
    expect(facts.Labels).toMatchObject({
      'org.opencontainers.image.version': version,
      'org.opencontainers.image.licenses': 'Apache-2.0',
      'org.parstock.schema': schema,
      'org.parstock.min-reader': minReader,
      'org.parstock.min-upgrade-from': minUpgradeFrom,
    });
    expect(facts.Labels['org.opencontainers.image.revision']).toMatch(/^[0-9a-f]{40}(-changed)?$/);
  });

  test(`within ${LARGEST_MEGABYTES} MB on top of the base`, () => {
    const layers = layersOverBase(image, inject('baseImage'));
    const total = layers.reduce((sum, { megabytes }) => sum + megabytes, 0);
    expect(total).toBeGreaterThan(60);
    expect(total).toBeLessThanOrEqual(LARGEST_MEGABYTES);
  });

  test('without packages of machine learning, but with what installs them', () => {
    const heavy = paths.filter((path) => /node_modules\/.*(onnx|tensorflow|torch)/i.test(path));
    expect(heavy).toEqual([]);
    expect(paths).toContain('/app/dist/ml/runtime/package-lock.json');
  });

  test('without sources, source maps, tests, and the Node that the base has', () => {
    const needless =
      /\.map$|\.test\.|\.[cm]?ts$|\/app\/(src|test|house|bench)\/|node-linux-|tsbuildinfo/;
    expect(paths.filter((path) => needless.test(path))).toEqual([]);
    expect(paths).toContain('/app/dist/cli/main.js');
    expect(paths.filter((path) => /\/licen[cs]e/i.test(path)).length).toBeGreaterThan(50);
  });

  test('without anything secret', () => {
    expect(facts.Env.filter((line) => /PASSWORD|SECRET|TOKEN|KEY/i.test(line))).toEqual([]);
    const kept = paths.filter((path) => /\.env$|\.npmrc$|\.pem$|id_rsa|\.git\//.test(path));
    expect(kept).toEqual([]);
    const history = docker('history', '--no-trunc', '--format', '{{.CreatedBy}}', image);
    expect(history).not.toMatch(/_auth|npm_[A-Za-z0-9]{30}|password=/i);
  });
});
