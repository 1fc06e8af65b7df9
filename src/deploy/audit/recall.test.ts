import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { inTemporaryFolder, repositoryFile } from '../../../test/support/command-line.ts';
import { auditFolder } from './audit.ts';

/**
 * Ten repositories, each written clean and with the eight faults planted in a guise of its own.
 * `clean.txtar` holds the files; `planted.txtar` those that differ; `expected.json` what must be
 * found, by the text of its line.
 */
const folder = repositoryFile('test/audit/repositories');
const names = readdirSync(folder).sort();

interface Expected {
  readonly fault: number;
  readonly rule: string;
  readonly file: string;
  readonly at: string;
}

function filesOf(archive: string): Map<string, string> {
  const parts = readFileSync(join(folder, archive), 'utf8').split(/^-- (\S+) --\n/m);
  return new Map(parts.flatMap((part, i) => (i % 2 === 1 ? [[part, parts[i + 1]!] as const] : [])));
}

function audited(files: ReadonlyMap<string, string>) {
  return inTemporaryFolder(async (root) => {
    for (const [path, text] of files) {
      mkdirSync(dirname(join(root, path)), { recursive: true });
      writeFileSync(join(root, path), text);
    }
    return auditFolder(root).findings;
  });
}

test('there are ten repositories', () => {
  expect(names).toHaveLength(10);
});

describe.each(names)('%s', (name) => {
  const clean = filesOf(`${name}/clean.txtar`);

  test('clean: nothing is said', async () => {
    const findings = await audited(clean);
    expect(
      findings.map(({ ruleId, file, line, message }) => `${ruleId} ${file}:${line} ${message}`),
    ).toEqual([]);
  });

  test('planted: every fault is found', async () => {
    const planted = new Map([...clean, ...filesOf(`${name}/planted.txtar`)]);
    const wanted = JSON.parse(
      readFileSync(join(folder, name, 'expected.json'), 'utf8'),
    ) as Expected[];
    const found = await audited(planted);
    const missed = wanted.filter(
      ({ rule, file, at }) =>
        !found.some(
          (finding) =>
            finding.ruleId === rule &&
            finding.file === file &&
            (finding.quoted.join('\n') + finding.message).includes(at),
        ),
    );
    expect(missed).toEqual([]);
    expect(new Set(wanted.map(({ fault }) => fault))).toEqual(new Set([1, 2, 3, 4, 5, 6, 7, 8]));
  });
});
