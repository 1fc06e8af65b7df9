import type { AuditReport } from '../audit.ts';
import { FAMILIES, type Finding, type Rule, type Severity } from '../finding.ts';
import type { Repository } from '../repository/repository.ts';
import { rules } from '../rules/index.ts';
import { lineHashes } from './line-hash.ts';

const levels: Readonly<Record<Severity, string>> = {
  error: 'error',
  warning: 'warning',
  note: 'note',
};

/** Code scanning's own words for the levels. */
const severities: Readonly<Record<Severity, string>> = {
  error: 'error',
  warning: 'warning',
  note: 'recommendation',
};

const PAGE = 'https://github.com/parstock/parstock/blob/main/docs/audit.md';
/** What code scanning replaces by the root of the checkout. */
const ROOT = '%SRCROOT%';

function helpText({ why, fix, references }: Rule): string {
  return `${why}\n\nFix: ${fix}\n\n${references.join('\n')}`;
}

function helpMarkdown({ why, fix, references, good }: Rule): string {
  const [example] = good;
  const files = Object.entries(example?.files ?? {}).map(
    ([path, text]) => `\`${path}\`\n\n\`\`\`\n${text.trimEnd()}\n\`\`\``,
  );
  const links = references.map((reference) => `- <${reference}>`).join('\n');
  return [why, `**Fix.** ${fix}`, ...files, links].join('\n\n');
}

/** SARIF 2.1.0, as code scanning takes it. */
export function sarifOutput(
  report: AuditReport,
  { version, repository }: { version: string; repository: Repository },
): string {
  const hashes = new Map<string, (line: number) => string>();
  const result = (finding: Finding) => {
    const { file, line } = finding;
    const hashOf = hashes.get(file) ?? lineHashes(repository.text(file) ?? '');
    hashes.set(file, hashOf);
    return resultOf(finding, hashOf(line));
  };
  const driver = {
    name: 'parstock audit',
    version,
    semanticVersion: version,
    informationUri: PAGE,
    rules: rules.map((rule) => ({
      id: rule.id,
      name: rule.id,
      shortDescription: { text: rule.title },
      fullDescription: { text: rule.why },
      help: { text: helpText(rule), markdown: helpMarkdown(rule) },
      helpUri: `${PAGE}#${rule.id}`,
      defaultConfiguration: { level: levels[rule.severity] },
      properties: {
        tags: [FAMILIES[rule.family]!],
        precision: rule.severity === 'error' ? 'high' : 'medium',
        'problem.severity': severities[rule.severity],
      },
    })),
  };
  const accepted = report.suppressed.map(({ finding, reason }) => ({
    ...result(finding),
    suppressions: [{ kind: 'inSource', justification: reason }],
  }));
  const run = {
    tool: { driver },
    columnKind: 'utf16CodeUnits',
    originalUriBaseIds: { [ROOT]: { description: { text: 'the folder that was audited' } } },
    results: [...report.findings.map(result), ...accepted],
  };
  const schema = 'https://json.schemastore.org/sarif-2.1.0.json';
  return `${JSON.stringify({ $schema: schema, version: '2.1.0', runs: [run] }, null, 2)}\n`;
}

function resultOf(finding: Finding, lineHash: string) {
  const {
    ruleId,
    severity,
    message,
    fix,
    file,
    line,
    endLine,
    fingerprint,
    related = [],
  } = finding;
  return {
    ruleId,
    ruleIndex: rules.findIndex(({ id }) => id === ruleId),
    level: levels[severity],
    message: { text: `${message}. ${fix}` },
    locations: [location(file, { line, endLine, quoted: finding.quoted[0] })],
    ...(related.length > 0
      ? {
          relatedLocations: related.map((each, id) => ({
            id,
            ...location(each.file, { line: each.line }),
            message: { text: each.message },
          })),
        }
      : {}),
    partialFingerprints: { primaryLocationLineHash: lineHash, 'parstockAudit/v1': fingerprint },
  };
}

function location(
  file: string,
  {
    line,
    endLine,
    quoted,
  }: { line: number; endLine?: number | undefined; quoted?: string | undefined },
) {
  const uri = file.split('/').map(encodeURIComponent).join('/');
  const region = {
    startLine: line,
    ...(endLine !== undefined && endLine >= line ? { endLine } : {}),
    ...(quoted ? { snippet: { text: quoted } } : {}),
  };
  return { physicalLocation: { artifactLocation: { uri, uriBaseId: ROOT }, region } };
}
