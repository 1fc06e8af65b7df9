import { execFileSync } from 'node:child_process';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { makeDestination, type TestDestination } from '../support/deploy/destination.ts';
import { startRegistry, type TestRegistry } from '../support/deploy/registry.ts';
import { runDeployer, servedVersion, startCustomers } from '../support/deploy/rig.ts';
import { type SshServer, startSshServer } from '../support/deploy/ssh-server.ts';
import { pushStandIn } from '../support/deploy/stand-in-image.ts';

/** Side by side, over a real ssh server, engine, registry and proxy; asked from outside. */
let registry: TestRegistry;
let ssh: SshServer;
let place: TestDestination;
let digests: Record<string, string>;

const containers = () =>
  execFileSync(
    'docker',
    [
      'ps',
      '-a',
      '--filter',
      `label=org.parstock.service=${place.service}`,
      '--format',
      '{{.Names}} {{.State}}',
    ],
    { encoding: 'utf8' },
  )
    .split('\n')
    .filter(Boolean);

beforeAll(async () => {
  registry = await startRegistry();
  ssh = await startSshServer('stage.example');
  const image = `${registry.address}/parstock`;
  const push = (version: string, options = {}) => [
    version,
    pushStandIn(image, { version, ...options }),
  ];
  digests = Object.fromEntries([
    push('1.0.0'),
    push('1.1.0', { schema: '0002-second' }),
    push('1.2.0', { schema: '0003-third', minReader: '1.2.0' }),
    push('9.0.1', { fault: 'start' }),
    push('9.0.2', { fault: 'ready' }),
    push('9.0.3', { fault: 'errors' }),
    push('9.0.4', { fault: 'migration', schema: '0009-broken' }),
  ]);
  place = await makeDestination({ image, ssh, mode: 'external' });
}, 240_000);

afterAll(async () => {
  place?.remove();
  ssh?.close();
  await registry?.close();
});

describe('a destination with a database elsewhere', () => {
  test('a first deploy sets the host up and serves', async () => {
    const end = await runDeployer(place, { version: '1.0.0' });
    expect(end.last).toMatchObject({ outcome: 'done', digest: digests['1.0.0'] });
    expect(end.code).toBe(0);
    expect(await servedVersion(place)).toBe('1.0.0');
  });

  test('the next version takes over without a lost request, and the old one is kept, stopped', async () => {
    const customers = startCustomers(place);
    const end = await runDeployer(place, { version: '1.1.0' });
    const { answers, faults } = await customers.stop();
    expect(faults).toEqual([]);
    expect(answers).toBeGreaterThan(50);
    expect(end.code).toBe(0);
    expect(await servedVersion(place)).toBe('1.1.0');
    expect(
      containers()
        .map((line) => line.split(' ')[1])
        .sort(),
    ).toEqual(['exited', 'running']);
  });

  test('what serves already is left alone', async () => {
    const before = containers();
    const end = await runDeployer(place, { version: digests['1.1.0']! });
    expect(end.last.outcome).toBe('already');
    expect(containers()).toEqual(before);
  });

  test.each([
    ['does not start', '9.0.1', 'ready', 'exit code 3'],
    ['is never ready', '9.0.2', 'ready', '503 after 8 s'],
    ['answers with errors', '9.0.3', 'watch', 'errors'],
    ['fails half-way through its migration', '9.0.4', 'ready', 'exit code 4'],
  ])(
    'a version that %s is undone, and the old one served all along',
    async (_, version, step, why) => {
      const before = containers();
      const customers = version === '9.0.3' ? undefined : startCustomers(place);
      const shop = version === '9.0.3' ? shopUntilErrors() : undefined;
      const end = await runDeployer(place, { version });
      expect((await customers?.stop())?.faults ?? []).toEqual([]);
      await shop?.stop();
      expect(end.last).toMatchObject({ outcome: 'undone', failure: { step } });
      expect(end.last.failure!.words).toContain(why);
      expect(end.code).toBe(1);
      expect(await servedVersion(place)).toBe('1.1.0');
      expect(containers()).toEqual(before);
    },
  );

  /** Customers of a version that fails: their errors are what the watch must see. */
  const shopUntilErrors = () => startCustomers(place, 2);

  test.each([
    ['smoke', { smoke: 'fails' as const }],
    ['gate', { gate: 'breached' as const }],
  ])('a version that fails at the %s is never routed to', async (step, fault) => {
    place.change({ gate: { enabled: true } });
    const before = containers();
    const customers = startCustomers(place);
    const end = await runDeployer(place, { version: '1.2.0', ...fault });
    place.change({});
    expect((await customers.stop()).faults).toEqual([]);
    expect(end.last).toMatchObject({ outcome: 'undone', failure: { step } });
    expect(end.events.map(({ began }) => began)).not.toContain('switch');
    expect(await servedVersion(place)).toBe('1.1.0');
    expect(containers()).toEqual(before);
  });

  test('a rollback starts the warm container again', async () => {
    const customers = startCustomers(place);
    const end = await runDeployer(place, { verb: 'rollback', version: '' });
    expect((await customers.stop()).faults).toEqual([]);
    expect(end.last).toMatchObject({ outcome: 'done', digest: digests['1.0.0'] });
    expect(end.events.find(({ ended }) => ended === 'start')?.note).toContain('warm');
    expect(await servedVersion(place)).toBe('1.0.0');
  });
});
