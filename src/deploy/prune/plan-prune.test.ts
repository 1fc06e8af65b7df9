import { describe, expect, test } from 'vitest';
import type { ContainerFacts } from '../commands/docker-output.ts';
import type { DeployStory } from '../journal/entry.ts';
import { type PruneFacts, planPrune } from './plan-prune.ts';
import { readDigests, readSizes, readUsedDigests, removal } from './prune-commands.ts';

const digestOf = (n: number) => `sha256:${String(n).repeat(64).slice(0, 64)}`;
const story = (n: number, outcome: DeployStory['outcome'] = 'done'): DeployStory =>
  ({
    id: `deploy-${n}`,
    plan: { digest: digestOf(n), version: `1.${n}.0`, at: `2026-01-0${n}`, contract: null },
    steps: [],
    outcome,
    note: undefined,
    finishedAt: null,
  }) as unknown as DeployStory;
const container = (n: number, change: Partial<ContainerFacts> = {}): ContainerFacts =>
  ({
    name: `parstock-stage-${n}`,
    running: false,
    digest: digestOf(n),
    version: `1.${n}.0`,
    volumes: { '/data': `parstock-stage-data-${n}`, '/cache': 'parstock-stage-cache' },
    ...change,
  }) as ContainerFacts;

/** Seven deploys, one after the other; the last one serves. */
function facts(change: Partial<PruneFacts> = {}): PruneFacts {
  const all = [1, 2, 3, 4, 5, 6, 7];
  return {
    repository: 'ghcr.io/you/parstock',
    keep: 5,
    stories: all.map((n) => story(n)),
    others: [],
    containers: [container(7, { running: true }), ...[6, 5, 4].map((n) => container(n))],
    serving: 'parstock-stage-7',
    volumes: [4, 5, 6, 7].map((n) => `parstock-stage-data-${n}`),
    imageDigests: all.map(digestOf),
    usedDigests: [digestOf(7)],
    ...change,
  };
}

const names = (given: PruneFacts) => planPrune(given).map(({ kind, name }) => `${kind} ${name}`);

describe('what may go', () => {
  test('old stopped containers, their data, and images beyond the last five', () => {
    expect(names(facts())).toEqual([
      'container parstock-stage-5',
      'container parstock-stage-4',
      'volume parstock-stage-data-4',
      'volume parstock-stage-data-5',
      `image ghcr.io/you/parstock@${digestOf(1)}`,
      `image ghcr.io/you/parstock@${digestOf(2)}`,
    ]);
  });

  test('never what serves or runs, and never the one that a rollback would start again', () => {
    const gone = names(facts());
    for (const kept of [6, 7]) {
      expect(gone).not.toContain(`container parstock-stage-${kept}`);
      expect(gone).not.toContain(`volume parstock-stage-data-${kept}`);
    }
    const running = container(5, { running: true });
    const containers = [container(7, { running: true }), running, container(4)];
    expect(names(facts({ containers }))).not.toContain('container parstock-stage-5');
  });

  test('never an image that another destination of the host may go back to', () => {
    const others = [[story(1)]];
    expect(names(facts({ others }))).not.toContain(`image ghcr.io/you/parstock@${digestOf(1)}`);
  });

  test("never an image that this destination's journal does not name, or that a container uses", () => {
    const stranger = digestOf(9);
    const imageDigests = [...facts().imageDigests, stranger];
    expect(names(facts({ imageDigests })).join()).not.toContain(stranger);
    const usedDigests = [digestOf(1)];
    expect(names(facts({ usedDigests })).join()).not.toContain(digestOf(1));
  });

  test('nothing while a deploy has not ended or needs a person', () => {
    for (const outcome of [null, 'stuck'] as const)
      expect(names(facts({ stories: [story(1), story(2, outcome)] }))).toEqual([]);
  });

  test('no container and no data while nobody serves', () => {
    const gone = names(facts({ serving: undefined, containers: [container(7), container(6)] }));
    expect(gone.filter((name) => !name.startsWith('image'))).toEqual([]);
  });

  test('a failed deploy counts as no version to go back to', () => {
    const stories = [1, 2, 3, 4, 5, 6, 7].map((n) => story(n, n === 6 ? 'undone' : 'done'));
    const gone = names(facts({ stories }));
    expect(gone).toContain('container parstock-stage-6');
    expect(gone).not.toContain('container parstock-stage-5');
  });
});

test('everything is removed by name, and nothing by force', () => {
  for (const item of planPrune(facts())) {
    const words = removal(item);
    expect(words).toContain(item.name);
    expect(words.join(' ')).not.toMatch(/force|prune|-f\b|-a\b|\*/);
  }
});

test('reads what the engine prints', () => {
  const line = (digest: string) => JSON.stringify({ Repository: 'r', Digest: digest });
  expect(readDigests(`${line(digestOf(1))}\n${line('<none>')}\n`)).toEqual([digestOf(1)]);
  const used = `r@${digestOf(2)}\nother/r@${digestOf(1)}\nnode:24\n`;
  expect(readUsedDigests(used, 'r')).toEqual([digestOf(2)]);
  const disk = {
    Images: [{ Repository: 'r', Digest: digestOf(1), UniqueSize: '74.98MB' }],
    Volumes: [{ Name: 'v', Size: '1.2kB' }],
  };
  expect([...readSizes(JSON.stringify(disk))]).toEqual([
    [`r@${digestOf(1)}`, 74_980_000],
    ['v', 1200],
  ]);
});
