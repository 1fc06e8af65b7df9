import { execFileSync } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { DeployList } from '../../src/contract/index.ts';
import {
  DEPLOY_KEY,
  makeProductDestination,
  type ProductDestination,
  VERSIONS,
} from '../support/deploy/product-destination.ts';
import { servedVersion } from '../support/deploy/rig.ts';

/**
 * The product itself, by the commands that a person types: its image is deployed, replaced and gone back
 * to in both modes, with its own smoke tests and accuracy gate, while somebody uses it. This is the part
 * that runs for every change; all other tests of deploys use a server of a few lines.
 */
const [first, second] = VERSIONS;
const IMAGE = 'parstock-test:current';

/** Keeps asking until told to stop; gives what was not answered as it should be. */
function askOn(url: string) {
  const faults: string[] = [];
  let answers = 0;
  let stopped = false;
  const ask = async () => {
    while (!stopped) {
      const answer = await fetch(`${url}/api/v1/deploys`, {
        headers: { authorization: `Bearer ${DEPLOY_KEY}` },
      }).catch((error: Error) => error);
      if (answer instanceof Error) faults.push(String(answer.cause ?? answer));
      else if (!answer.ok || !Array.isArray(((await answer.json()) as DeployList).items))
        faults.push(`HTTP ${answer.status}`);
      answers += 1;
      await sleep(20);
    }
  };
  const all = [ask(), ask(), ask()];
  return async () => {
    stopped = true;
    await Promise.all(all);
    return { faults, answers };
  };
}

const hasImage = () => {
  try {
    execFileSync('docker', ['image', 'inspect', IMAGE], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
};

describe.each(['external', 'embedded'] as const)('with the database %s', (mode) => {
  let place: ProductDestination;
  beforeAll(async () => {
    const image = process.env.PARSTOCK_TEST_IMAGE ?? (hasImage() ? IMAGE : undefined);
    place = await makeProductDestination({ mode, image });
  });
  afterAll(() => place?.close());

  test('a version is set up, replaced and gone back to, and nobody notices', async () => {
    const setUp = await place.parstock(['deploy', place.name, first]);
    expect(setUp.code, setUp.said).toBe(0);
    expect(await servedVersion(place)).toBe(first);

    const stop = askOn(place.url);
    const next = await place.parstock(['deploy', place.name, second]);
    expect(next.code, next.said).toBe(0);
    expect(next.said).toMatch(/✓ Smoke tests \(.*\d+ passed/);
    expect(next.said).toContain('✓ Accuracy gate');
    expect(await servedVersion(place)).toBe(second);

    const back = await place.parstock(['rollback', place.name]);
    expect(back.code, back.said).toBe(0);
    expect(await servedVersion(place)).toBe(first);
    const { faults, answers } = await stop();
    expect(faults).toEqual([]);
    expect(answers).toBeGreaterThan(100);

    const headers = { authorization: `Bearer ${DEPLOY_KEY}` };
    const history = (await (
      await fetch(`${place.url}/api/v1/deploys`, { headers })
    ).json()) as DeployList;
    expect(history.serving.version).toBe(first);
    expect(history.items.map(({ kind, version, state }) => [kind, version, state])).toEqual([
      ['rollback', first, 'succeeded'],
      ['deploy', second, 'succeeded'],
      ['deploy', first, 'succeeded'],
    ]);
  });

  test('status and a dry run say what there is, and change nothing', async () => {
    const status = await place.parstock(['status', place.name, '--json']);
    expect(JSON.parse(status.printed)).toMatchObject([
      { serving: { version: first, ready: true }, route: 'running', lease: null, unfinished: [] },
    ]);
    const plan = await place.parstock(['deploy', place.name, second, '--dry-run']);
    expect(plan.printed).toContain(`takes   ${second}`);
    expect(plan.printed).toContain('does not migrate');
    expect(await servedVersion(place)).toBe(first);
  });
});
