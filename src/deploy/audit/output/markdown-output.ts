import type { AuditReport } from '../audit.ts';
import { FAMILIES } from '../finding.ts';
import { ruleOf } from '../rules/index.ts';

/** A report for a pull request or an issue: one table, then why each rule matters. */
export function markdownOutput(report: AuditReport): string {
  if (report.findings.length === 0) return `No findings in ${report.files} files.\n`;
  const rows = report.findings.map(
    ({ severity, file, line, message, ruleId }) =>
      `| ${severity} | ${cell(`${file}:${line}`)} | ${cell(message)} | \`${ruleId}\` |`,
  );
  const used = [...new Set(report.findings.map(({ ruleId }) => ruleId))].map((id) => ruleOf(id)!);
  const reasons = used.map(
    ({ id, title, why, fix, family }) =>
      `### \`${id}\`\n${title} (${FAMILIES[family]}).\n\n${why}\n\n**Fix.** ${fix}\n`,
  );
  return `| severity | place | finding | rule |\n| --- | --- | --- | --- |\n${rows.join('\n')}\n\n${reasons.join('\n')}`;
}

/** Text of a repository is no markup here. */
function cell(text: string): string {
  return text.replace(/[\\|`<>*_[\]]/g, '\\$&').replace(/\s+/g, ' ');
}
