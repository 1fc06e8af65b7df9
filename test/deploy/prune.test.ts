import { execFileSync } from 'node:child_process';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { PruneReport } from '../../src/deploy/prune/index.ts';
import { runParstock } from '../support/command-line.ts';
import { makeDestination, type TestDestination } from '../support/deploy/destination.ts';
import { startRegistry, type TestRegistry } from '../support/deploy/registry.ts';
import { runDeployer, servedVersion } from '../support/deploy/rig.ts';
import { pushStandIn } from '../support/deploy/stand-in-image.ts';
import { eventually } from '../support/jobs.ts';

/** What deploys leave behind, on a real engine, between things that are somebody else's. */
const versions = ['1.0.0', '1.1.0', '1.2.0', '1.3.0'];
let registry: TestRegistry;
let place: TestDestination;
let image: string;
let digests: string[];
let stranger: string;

const docker = (...words: string[]) =>
  execFileSync('docker', words, { encoding: 'utf8' }).trim().split('\n').filter(Boolean);

beforeAll(async () => {
  registry = await startRegistry();
  image = `${registry.address}/parstock`;
  digests = versions.map((version) => pushStandIn(image, { version }));
  // A host has what a deploy pulled, by digest alone.
  for (const version of versions) docker('image', 'rm', `${image}:${version}`);
  place = await makeDestination({ image, mode: 'embedded' });
  stranger = `${place.service}-data-of-somebody-else`;
  docker('volume', 'create', stranger);
  docker('create', '--name', stranger, 'node:24-bookworm-slim', 'true');
}, 240_000);

afterAll(async () => {
  docker('rm', '--force', stranger);
  docker('volume', 'rm', '--force', stranger);
  place?.remove();
  await registry?.close();
});

const names = () => docker('ps', '--all', '--filter', serviceLabel(), '--format', '{{.Names}}');
const volumes = () =>
  docker('volume', 'ls', '--filter', serviceLabel(), '--format', '{{.Name}}').filter((name) =>
    name.includes('-data-'),
  );
const serviceLabel = () => `label=org.parstock.service=${place.service}`;
const imagesHere = () =>
  docker('image', 'ls', '--digests', '--format', '{{.Digest}}', image).filter((one) =>
    one.startsWith('sha256:'),
  );
const prune = async (...words: string[]) => {
  const config = ['--config', place.file, '--json'];
  const told = await runParstock(['prune', place.name, ...config, ...words]);
  expect(told.code, told.stderr).toBe(0);
  return (JSON.parse(told.stdout) as PruneReport[]).flatMap(({ items }) => items);
};

test('every deploy ends with it: one stopped container stays for a rollback, and its data', async () => {
  for (const version of versions) {
    const end = await runDeployer(place, { version });
    expect(end.last.outcome, end.said).toBe('done');
  }
  expect(await servedVersion(place)).toBe('1.3.0');
  // The helper of the last copy removes itself some seconds after its work.
  await eventually('the helper to end', async () => !names().some((name) => /-copy$/.test(name)));
  expect(names()).toHaveLength(2);
  expect(volumes()).toHaveLength(2);
  expect(imagesHere().sort()).toEqual([...digests].sort());
});

test('a dry run names what would go, with its bytes, and removes nothing', async () => {
  place.change({ keep: 2 });
  const items = await prune('--dry-run');
  expect(items.map(({ kind, name }) => `${kind} ${name}`).sort()).toEqual(
    digests
      .slice(0, 2)
      .map((digest) => `image ${image}@${digest}`)
      .sort(),
  );
  for (const { bytes, left } of items) {
    expect(bytes).toBeGreaterThanOrEqual(0);
    expect(left).toBeNull();
  }
  expect(imagesHere()).toHaveLength(4);
});

test('what is older than the last versions goes, what serves or is gone back to stays', async () => {
  expect(await prune()).toHaveLength(2);
  expect(imagesHere().sort()).toEqual(digests.slice(2).sort());
  expect(await servedVersion(place)).toBe('1.3.0');
  expect(await prune()).toEqual([]);
  const back = await runDeployer(place, { verb: 'rollback', version: '1.2.0' });
  expect(back.last.outcome, back.said).toBe('done');
  expect(await servedVersion(place)).toBe('1.2.0');
});

test("what is somebody else's is never touched, whatever its name", () => {
  expect(docker('volume', 'ls', '--format', '{{.Name}}')).toContain(stranger);
  expect(docker('ps', '--all', '--format', '{{.Names}}')).toContain(stranger);
});
