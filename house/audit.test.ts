import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { auditFolder, auditRepository, repositoryOf } from '../src/deploy/audit/index.ts';
import { auditPage } from './audit-page.ts';
import { projectFiles, readProjectFile, root } from './source-files.ts';

const copy = mkdtempSync(join(tmpdir(), 'parstock-copy-'));
afterAll(() => rmSync(copy, { recursive: true, force: true }));

function said(folder: string): string[] {
  const { findings, suppressed } = auditFolder(folder);
  expect(suppressed).toEqual([]);
  return findings.map(({ ruleId, file }) => `${ruleId} ${file}`);
}

test('docs/audit.md is the rules', () => {
  expect(readProjectFile('docs/audit.md'), 'run: node house/audit-page.ts').toBe(auditPage());
});

test('the workflow of the page passes its own audit', () => {
  const workflow = /```yaml\n([\s\S]*?)```/.exec(auditPage())![1]!;
  const { findings } = auditRepository(repositoryOf({ '.github/workflows/audit.yml': workflow }));
  expect(findings).toEqual([]);
});

test('the audit finds nothing in this repository, and nothing is suppressed', () => {
  expect(said(root)).toEqual([]);
});

test('a fault planted in a copy of this repository is found', () => {
  for (const path of projectFiles) cpSync(join(root, path), join(copy, path));
  expect(said(copy)).toEqual([]);
  const manifest = join(copy, 'package.json');
  const before = readFileSync(manifest, 'utf8');
  writeFileSync(
    manifest,
    before.replace('"dependencies": {', '"dependencies": { "left-pad": "1",'),
  );
  expect(said(copy)).toEqual(['npm-lock-in-step package.json']);
  writeFileSync(manifest, before);

  const planted: Record<string, [string, string]> = {
    '.github/workflows/planted.yml': [
      'on: push\npermissions: write-all\njobs:\n  a:\n    runs-on: ubuntu-24.04\n    steps:\n      - run: make\n',
      'workflow-least-permissions',
    ],
    'docker/planted.Dockerfile': [
      'FROM debian:13-slim\nRUN true\nENV DB_PASSWORD=correct-horse\nUSER nobody\nHEALTHCHECK CMD true\nCMD ["/app"]\n',
      'image-no-secrets',
    ],
    'scripts/planted-clean.sh': ['#!/bin/sh\nset -e\ndocker system prune -af\n', 'clean-only-own'],
  };
  for (const [path, [text, rule]] of Object.entries(planted)) {
    mkdirSync(dirname(join(copy, path)), { recursive: true });
    writeFileSync(join(copy, path), text);
    expect(said(copy)).toEqual([`${rule} ${path}`]);
    rmSync(join(copy, path));
  }
});
