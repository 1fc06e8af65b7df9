import type { AuditReport } from '../audit.ts';
import { FAMILIES, type Finding, type Severity } from '../finding.ts';
import { ruleOf } from '../rules/index.ts';

const colours: Readonly<Record<string, string>> = {
  error: '31;1',
  warning: '33;1',
  note: '36',
  dim: '2',
  bold: '1',
};

/** For a person: grouped by file, with the lines quoted, why it bites and what to do. */
export function terminalOutput(
  report: AuditReport,
  { colour, accepted = 0 }: { colour: boolean; accepted?: number },
): string {
  const paint = (name: string, text: string) =>
    colour ? `\x1b[${colours[name]}m${text}\x1b[0m` : text;
  const byFile = Map.groupBy(report.findings, ({ file }) => file);
  const blocks = [...byFile].map(([file, findings]) => {
    const parts = findings.map((finding) => findingBlock(finding, paint));
    return `${paint('bold', clean(file))}\n${parts.join('\n')}`;
  });
  const unread = report.unread.map(({ path, reason }) => `not read: ${clean(path)} (${reason})\n`);
  return `${blocks.join('\n')}${blocks.length > 0 ? '\n' : ''}${unread.join('')}${summary(report, { accepted })}\n`;
}

function findingBlock(finding: Finding, paint: (name: string, text: string) => string): string {
  const { severity, ruleId, line, message, quoted, fix, related = [] } = finding;
  const width = String(line + quoted.length).length;
  const rule = ruleOf(ruleId);
  const quotedLines = quoted.map((text, i) => {
    const number = paint('dim', `${String(line + i).padStart(width)} │`);
    return `    ${number} ${clean(text)}`;
  });
  return [
    `  ${paint(severity, severity.padEnd(7))} ${clean(message)}  ${paint('dim', ruleId)}`,
    ...quotedLines,
    ...related.map(
      (each) => `    ${paint('dim', `${clean(each.file)}:${each.line}`)} ${clean(each.message)}`,
    ),
    ...(rule ? [`    ${paint('dim', 'why')}  ${rule.why}`] : []),
    `    ${paint('dim', 'fix')}  ${clean(fix)}`,
    '',
  ].join('\n');
}

/** A file's text must not steer the terminal that it is shown on. */
export function clean(text: string): string {
  return text.replace(/\t/g, '  ').replace(/\p{Cc}/gu, '�');
}

function summary(report: AuditReport, { accepted }: { accepted: number }): string {
  const count = (severity: Severity) =>
    report.findings.filter((finding) => finding.severity === severity).length;
  const plural = (n: number, word: string) => `${n} ${word}${n === 1 ? '' : 's'}`;
  const counts = [
    plural(count('error'), 'error'),
    plural(count('warning'), 'warning'),
    plural(count('note'), 'note'),
  ];
  const set = [
    ...(report.suppressed.length > 0 ? [`${report.suppressed.length} suppressed`] : []),
    ...(accepted > 0 ? [`${accepted} accepted by the baseline`] : []),
  ];
  const found = report.findings.length === 0 ? 'nothing found' : counts.join(', ');
  return `${plural(report.files, 'file')} read: ${[found, ...set].join('; ')}`;
}

/** `--explain`: one rule with its examples. */
export function explainRule(id: string): string | undefined {
  const rule = ruleOf(id);
  if (!rule) return undefined;
  const example =
    (word: string) => (each: { name: string; files: Readonly<Record<string, string>> }) =>
      [
        `${word}: ${each.name}`,
        ...Object.entries(each.files).flatMap(([path, text]) => [
          `  ── ${path}`,
          ...text
            .trimEnd()
            .split('\n')
            .map((line) => `  ${line}`),
        ]),
      ].join('\n');
  return [
    `${rule.id} (${rule.severity}): ${rule.title}`,
    `${rule.family}. ${FAMILIES[rule.family]}`,
    '',
    `why  ${rule.why}`,
    `fix  ${rule.fix}`,
    ...rule.references.map((reference) => `see  ${reference}`),
    '',
    ...rule.bad.slice(0, 2).map(example('bad')),
    ...rule.good.slice(0, 2).map(example('good')),
    '',
  ].join('\n');
}
