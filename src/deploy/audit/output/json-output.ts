import type { AuditReport } from '../audit.ts';
import { ruleOf } from '../rules/index.ts';

export function jsonOutput(
  report: AuditReport,
  { accepted = 0 }: { accepted?: number } = {},
): string {
  const findings = report.findings.map(({ edit: _edit, ...finding }) => {
    const rule = ruleOf(finding.ruleId)!;
    return { ...finding, family: rule.family, title: rule.title, why: rule.why };
  });
  const suppressed = report.suppressed.map(({ finding, reason }) => ({
    ruleId: finding.ruleId,
    file: finding.file,
    line: finding.line,
    fingerprint: finding.fingerprint,
    reason,
  }));
  const { files, unread } = report;
  return `${JSON.stringify({ version: 1, files, findings, suppressed, accepted, unread }, null, 2)}\n`;
}
