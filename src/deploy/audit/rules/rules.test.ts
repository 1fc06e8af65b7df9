import { describe, expect, test } from 'vitest';
import { auditRepository } from '../audit.ts';
import { SEVERITIES } from '../finding.ts';
import { repositoryOf } from '../repository/repository.ts';
import { rules } from './index.ts';

describe.each(rules.map((rule) => [rule.id, rule] as const))('%s', (id, rule) => {
  test.each(rule.bad.map((example) => [example.name, example.files] as const))(
    'sees: %s',
    (_, files) => {
      const { findings } = auditRepository(repositoryOf(files), [rule]);
      expect(findings.map(({ ruleId }) => ruleId)).toContain(id);
      for (const { file, line, message } of findings) {
        expect(Object.keys(files)).toContain(file);
        expect(line).toBeLessThanOrEqual(files[file]!.split('\n').length);
        expect(message).not.toBe('');
      }
    },
  );

  test.each(rule.good.map((example) => [example.name, example.files] as const))(
    'is silent: %s',
    (_, files) => {
      const { findings } = auditRepository(repositoryOf(files), [rule]);
      expect(findings.map(({ file, line, message }) => `${file}:${line} ${message}`)).toEqual([]);
    },
  );

  test('explains itself', () => {
    expect(id).toMatch(/^[a-z0-9]+(-[a-z0-9]+)+$/);
    expect(SEVERITIES).toContain(rule.severity);
    for (const text of [rule.why, rule.fix]) expect(text).toMatch(/\.$/);
    expect(rule.references.length).toBeGreaterThan(0);
    expect(rule.bad.length).toBeGreaterThan(0);
    expect(rule.good.length).toBeGreaterThan(0);
  });
});

test('every id is there once', () => {
  expect(new Set(rules.map(({ id }) => id)).size).toBe(rules.length);
});
