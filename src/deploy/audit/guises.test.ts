import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { repositoryFile } from '../../../test/support/command-line.ts';
import { auditRepository } from './audit.ts';
import type { Finding } from './finding.ts';
import { repositoryOf } from './repository/repository.ts';

/**
 * Small repositories, each with one fault in a guise of its own, or without it. The first line says
 * what it is; then `expect <rule> <file|file> [<text|text> of the quoted lines or the message]`, or
 * `clean <rule> …`; then the files.
 */
const folder = repositoryFile('test/audit/guises');
const cases = readdirSync(folder)
  .sort()
  .flatMap((name) => readFileSync(join(folder, name), 'utf8').split(/^== *\n/m))
  .map(readCase);

function readCase(text: string) {
  const [head = '', ...parts] = text.split(/^-- (\S+) --\n/m);
  const [title = '', ...claims] = head.trim().split('\n');
  const files = Object.fromEntries(
    parts.flatMap((part, i) => (i % 2 === 0 ? [[part, parts[i + 1] ?? ''] as const] : [])),
  );
  return { title: title.replace(/^# /, ''), claims, files };
}

function isFound(claim: string, findings: readonly Finding[]): boolean {
  const [, rule, places = '', ...rest] = claim.split(' ');
  const wanted = rest.join(' ').split('|');
  return findings.some(
    ({ ruleId, file, quoted, message }) =>
      ruleId === rule &&
      places.split('|').includes(file) &&
      wanted.some((text) =>
        `${quoted.join('\n')}\n${message}`.toLowerCase().includes(text.toLowerCase()),
      ),
  );
}

describe.each(cases)('$title', ({ claims, files }) => {
  const { findings } = auditRepository(repositoryOf(files));
  test.each(claims)('%s', (claim) => {
    const [kind, ...ruleIds] = claim.split(' ');
    const said = findings.map(
      ({ ruleId, file, line, message }) => `${ruleId} ${file}:${line} ${message}`,
    );
    if (kind === 'clean')
      expect(said.filter((each) => ruleIds.includes(each.split(' ')[0]!))).toEqual([]);
    else expect({ found: isFound(claim, findings), said }).toMatchObject({ found: true });
  });
});
