import { execFileSync } from 'node:child_process';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { makeDestination, type TestDestination } from '../support/deploy/destination.ts';
import { type OwnEngine, startOwnEngine } from '../support/deploy/own-engine.ts';
import { startRegistry, type TestRegistry, until } from '../support/deploy/registry.ts';
import { runDeployer, servedVersion, storedRows, storeRow } from '../support/deploy/rig.ts';
import { pushStandIn } from '../support/deploy/stand-in-image.ts';

/** The host goes down in the middle, or its disk fills up; on an engine of the test's own. */
let registry: TestRegistry;
let engine: OwnEngine;
let image: string;
const PROXY = 'basecamp/kamal-proxy:latest';

beforeAll(async () => {
  registry = await startRegistry();
  image = `${registry.address}/parstock`;
  for (const version of ['1.0.0', '1.1.0']) pushStandIn(image, { version });
  engine = await startOwnEngine();
  execFileSync(
    'sh',
    ['-c', 'docker save "$1" | docker -H "$2" load', 'sh', PROXY, engine.address],
    {
      stdio: 'ignore',
    },
  );
});
afterAll(async () => {
  await engine?.close();
  await registry?.close();
});

const own = () => ({ DOCKER_HOST: engine.address });

describe.each([
  ['external', ['start', 'switch', 'watch']],
  ['embedded', ['copy', 'ready']],
] as const)('an engine that is started again, with the database %s', (mode, steps) => {
  let place: TestDestination;
  beforeAll(async () => {
    place = await makeDestination({ image, mode });
    const first = await runDeployer(place, { version: '1.0.0', env: own() });
    expect(first.code, first.said).toBe(0);
    await storeRow(place, 'kept');
  });

  test.each(steps.map((step) => [step]))('at %s', async (step) => {
    const from = await servedVersion(place);
    const to = from === '1.0.0' ? '1.1.0' : '1.0.0';
    let back: Promise<void> | undefined;
    const end = await runDeployer(place, {
      version: to,
      env: own(),
      onEvent: ({ began }) => {
        if (began === step) back = engine.crash().then(() => engine.restart());
      },
    });
    await back;
    expect(end.last.outcome, end.said).toBe('undone');
    await until(async () => (await servedVersion(place)) === from, `${from} to serve`);
    const again = await runDeployer(place, { version: to, env: own() });
    expect(again.code, again.said).toBe(0);
    expect(await servedVersion(place)).toBe(to);
    if (mode === 'embedded') expect(await storedRows(place)).toEqual(['kept']);
  });
});

test('a disk that fills up during the pull leaves the old version in place', async () => {
  const place = await makeDestination({ image, mode: 'external' });
  const first = await runDeployer(place, { version: '1.0.0', env: own() });
  expect(first.code, first.said).toBe(0);
  const dockerfile = [
    `FROM ${image}:1.1.0`,
    'USER 0',
    'RUN head -c 20000000 /dev/urandom >/bulk',
    'USER 10001',
    'LABEL org.opencontainers.image.version=3.0.0',
  ].join('\n');
  execFileSync('docker', ['build', '-q', '-t', `${image}:3.0.0`, '-'], { input: dockerfile });
  execFileSync('docker', ['push', '-q', `${image}:3.0.0`], { stdio: 'pipe' });
  const end = await runDeployer(place, {
    version: '3.0.0',
    env: own(),
    onEvent: ({ began }) => {
      if (began === 'pull') engine.fillUp(4_000_000);
    },
  });
  expect(end.last).toMatchObject({ outcome: 'undone', failure: { step: 'pull' } });
  expect(end.last.failure!.words).toContain('no space left');
  expect(await servedVersion(place)).toBe('1.0.0');
});
