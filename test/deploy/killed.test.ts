import { execFileSync } from 'node:child_process';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { makeDestination, type TestDestination } from '../support/deploy/destination.ts';
import { startRegistry, type TestRegistry, until } from '../support/deploy/registry.ts';
import {
  type DeployerEvent,
  runDeployer,
  servedVersion,
  storedRows,
  storeRow,
} from '../support/deploy/rig.ts';
import { pushStandIn } from '../support/deploy/stand-in-image.ts';

/** SIGKILL at every step, then the same command again: one version serves, and it is the new one. */
let registry: TestRegistry;
let image: string;

beforeAll(async () => {
  registry = await startRegistry();
  image = `${registry.address}/parstock`;
  pushStandIn(image, { version: '1.0.0' });
  pushStandIn(image, { version: '1.1.0', schema: '0002-second' });
}, 240_000);
afterAll(() => registry?.close());

const running = ({ service }: TestDestination) =>
  execFileSync(
    'docker',
    [
      'ps',
      '--filter',
      `label=org.parstock.service=${service}`,
      '--format',
      '{{.Label "org.parstock.version"}}',
    ],
    { encoding: 'utf8' },
  )
    .split('\n')
    .filter(Boolean);

const STEPS = {
  external: [
    ...['preflight', 'proxy', 'pull', 'backup', 'create', 'start', 'ready', 'smoke', 'gate'],
    ...['switch', 'watch', 'keep', 'retire', 'record', 'prune'],
  ],
  embedded: [
    ...['preflight', 'proxy', 'pull', 'backup', 'measure', 'volume', 'ahead', 'create', 'pause'],
    ...['stop-old', 'copy', 'start', 'ready', 'switch', 'resume', 'keep', 'smoke', 'gate'],
    ...['watch', 'retire', 'record', 'prune'],
  ],
} as const;

describe.each(['external', 'embedded'] as const)('with the database %s', (mode) => {
  let place: TestDestination;
  beforeAll(async () => {
    place = await makeDestination({ image, mode });
    const first = await runDeployer(place, { version: '1.0.0' });
    expect(first.code, first.said).toBe(0);
    await storeRow(place, 'first');
  });
  afterAll(() => place?.remove());

  const versions = ['1.1.0', '1.0.0'];
  // Some die as the step begins, others a moment later, when the host is at work on it.
  const cases = STEPS[mode].map((step, i) => ({ step, later: (i % 3) * 120 }));

  test.each(cases)('killed at $step, after $later ms', async ({ step, later }) => {
    const from = await servedVersion(place);
    const to = versions.find((one) => one !== from)!;
    const rows = mode === 'embedded' ? await storedRows(place) : [];
    const killed = await runDeployer(place, {
      version: to,
      onEvent: (event: DeployerEvent, child) => {
        if (event.began === step) setTimeout(() => child.kill('SIGKILL'), later);
      },
    });
    const reached = killed.events.some(({ began }) => began === step);
    expect(reached, `${step} never began: ${killed.said}`).toBe(true);
    const again = await runDeployer(place, { version: to });
    expect(again.code, again.said).toBe(0);
    expect(await servedVersion(place)).toBe(to);
    // The proxy's word is not all: nothing else may be left running.
    await until(() => running(place).length === 1, 'one version alone', 10);
    expect(running(place)).toEqual([to]);
    if (mode === 'embedded') expect(await storedRows(place)).toEqual(rows);
  });
});
