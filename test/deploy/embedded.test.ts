import { execFileSync } from 'node:child_process';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { makeDestination, type TestDestination } from '../support/deploy/destination.ts';
import { startRegistry, type TestRegistry } from '../support/deploy/registry.ts';
import {
  runDeployer,
  servedVersion,
  startCustomers,
  storedRows,
  storeRow,
} from '../support/deploy/rig.ts';
import { pushStandIn } from '../support/deploy/stand-in-image.ts';

/** One database that belongs to one process: pause, copy, swap, resume; on this very machine. */
let registry: TestRegistry;
let place: TestDestination;

beforeAll(async () => {
  registry = await startRegistry();
  const image = `${registry.address}/parstock`;
  pushStandIn(image, { version: '1.0.0' });
  pushStandIn(image, { version: '1.1.0', schema: '0002-second' });
  pushStandIn(image, { version: '2.0.0', schema: '0003-third', minReader: '2.0.0' });
  pushStandIn(image, { version: '9.0.1', fault: 'start' });
  pushStandIn(image, { version: '9.0.2', fault: 'ready' });
  pushStandIn(image, { version: '9.0.3', fault: 'errors' });
  pushStandIn(image, { version: '9.0.4', fault: 'migration', schema: '0009-broken' });
  const noReturn = { schema: '0010-far', minReader: '9.0.5' };
  pushStandIn(image, { version: '9.0.5', fault: 'errors', ...noReturn });
  place = await makeDestination({ image, mode: 'embedded' });
}, 240_000);

afterAll(async () => {
  place?.remove();
  await registry?.close();
});

describe('a destination with its database inside', () => {
  test('a deploy holds requests while the data change hands, and loses none', async () => {
    expect((await runDeployer(place, { version: '1.0.0' })).code).toBe(0);
    await storeRow(place, 'before');
    const customers = startCustomers(place);
    const end = await runDeployer(place, { version: '1.1.0' });
    expect((await customers.stop()).faults).toEqual([]);
    expect(end.last.outcome).toBe('done');
    expect(await servedVersion(place)).toBe('1.1.0');
    expect(await storedRows(place)).toEqual(['before']);
  });

  test.each([
    ['does not start', '9.0.1', 'ready'],
    ['is never ready', '9.0.2', 'ready'],
    ['fails half-way through its migration', '9.0.4', 'ready'],
  ])('a version that %s leaves the data as they were', async (_, version, step) => {
    await storeRow(place, `before ${version}`);
    const rows = await storedRows(place);
    const customers = startCustomers(place);
    const end = await runDeployer(place, { version });
    expect((await customers.stop()).faults).toEqual([]);
    expect(end.last).toMatchObject({ outcome: 'undone', failure: { step } });
    expect(await servedVersion(place)).toBe('1.1.0');
    expect(await storedRows(place)).toEqual(rows);
  });

  test.each([
    ['smoke', { smoke: 'fails' as const }],
    ['gate', { gate: 'breached' as const }],
  ])(
    'a version that fails at the %s gives way to the old one, which keeps what was written meanwhile',
    async (step, fault) => {
      place.change({ gate: { enabled: true } });
      const rows = await storedRows(place);
      const customers = startCustomers(place);
      let stored: Promise<void> | undefined;
      const end = await runDeployer(place, {
        version: '1.0.0',
        ...fault,
        onEvent: ({ began }) => {
          // The new version serves by now: what it takes down must outlive it.
          if (began === step) stored = storeRow(place, `during ${step}`);
        },
      });
      await stored;
      place.change({});
      expect((await customers.stop()).faults).toEqual([]);
      expect(end.last).toMatchObject({ outcome: 'undone', failure: { step } });
      expect(end.code).toBe(1);
      expect(await servedVersion(place)).toBe('1.1.0');
      expect(await storedRows(place)).toEqual([...rows, `during ${step}`]);
    },
  );

  test('after a failed watch the old version comes back with what the new one had acknowledged', async () => {
    place.change({ watch: { seconds: 20 } });
    const rows = await storedRows(place);
    const customers = startCustomers(place, 2);
    const end = await runDeployer(place, { version: '9.0.3' });
    await customers.stop();
    place.change({});
    expect(end.last).toMatchObject({ outcome: 'undone', failure: { step: 'watch' } });
    expect(end.code).toBe(1);
    expect(await servedVersion(place)).toBe('1.1.0');
    expect(await storedRows(place)).toEqual(rows);
  });

  test('a proxy that was started again while it held requests lets them go on', async () => {
    const rows = await storedRows(place);
    await runDeployer(place, {
      version: '1.0.0',
      onEvent: ({ began }, child) => {
        if (began === 'copy') child.kill('SIGKILL');
      },
    });
    execFileSync('docker', ['restart', '-t', '1', place.proxy], { stdio: 'ignore' });
    const again = await runDeployer(place, { version: '1.1.0' });
    expect(again.code, again.said).toBe(0);
    expect(await servedVersion(place)).toBe('1.1.0');
    expect(await storedRows(place)).toEqual(rows);
  });

  test('a rollback keeps what was written since', async () => {
    await storeRow(place, 'written by 1.1.0');
    const rows = await storedRows(place);
    const end = await runDeployer(place, { verb: 'rollback', version: '1.0.0' });
    expect(end.last.outcome).toBe('done');
    expect(await servedVersion(place)).toBe('1.0.0');
    expect(await storedRows(place)).toEqual(rows);
  });

  test('where there is no way back, it is said before, and refused with the safe alternative', async () => {
    const end = await runDeployer(place, { version: '2.0.0' });
    expect(end.events.find(({ way }) => way)?.way).toMatchObject({ wayBack: false });
    expect(end.events.find(({ way }) => way)?.way?.words).toContain('NO WAY BACK to 1.0.0');
    expect(end.last.outcome).toBe('done');
    const back = await runDeployer(place, { verb: 'rollback', version: '1.0.0' });
    expect(back.last).toMatchObject({ refused: 'schema_forbids' });
    expect(back.last.details?.next).toContain('parstock restore');
    expect(back.code).toBe(1);
    expect(await servedVersion(place)).toBe('2.0.0');
  });

  test('a failed watch without a way back needs a person, and drops no acknowledged row', async () => {
    place.change({ watch: { seconds: 20 } });
    const rows = await storedRows(place);
    const customers = startCustomers(place, 2);
    const end = await runDeployer(place, { version: '9.0.5' });
    await customers.stop();
    expect(end.last).toMatchObject({ outcome: 'stuck', failure: { step: 'watch' } });
    expect(end.code).toBe(3);
    expect(await servedVersion(place)).toBe('9.0.5');
    expect(await storedRows(place)).toEqual(rows);
  });
});
