import { describe, expect, test } from 'vitest';
import { auditRepository } from '../audit.ts';
import { repositoryOf } from '../repository/repository.ts';
import { rules } from '../rules/index.ts';
import { sarifOutput } from './sarif-output.ts';

/** What code scanning asks of a SARIF file: it refuses or ignores what lacks these. */
const files = {
  'my service/Dockerfile':
    'FROM debian:13-slim\nRUN useradd -m app\n# parstock-audit: ignore image-no-secrets -- rotated daily\nENV DB_PASSWORD=correct-horse\nUSER app\nHEALTHCHECK CMD true\nCMD ["/app"]\n',
  'my service/compose.yaml':
    'services:\n  web:\n    build: .\n    volumes: ["cache:/root/.cache"]\nvolumes: { cache: {} }\n',
  'ops/clean.sh': '#!/bin/sh\nset -e\ndocker system prune -af\n',
};
const repository = repositoryOf(files);
const report = auditRepository(repository);
const sarif = JSON.parse(sarifOutput(report, { version: '1.2.3', repository }));
const [run] = sarif.runs;

test('one run of one tool, with its schema and version', () => {
  expect(sarif.$schema).toBe('https://json.schemastore.org/sarif-2.1.0.json');
  expect(sarif.version).toBe('2.1.0');
  expect(sarif.runs).toHaveLength(1);
  expect(run.tool.driver).toMatchObject({ name: 'parstock audit', semanticVersion: '1.2.3' });
  expect(run.results).toHaveLength(report.findings.length + report.suppressed.length);
  expect(run.results.length).toBeGreaterThan(2);
});

describe.each(rules.map((rule, i) => ({ rule, described: run.tool.driver.rules[i] })))(
  'rule $rule.id',
  ({ rule, described }) => {
    test('is described within the lengths that are shown', () => {
      expect(described.id).toBe(rule.id);
      expect(described.shortDescription.text.length).toBeLessThanOrEqual(1024);
      expect(described.fullDescription.text.length).toBeLessThanOrEqual(1024);
      expect(described.help.text).toContain(rule.fix);
      expect(described.help.markdown).toContain(rule.references[0]);
      expect(described.help.markdown.match(/^```/gm)!.length % 2).toBe(0);
      expect(new URL(described.helpUri).hash).toBe(`#${rule.id}`);
      expect(['error', 'warning', 'note']).toContain(described.defaultConfiguration.level);
      expect(['error', 'warning', 'recommendation']).toContain(
        described.properties['problem.severity'],
      );
    });
  },
);

interface Place {
  readonly physicalLocation: {
    readonly artifactLocation: { readonly uri: string; readonly uriBaseId: string };
    readonly region: { readonly startLine: number; readonly endLine?: number };
  };
}

test('every result names its rule, says something, and stands at a line of a file of the tree', () => {
  for (const {
    ruleId,
    ruleIndex,
    level,
    message,
    locations,
    relatedLocations = [],
  } of run.results) {
    expect(run.tool.driver.rules[ruleIndex].id).toBe(ruleId);
    expect(['error', 'warning', 'note']).toContain(level);
    expect(message.text).not.toBe('');
    expect(locations).toHaveLength(1);
    for (const { physicalLocation } of [...locations, ...relatedLocations] as Place[]) {
      const { uri, uriBaseId } = physicalLocation.artifactLocation;
      expect(run.originalUriBaseIds).toHaveProperty([uriBaseId]);
      expect(new URL(uri, 'file:///tree/').href).toBe(`file:///tree/${uri}`);
      expect(Object.keys(files)).toContain(decodeURIComponent(uri));
      const { startLine, endLine = startLine } = physicalLocation.region;
      expect(startLine).toBeGreaterThanOrEqual(1);
      expect(endLine).toBeGreaterThanOrEqual(startLine);
    }
  }
});

test('a path is encoded as a relative reference', () => {
  const uris = run.results.map(
    ({ locations }: { locations: Place[] }) => locations[0]!.physicalLocation.artifactLocation.uri,
  );
  expect(uris).toContain('my%20service/compose.yaml');
});

test('every result has a fingerprint of its own, and one that was suppressed says why', () => {
  const prints = run.results.map(
    ({ partialFingerprints }: { partialFingerprints: Record<string, string> }) =>
      partialFingerprints['parstockAudit/v1'],
  );
  expect(new Set(prints).size).toBe(prints.length);
  for (const { partialFingerprints } of run.results)
    expect(partialFingerprints.primaryLocationLineHash).toMatch(/^[0-9a-f]{1,16}:\d+$/);
  const suppressed = run.results.filter((each: object) => 'suppressions' in each);
  expect(suppressed).toHaveLength(1);
  expect(suppressed[0].suppressions).toEqual([
    { kind: 'inSource', justification: 'rotated daily' },
  ]);
});
