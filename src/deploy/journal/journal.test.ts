import { execFileSync } from 'node:child_process';
import { appendFileSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Host } from '../hosts/host.ts';
import { openLocalHost } from '../hosts/local-host.ts';
import type { EntryBody, SiteFacts } from './entry.ts';
import { openJournal, readJournal } from './journal.ts';
import { findLease, type LeaseOwner, openLease } from './lease.ts';

let home: string;
let host: Host;
const folder = 'ours';

beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'parstock-journal-'));
  host = openLocalHost({ home, env: process.env });
});
afterEach(() => rmSync(home, { recursive: true, force: true }));

const ownerNamed = (who: string): LeaseOwner => ({
  who,
  machine: 'laptop',
  pid: 1,
  doing: 'deploy 1.0.0',
  since: '2026-11-23T17:00:00Z',
});
const take = (who: string, isDead: (owner: LeaseOwner) => boolean = () => false) =>
  openLease({ host, folder, owner: ownerNamed(who), isDead });

describe('the lease', () => {
  test('is given to one, and the other is told who holds it', async () => {
    const first = await take('anna');
    await expect(take('ben')).rejects.toMatchObject({
      code: 'lease_held',
      details: { owner: 'anna on laptop, process 1', doing: 'deploy 1.0.0' },
    });
    await first.release();
    const second = await take('ben');
    expect(Number(second.token)).toBeGreaterThan(Number(first.token));
    await second.release();
    expect(await findLease(host, folder)).toBeUndefined();
  });

  test('of a dead process is taken over, and the dead one is fenced off', async () => {
    const dead = await take('anna');
    const next = await take('ben', ({ who }) => who === 'anna');
    expect(await next.run(['echo', 'mine'])).toMatchObject({ code: 0, stdout: 'mine\n' });
    await expect(dead.run(['touch', join(home, 'too-late')])).rejects.toMatchObject({
      code: 'lease_lost',
    });
    expect(() => statSync(join(home, 'too-late'))).toThrow();
    // Its release must not end the lease of the other.
    await dead.release();
    expect((await findLease(host, folder))?.owner.who).toBe('ben');
    await next.release();
  });

  test('is given to one of many who ask at once', async () => {
    const asked = await Promise.allSettled(['a', 'b', 'c', 'd', 'e'].map((who) => take(who)));
    const given = asked.filter((one) => one.status === 'fulfilled');
    expect(given.length).toBe(1);
    await given[0]!.value.release();
  });

  test('waits for a command that a killed deployer left at work', async () => {
    const killed = await take('anna');
    const orphan = killed.run(['sh', '-c', `sleep 1; echo late >>${join(home, 'order')}`]);
    await expect
      .poll(() => execFileSync('ps', ['-eo', 'args'], { encoding: 'utf8' }))
      .toContain(join(home, 'order'));
    const next = await take('ben', () => true);
    appendFileSync(join(home, 'order'), 'next\n');
    await orphan;
    expect(readFileSync(join(home, 'order'), 'utf8')).toBe('late\nnext\n');
    await next.release();
  });

  test('lies in a folder that nobody else may read', async () => {
    const lease = await take('anna');
    expect(statSync(join(home, folder)).mode & 0o777).toBe(0o700);
    await lease.release();
  });
});

describe('the journal', () => {
  const facts: SiteFacts = { previous: null, container: 'c', warm: false, volume: null };
  const plan: EntryBody = {
    ...{ event: 'plan', kind: 'deploy', mode: 'external', image: 'i', digest: 'sha256:ab' },
    ...{ version: '1.0.0', by: 'anna', wayBack: '', contract: null, facts },
  };
  const journalOf = (token: string, deployId: string) =>
    openJournal({ host, folder, token, deployId, now: () => new Date(0) });

  test('tells what was begun, and how it ended', async () => {
    const lease = await take('anna');
    const journal = journalOf(lease.token, 'd1');
    await journal.write(plan);
    await journal.write({ event: 'begun', step: 'pull' });
    journal.note({ event: 'done', step: 'pull', milliseconds: 5 });
    await journal.write({ event: 'begun', step: 'start' });
    const [story] = await readJournal(host, folder);
    expect(story!.steps.map(({ event, step }) => `${step} ${event}`)).toEqual([
      'pull begun',
      'pull done',
      'start begun',
    ]);
    expect(story!.outcome).toBeNull();
    await journal.write({ event: 'finished', outcome: 'undone', note: 'start: no' });
    expect((await readJournal(host, folder))[0]).toMatchObject({ outcome: 'undone' });
    await lease.release();
  });

  test('a line that was cut off hides neither those before nor those after it', async () => {
    const lease = await take('anna');
    await journalOf(lease.token, 'd1').write(plan);
    appendFileSync(join(home, folder, 'journal.jsonl'), '{"deploy":"d1","event":"be');
    await journalOf(lease.token, 'd2').write(plan);
    expect((await readJournal(host, folder)).map(({ id }) => id)).toEqual(['d1', 'd2']);
    await lease.release();
  });

  test('is written by the holder of the lease alone', async () => {
    const lease = await take('anna');
    const late = journalOf('0', 'd1').write(plan);
    await expect(late).rejects.toMatchObject({ code: 'lease_lost' });
    expect(await readJournal(host, folder)).toEqual([]);
    await lease.release();
  });
});
