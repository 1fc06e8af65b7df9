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
    ...[
      'preflight',
      'proxy',
      'pull',
      'backup',
      'start',
      'ready',
      'smoke',
      'gate',
      'switch',
      'watch',
    ],
    ...['retire', 'record', 'prune'],
  ],
  embedded: [
    ...['preflight', 'proxy', 'pull', 'backup', 'measure', 'pause', 'stop-old', 'copy', 'start'],
    ...['ready', 'switch', 'resume', 'smoke', 'gate', 'watch', 'retire', 'record', 'prune'],
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
  const cases = STEPS[mode].flatMap((step) => [
    { step, when: 'as it begins' as const },
    { step, when: 'in the middle' as const },
  ]);

  test.each(cases)('killed at $step, $when', async ({ step, when }) => {
    const from = await servedVersion(place);
    const to = versions.find((one) => one !== from)!;
    const rows = mode === 'embedded' ? await storedRows(place) : [];
    const killed = await runDeployer(place, {
      version: to,
      onEvent: (event: DeployerEvent, child) => {
        if (event.began !== step) return;
        if (when === 'as it begins') child.kill('SIGKILL');
        else setTimeout(() => child.kill('SIGKILL'), 150);
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
