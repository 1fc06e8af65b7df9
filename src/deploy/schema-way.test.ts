import { describe, expect, test } from 'vitest';
import { readStories } from './journal/entry.ts';
import { splitRepository } from './registry/registry-client.ts';
import { contractOf, schemaWay } from './schema-way.ts';
import { rollbackTarget, versionsOf } from './versions.ts';

const to = (version: string, schema: string, minReader: string) => ({
  ...{ version, schema, minReader },
  minUpgradeFrom: '0002-b',
});

describe('what a change of versions means for the data', () => {
  test('a release that only adds leaves a way back', () => {
    const way = schemaWay({
      from: '1.3.0',
      to: to('1.4.0', '0005-e', '1.2.0'),
      database: { schema: '0004-d', minReader: '1.0.0' },
    });
    expect(way).toMatchObject({ migrates: true, wayBack: true });
    expect(way.words).toBe('migrates 0004-d → 0005-e; 1.3.0 can run on the data afterwards');
  });

  test('one that takes something away does not, and says so first', () => {
    const way = schemaWay({
      from: '1.3.0',
      to: to('2.0.0', '0005-e', '2.0.0'),
      database: { schema: '0004-d', minReader: '1.0.0' },
    });
    expect(way).toMatchObject({ migrates: true, wayBack: false });
    expect(way.words).toContain('NO WAY BACK to 1.3.0');
  });

  test('back to a version that may still read the data', () => {
    const way = schemaWay({
      from: '1.4.0',
      to: to('1.3.0', '0004-d', '1.0.0'),
      database: { schema: '0005-e', minReader: '1.2.0' },
    });
    expect(way).toMatchObject({ migrates: false, wayBack: true });
  });

  test('back to one that may not is refused, with the safe way named', () => {
    const change = {
      from: '2.0.0',
      to: to('1.3.0', '0004-d', '1.0.0'),
      database: { schema: '0005-e', minReader: '2.0.0' },
    };
    expect(() => schemaWay(change)).toThrow(
      expect.objectContaining({
        code: 'schema_forbids',
        details: expect.objectContaining({ next: expect.stringContaining('restore the backup') }),
      }),
    );
  });

  test('a leap over versions that had to come in between is refused', () => {
    const change = {
      from: '0.9.0',
      to: to('2.0.0', '0009-i', '1.0.0'),
      database: { schema: '0001-a', minReader: '0.1.0' },
    };
    expect(() => schemaWay(change)).toThrow(expect.objectContaining({ code: 'schema_forbids' }));
  });

  test('labels that are not all there are no contract', () => {
    expect(contractOf({ 'org.parstock.schema': '0001-a' })).toBeNull();
  });
});

describe('versions to go back to', () => {
  const story = (id: string, version: string, outcome: string) => {
    const about = { deploy: id, token: '1', at: `2026-01-0${id}` };
    const facts = { previous: null, container: 'c', warm: false, volume: null };
    const plan = {
      ...{ event: 'plan', kind: 'deploy', mode: 'external', image: 'i', by: 'a', wayBack: '' },
      ...{ digest: `sha256:${version}`, version, contract: null, facts },
    };
    return [plan, { event: 'finished', outcome }]
      .map((one) => JSON.stringify({ ...about, ...one }))
      .join('\n');
  };
  const stories = readStories(
    [
      story('1', '1.0.0', 'done'),
      story('2', '1.1.0', 'done'),
      story('3', '1.2.0', 'undone'),
      story('4', '1.0.0', 'done'),
      story('5', '1.3.0', 'done'),
    ].join('\n'),
  );

  test('are those that stayed, the newest first, each once', () => {
    expect(versionsOf(stories, 5).map(({ version }) => version)).toEqual([
      '1.3.0',
      '1.0.0',
      '1.1.0',
    ]);
    expect(versionsOf(stories, 2).map(({ version }) => version)).toEqual(['1.3.0', '1.0.0']);
  });

  test('the one before is the default; another is named by tag or digest', () => {
    const kept = versionsOf(stories, 5);
    const serving = 'sha256:1.3.0';
    expect(rollbackTarget(kept, { serving, wanted: undefined }).version).toBe('1.0.0');
    expect(rollbackTarget(kept, { serving, wanted: 'v1.1.0' }).version).toBe('1.1.0');
    expect(() => rollbackTarget(kept, { serving, wanted: '1.2.0' })).toThrow(
      expect.objectContaining({ code: 'nothing_to_deploy' }),
    );
  });
});

test('a repository is split as docker does it', () => {
  const of = (repository: string) => splitRepository(repository).origin;
  expect(of('ghcr.io/you/parstock')).toBe('https://ghcr.io');
  expect(of('127.0.0.1:5000/parstock')).toBe('http://127.0.0.1:5000');
  expect(of('localhost:5000/parstock')).toBe('http://localhost:5000');
  expect(splitRepository('you/parstock')).toMatchObject({
    origin: 'https://registry-1.docker.io',
    path: 'you/parstock',
  });
});
