import { execFileSync } from 'node:child_process';
import { statSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { makeDestination, type TestDestination } from '../support/deploy/destination.ts';
import { startMachine, type TestMachine } from '../support/deploy/machine.ts';
import { startRegistry, type TestRegistry, until } from '../support/deploy/registry.ts';
import {
  type DeployerEnd,
  runDeployer,
  servedVersion,
  storedRows,
  storeRow,
} from '../support/deploy/rig.ts';
import { pushBulk, pushStandIn } from '../support/deploy/stand-in-image.ts';

/** A host whose power fails, or whose disk is full: one of the test's own, with its own engine. */
let registry: TestRegistry;
let image: string;
let machine: TestMachine;
const FACTS = ['docker', 'info', '--format', '{{.DockerRootDir}}'];
/** When the engine of the machine that all this runs on was started. */
const engineSince = () => statSync('/var/run/docker.pid').mtimeMs;
const since = engineSince();

beforeAll(async () => {
  registry = await startRegistry();
  image = `${registry.address}/parstock`;
  pushStandIn(image, { version: '1.0.0' });
  pushStandIn(image, { version: '1.1.0', schema: '0002-second' });
  pushBulk(image, { from: '1.1.0', version: '3.0.0' });
  machine = await startMachine({ alias: 'shop.example', registry, diskMegabytes: 3000 });
}, 240_000);
afterAll(async () => {
  for (const place of places) place.remove();
  await machine?.close();
  await registry?.close();
});

const places: TestDestination[] = [];
const makePlace = async (mode: 'external' | 'embedded') => {
  const { ssh, address } = machine;
  const place = await makeDestination({ image, ssh, address, mode });
  places.push(place);
  return place;
};
const running = ({ service }: TestDestination) =>
  machine
    .run(
      ...['docker', 'ps', '--filter', `label=org.parstock.service=${service}`],
      ...['--format', '{{.Label "org.parstock.version"}}'],
    )
    .split('\n')
    .filter(Boolean);

test('it is not the engine that everybody else uses', () => {
  expect(machine.run(...FACTS).trim()).toBe(machine.engineFolder);
  expect(execFileSync(FACTS[0]!, FACTS.slice(1), { encoding: 'utf8' })).not.toContain('machine');
});

describe.each([
  ['external', ['pull', 'start', 'switch', 'watch', 'retire']],
  ['embedded', ['volume', 'copy', 'switch', 'watch', 'retire']],
] as const)('with the database %s, the host rebooted', (mode, steps) => {
  let place: TestDestination;
  beforeAll(async () => {
    place = await makePlace(mode);
    const first = await runDeployer(place, { version: '1.0.0' });
    expect(first.code, first.said).toBe(0);
    await storeRow(place, 'first');
  });

  test.each(steps)(
    'at %s: one version serves, and the next deploy goes on from there',
    async (step) => {
      const from = await servedVersion(place);
      const to = from === '1.0.0' ? '1.1.0' : '1.0.0';
      const rows = mode === 'embedded' ? await storedRows(place) : [];
      const { end, rebooted } = await deployAndReboot(place, { to, step });
      await rebooted;
      // Whatever it came to, what it says is what customers see.
      const said = end.last.outcome === 'done' ? to : from;
      expect(['done', 'undone'], end.said).toContain(end.last.outcome);
      await until(async () => (await servedVersion(place)) === said, `${said} to serve`);
      await until(() => running(place).length === 1, 'one version alone', 15);
      expect(running(place)).toEqual([said]);
      if (mode === 'embedded') expect(await storedRows(place)).toEqual(rows);
      const again = await runDeployer(place, { version: to });
      expect(again.code, again.said).toBe(0);
      expect(await servedVersion(place)).toBe(to);
      if (mode === 'embedded') expect(await storedRows(place)).toEqual(rows);
    },
  );

  test('at rest: the version that serves comes back by itself, and no other', async () => {
    const serving = await servedVersion(place);
    await machine.reboot();
    await until(async () => (await servedVersion(place)) === serving, 'it to serve again');
    expect(running(place)).toEqual([serving]);
  });
});

async function deployAndReboot(
  place: TestDestination,
  { to, step }: { to: string; step: string },
): Promise<{ end: DeployerEnd; rebooted: Promise<void> | undefined }> {
  let rebooted: Promise<void> | undefined;
  const end = await runDeployer(place, {
    version: to,
    onEvent: ({ began }) => {
      if (began === step) rebooted ??= machine.reboot();
    },
  });
  expect(rebooted, `${step} never began: ${end.said}`).toBeDefined();
  return { end, rebooted };
}

test('a disk that fills up during the pull leaves the old version in place', async () => {
  const place = await makePlace('external');
  expect((await runDeployer(place, { version: '1.0.0' })).code).toBe(0);
  const folder = machine.engineFolder;
  // All but a few megabytes: fewer than the image has.
  const leaveFourMegabytes =
    'fallocate -l $(($(df --output=avail -k "$1" | tail -1) - 4000))K "$1/fill"';
  const end = await runDeployer(place, {
    version: '3.0.0',
    onEvent: ({ began }) => {
      if (began === 'pull') machine.run('sh', '-c', leaveFourMegabytes, 'sh', folder);
    },
  });
  machine.run('rm', `${folder}/fill`);
  expect(end.last, end.said).toMatchObject({ outcome: 'undone', failure: { step: 'pull' } });
  expect(end.last.failure!.words).toMatch(/no space left/i);
  expect(await servedVersion(place)).toBe('1.0.0');
  expect(running(place)).toEqual(['1.0.0']);
  // With space again, it goes through.
  expect((await runDeployer(place, { version: '3.0.0' })).code).toBe(0);
});

test('all that time the engine around it was left alone', () => {
  expect(engineSince()).toBe(since);
  expect(execFileSync('ip', ['link', 'show', 'docker0']).toString()).toContain('UP');
});
