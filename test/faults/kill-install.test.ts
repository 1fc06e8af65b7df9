import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { killAll, letFinish, openRaceTrack, type RaceTrack } from '../support/install-race.ts';

let folder: string;
let track: RaceTrack;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'parstock-install-'));
  track = await openRaceTrack(folder);
});
afterAll(async () => {
  await track.close();
  rmSync(folder, { recursive: true });
});

test('three installers on one cache: one fetches, all end ready', async () => {
  const cacheDir = join(folder, 'together');
  expect(await letFinish(track.start(cacheDir, 3))).toEqual([]);
  expect(await track.inspect(cacheDir)).toEqual([]);
  // Each package once: nobody installed beside the holder of the lock.
  expect(track.registry.tarballs).toBe(3);
});

test('killed at any moment, the next installers complete a whole cache without leftovers', async () => {
  for (let round = 0; round < 4; round++) {
    const cacheDir = join(folder, `killed-${round}`);
    for (let kills = 0; kills < 3; kills++) await killAll(track.start(cacheDir, 2), 2500);
    expect(await letFinish(track.start(cacheDir, 2))).toEqual([]);
    expect(await track.inspect(cacheDir)).toEqual([]);
  }
});
