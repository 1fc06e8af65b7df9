import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { compareVersions } from '../src/contract/version.ts';
import {
  type MigrationContract,
  migrationContracts,
  programContract,
} from '../src/server/store/schema-contract.ts';
import { readProjectFile } from './source-files.ts';

const folder = new URL('../src/server/store/migrations/', import.meta.url);
const files = readdirSync(folder)
  .map((file) => file.replace(/\.sql$/, ''))
  .sort();
const declared = Object.keys(migrationContracts);

/** What is wrong with the list, in words; nothing where it may be released. */
function complaints(contracts: Readonly<Record<string, MigrationContract>>, version: string) {
  const entries = Object.entries(contracts);
  return entries.flatMap(([name, contract], i) => {
    const { since, minReader, minUpgradeFrom } = contract;
    const [, before] = entries[i - 1] ?? [];
    return [
      before && compareVersions(since, before.since) < 0 && `${name}: since shrinks`,
      before && compareVersions(minReader, before.minReader) < 0 && `${name}: minReader shrinks`,
      before && minUpgradeFrom < before.minUpgradeFrom && `${name}: minUpgradeFrom shrinks`,
      compareVersions(minReader, since) > 0 && `${name}: not even the program that has it may run`,
      compareVersions(since, version) > 0 && `${name}: since is later than this version`,
      !(minUpgradeFrom in contracts) && `${name}: minUpgradeFrom is no migration`,
      minUpgradeFrom > name && `${name}: minUpgradeFrom is later than itself`,
    ].filter((complaint) => typeof complaint === 'string');
  });
}

test('every migration says which programs can run on it, and in their order', () => {
  expect(declared).toEqual(files);
  expect(files.map((name) => name.slice(0, 4))).toEqual(
    files.map((_, i) => String(i + 1).padStart(4, '0')),
  );
});

test('what they ask for only grows, and this version meets it', () => {
  const { version } = JSON.parse(readProjectFile('package.json'));
  expect(complaints(migrationContracts, version)).toEqual([]);
  expect(compareVersions(version, programContract().minReader)).toBeGreaterThanOrEqual(0);
});

test('sees a list that cannot be released', () => {
  const first = { since: '1.1.0', minReader: '1.1.0', minUpgradeFrom: '0001-a' };
  const second = { since: '1.2.0', minReader: '1.0.0', minUpgradeFrom: '0003-c' };
  expect(complaints({ '0001-a': first, '0002-b': second }, '1.1.0')).toEqual([
    '0002-b: minReader shrinks',
    '0002-b: since is later than this version',
    '0002-b: minUpgradeFrom is no migration',
    '0002-b: minUpgradeFrom is later than itself',
  ]);
});

const takesAway =
  /\b(drop (table|function|view|type|column)|rename (column|to)|alter column \w+ type)\b/i;

test('a migration that takes something away raises what it asks for', () => {
  for (const [i, name] of files.entries()) {
    if (!takesAway.test(readFileSync(new URL(`${name}.sql`, folder), 'utf8'))) continue;
    const before = migrationContracts[files[i - 1]!]!;
    const { minReader } = migrationContracts[name]!;
    expect(compareVersions(minReader, before.minReader), name).toBeGreaterThan(0);
  }
  expect(takesAway.test('alter table orders\n  drop column note;')).toBe(true);
  expect(takesAway.test('alter table orders add column note text;')).toBe(false);
});
