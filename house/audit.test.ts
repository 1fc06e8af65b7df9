import { expect, test } from 'vitest';
import { auditFolder, auditRepository, repositoryOf } from '../src/deploy/audit/index.ts';
import { auditPage } from './audit-page.ts';
import { readProjectFile, root } from './source-files.ts';

test('docs/audit.md is the rules', () => {
  expect(readProjectFile('docs/audit.md'), 'run: node house/audit-page.ts').toBe(auditPage());
});

test('the workflow of the page passes its own audit', () => {
  const workflow = /```yaml\n([\s\S]*?)```/.exec(auditPage())![1]!;
  const { findings } = auditRepository(repositoryOf({ '.github/workflows/audit.yml': workflow }));
  expect(findings).toEqual([]);
});

test('the audit finds nothing in this repository, and nothing is suppressed', () => {
  const { findings, suppressed } = auditFolder(root);
  expect(findings.map(({ ruleId, file, line }) => `${ruleId} ${file}:${line}`)).toEqual([]);
  expect(suppressed).toEqual([]);
});
