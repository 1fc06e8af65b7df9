import { describe, expect, test } from 'vitest';
import { Refusal } from '../../contract/errors.ts';
import { destinationSchema } from '../configuration/schema.ts';
import type { EntryBody } from '../journal/entry.ts';
import type { Deploy, Destination, Site, Step } from './deploy.ts';
import { redacted } from './in-words.ts';
import { planOf } from './plans.ts';
import { runPlan } from './run-plan.ts';

const destination: Destination = {
  name: 'stage',
  service: 'parstock-stage',
  folder: 'f',
  image: 'i',
  registry: undefined,
  settings: destinationSchema.parse({ hosts: ['local'], mode: 'external' }),
  secrets: new Map([['PARSTOCK_DATABASE_URL', 'postgres://u:pl4nted@h/d']]),
  registryPassword: undefined,
};

/** A host that only remembers. */
function siteNamed(name: string, did: string[]): Site & { entries: EntryBody[] } {
  const entries: EntryBody[] = [];
  const quiet = { code: 0, stdout: '', stderr: '' };
  return {
    host: { name } as Site['host'],
    destination,
    facts: { previous: null, container: 'c', warm: false, volume: null },
    journal: {
      write: async (entry) => {
        entries.push(entry);
      },
      note: (entry) => {
        entries.push(entry);
      },
    },
    act: async (words) => {
      did.push(`${name} ${words.join(' ')}`);
      return quiet;
    },
    look: async () => quiet,
    reach: async () => '',
    entries,
  };
}

const step = (name: string, change: Partial<Step> = {}): Step => ({
  name,
  title: name,
  do: async (site) => {
    await site.act(['do', name], { doing: name });
    return undefined;
  },
  undo: async (site) => {
    await site.act(['undo', name], { doing: name });
  },
  ...change,
});
const failing = (error: Error) => ({
  do: async () => {
    throw error;
  },
});

async function run(steps: readonly Step[], hosts = ['a']) {
  const did: string[] = [];
  const sites = hosts.map((name) => siteNamed(name, did));
  const listener = { began: () => {}, ended: () => {}, undoing: () => {} };
  const deploy = { signal: new AbortController().signal } as Deploy;
  const end = runPlan(steps, { sites, deploy, listener });
  return { end, did, sites };
}

describe('a plan', () => {
  test('runs step by step on every host, each written down before it begins', async () => {
    const { end, did, sites } = await run([step('one'), step('two')], ['a', 'b']);
    expect(await end).toEqual({ outcome: 'done', notes: [] });
    expect(did).toEqual(['a do one', 'b do one', 'a do two', 'b do two']);
    expect(sites[0]!.entries.map(({ event }) => event)).toEqual([
      ...['begun', 'done', 'begun', 'done', 'finished'],
    ]);
  });

  test('is taken back in reverse where a step fails, that step included', async () => {
    const bad = step('bad', failing(new Error('no')));
    const { end, did, sites } = await run([step('one'), step('two'), bad], ['a', 'b']);
    expect(await end).toMatchObject({ outcome: 'undone', failure: { step: 'bad' } });
    expect(did.slice(4)).toEqual([
      ...['a undo bad', 'b undo two', 'a undo two', 'b undo one', 'a undo one'],
    ]);
    expect(sites[1]!.entries.at(-1)).toMatchObject({ event: 'finished', outcome: 'undone' });
  });

  test('goes on undoing after an undo that failed, and says that a person is needed', async () => {
    const stubborn = step('stubborn', {
      undo: async () => {
        throw new Error('will not');
      },
    });
    const bad = step('bad', failing(new Error('no')));
    const { end, did, sites } = await run([step('one'), stubborn, bad]);
    expect((await end).outcome).toBe('stuck');
    expect(did.at(-1)).toBe('a undo one');
    expect(sites[0]!.entries.map(({ event }) => event)).toContain('undo-failed');
  });

  test('is not undone after the point of no return', async () => {
    const steps = [
      step('one'),
      step('commit', { commits: true }),
      step('bad', failing(Error('no'))),
    ];
    const { end, did } = await run(steps);
    expect((await end).outcome).toBe('failed-after-commit');
    expect(did).toEqual(['a do one', 'a do commit']);
  });

  test('goes on after a failure that does not matter, and notes it', async () => {
    const optional = step('tidy', { optional: true, ...failing(new Error('no')) });
    const { end, did } = await run([optional, step('two')]);
    expect(await end).toEqual({ outcome: 'done', notes: ['tidy: no'] });
    expect(did).toEqual(['a do two']);
  });

  test('stops and touches nothing more where another deployer has taken over', async () => {
    const lost = step('lost', failing(new Refusal('lease_lost')));
    const { end, did } = await run([step('one'), lost]);
    await expect(end).rejects.toMatchObject({ code: 'lease_lost' });
    expect(did).toEqual(['a do one']);
  });
});

test('a secret that a command repeats is not passed on', () => {
  const said = 'could not connect to postgres://u:pl4nted@h/d';
  expect(redacted(said, destination)).toBe('could not connect to ‹PARSTOCK_DATABASE_URL›');
});

test('both modes test a version before anything cannot be undone, as far as it can be', () => {
  const names = (mode: 'embedded' | 'external', kind: 'deploy' | 'return' = 'deploy') =>
    planOf({ mode, kind }, []).map(({ name }) => name);
  expect(names('external')).toEqual([
    ...['preflight', 'proxy', 'pull', 'backup', 'create', 'start', 'ready', 'smoke', 'gate'],
    ...['switch', 'watch', 'keep', 'retire', 'record'],
  ]);
  expect(names('embedded')).toEqual([
    ...['preflight', 'proxy', 'pull', 'backup', 'measure', 'volume', 'ahead', 'create', 'pause'],
    ...['stop-old', 'copy', 'start', 'ready', 'switch', 'resume', 'keep', 'smoke', 'gate', 'watch'],
    ...['retire', 'record'],
  ]);
  expect(names('embedded', 'return')).toEqual([
    ...['create', 'pause', 'stop-old', 'start', 'ready', 'switch', 'resume', 'keep'],
    ...['retire', 'record'],
  ]);
});
