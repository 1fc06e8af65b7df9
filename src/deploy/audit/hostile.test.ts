import { execFileSync } from 'node:child_process';
import { mkdirSync, openSync, symlinkSync, truncateSync, writeFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { inTemporaryFolder } from '../../../test/support/command-line.ts';
import { auditFolder, auditRepository } from './audit.ts';
import { repositoryOf } from './repository/repository.ts';

function audited(files: Record<string, string>) {
  return auditRepository(repositoryOf(files)).findings;
}
function unreadable(files: Record<string, string>): string[] {
  return audited(files).flatMap(({ ruleId, message }) =>
    ruleId === 'document-readable' ? [message] : [],
  );
}

test('a billion laughs are refused, at once', () => {
  const lists = Array.from({ length: 9 }, (_, i) => {
    const before = String.fromCharCode(96 + i);
    const items = i === 0 ? '["ha"]' : `[${Array(9).fill(`*${before}`).join(', ')}]`;
    return `${String.fromCharCode(97 + i)}: &${String.fromCharCode(97 + i)} ${items}`;
  });
  const text = `${lists.join('\n')}\nservices:\n  web:\n    command: *i\n`;
  expect(unreadable({ 'compose.yaml': text })[0]).toMatch(/more than 200000 values/);
});

test('an anchor that contains itself, by a merge too, is refused', () => {
  expect(unreadable({ 'compose.yaml': 'services: &s\n  web: *s\n' })[0]).toMatch(/contains itself/);
  const merged = 'x: &x\n  <<: *x\nservices:\n  web:\n    <<: *x\n';
  expect(unreadable({ 'compose.yaml': merged })[0]).toMatch(/contains itself/);
});

test('services that extend each other end somewhere', () => {
  const text = 'services:\n  a:\n    extends: b\n  b:\n    extends: a\n    image: x/y:1\n';
  expect(unreadable({ 'compose.yaml': text })).toEqual([]);
});

test('scripts and stages that call each other end somewhere', () => {
  const files = {
    Dockerfile: 'FROM b AS a\nFROM a AS b\nWORKDIR /app\nCOPY . .\nENTRYPOINT ["./a.sh"]\n',
    'a.sh': '#!/bin/sh\nset -e\nf() { g; }\ng() { f; }\nf\n./b.sh\n',
    'b.sh': '#!/bin/sh\nset -e\n./a.sh\n',
    'package.json': '{ "scripts": { "start": "npm start" } }\n',
  };
  expect(unreadable(files)).toEqual([]);
});

test('a deep nesting is refused and not followed', () => {
  const yaml = `services: ${'['.repeat(5000)}${']'.repeat(5000)}\n`;
  expect(unreadable({ 'compose.yaml': yaml })).toHaveLength(1);
  const shell = `${'('.repeat(20_000)}true${')'.repeat(20_000)}`;
  expect(unreadable({ 'entrypoint.sh': `#!/bin/sh\n${shell}\n` })).toEqual([]);
});

test.each([
  ['package-lock.json', '{ "packages": [1, null], "lockfileVersion": "x" }'],
  ['package-lock.json', 'null'],
  ['package-lock.json', '{ "packages": { "": 7, "node_modules/a": [] } }'],
  ['pnpm-lock.yaml', '- 1\n- 2\n'],
  ['yarn.lock', '\u0001\u0002 not a lockfile'],
  ['uv.lock', 'package = 3\n'],
  ['poetry.lock', '[[package]]\nname = 7\n[metadata]\ncontent-hash = []\n'],
  ['uv.lock', '= = ='],
])('%s of a wrong shape is a finding or nothing, never a crash: %s', (name, text) => {
  const manifests = {
    'package.json': '{ "dependencies": [] }',
    'pyproject.toml': '[project]\nname = 1\n',
  };
  expect(Array.isArray(audited({ ...manifests, [name]: text }))).toBe(true);
});

test('whatever stands in a document, the audit ends with a report', () => {
  const pieces = fc.constantFrom(
    'FROM a\n',
    'RUN <<EOF\n',
    'COPY --chown=$X ',
    '["a',
    'services:\n',
    '  web:\n',
    '    image: ',
    '&a ',
    '*a',
    '<<: ',
    'on:\n',
    'jobs:\n',
    '${{ ',
    '}}',
    '$(',
    '"',
    "'",
    '`',
    'case x in',
    'esac',
    '\\\n',
    '\t',
    '- run: |\n',
    '[[package]]\n',
    'name = "',
    '{',
    '}',
    ':',
    '\u0000',
    '𝕏',
  );
  const text = fc
    .array(fc.oneof(pieces, fc.string()), { maxLength: 40 })
    .map((parts) => parts.join(''));
  const names = [
    'Dockerfile',
    'compose.yaml',
    '.github/workflows/a.yml',
    'entrypoint.sh',
    'package-lock.json',
    'pnpm-lock.yaml',
    'yarn.lock',
    'uv.lock',
    'poetry.lock',
    'pyproject.toml',
    'package.json',
    '.dockerignore',
  ];
  const record = fc.record(Object.fromEntries(names.map((name) => [name, text])), {
    requiredKeys: [],
  });
  fc.assert(
    fc.property(record, (files) => {
      const present = Object.entries(files).filter(([, content]) => content !== undefined);
      expect(Array.isArray(audited(Object.fromEntries(present) as Record<string, string>))).toBe(
        true,
      );
    }),
    { numRuns: 150 },
  );
});

test('reads nothing outside of the folder, and says which links it did not follow', () =>
  inTemporaryFolder((outside) =>
    inTemporaryFolder(async (root) => {
      writeFileSync(join(outside, 'Dockerfile'), 'FROM secret:latest\n');
      mkdirSync(join(outside, 'deep'));
      writeFileSync(join(outside, 'deep/compose.yaml'), 'services: [\n');
      symlinkSync(join(outside, 'Dockerfile'), join(root, 'Dockerfile'));
      symlinkSync(join(outside, 'deep'), join(root, 'deep'));
      symlinkSync('loop', join(root, 'loop'));
      writeFileSync(
        join(root, 'compose.yaml'),
        'services:\n  web:\n    extends:\n      file: ../../../../etc/passwd\n      service: root\n',
      );
      const { findings, unread } = auditFolder(root);
      expect(JSON.stringify(findings)).not.toContain('secret');
      expect(unread.map(({ path, reason }) => `${path}: ${reason}`).sort()).toEqual([
        'Dockerfile: link out of the folder',
        'deep: link out of the folder',
      ]);
      expect(findings.map(({ ruleId, file }) => `${ruleId} ${file}`)).toEqual([
        'document-readable Dockerfile',
      ]);
    }),
  ));

test('a lockfile of 200 MB, a binary, a pipe: named and left unread', () =>
  inTemporaryFolder(async (root) => {
    writeFileSync(join(root, 'package.json'), '{}');
    writeFileSync(join(root, 'package-lock.json'), '{');
    truncateSync(join(root, 'package-lock.json'), 200 * 2 ** 20);
    writeSync(
      openSync(join(root, 'Dockerfile'), 'w'),
      Buffer.from([0x7f, 0x45, 0x4c, 0x46, 0, 1, 2]),
    );
    execFileSync('mkfifo', [join(root, 'compose.yaml')]);
    const { findings, unread } = auditFolder(root);
    expect(unread.map(({ path, reason }) => `${path}: ${reason}`).sort()).toEqual([
      'Dockerfile: binary',
      'package-lock.json: too large',
    ]);
    expect(findings.map(({ message }) => message).sort()).toEqual([
      'was not read: binary',
      'was not read: too large',
    ]);
  }));
