import { createHash } from 'node:crypto';
import { gatherFacts, isTeaching } from './facts/facts.ts';
import type { Draft, Finding, Rule, Severity } from './finding.ts';
import { readRepository } from './repository/read-repository.ts';
import type { Repository, Unread } from './repository/repository.ts';
import { rules as allRules } from './rules/index.ts';
import { type Suppression, suppressionsOf } from './suppressions.ts';

export interface AuditReport {
  readonly findings: readonly Finding[];
  readonly suppressed: readonly { readonly finding: Finding; readonly reason: string }[];
  readonly files: number;
  readonly unread: readonly Unread[];
}

/** Audits a folder: reads what is in it, and runs nothing of it. */
export function auditFolder(path: string): AuditReport & { readonly repository: Repository } {
  const repository = readRepository(path);
  return { ...auditRepository(repository), repository };
}

export function auditRepository(
  repository: Repository,
  rules: readonly Rule[] = allRules,
): AuditReport {
  const facts = gatherFacts(repository);
  const drafts = rules.flatMap((rule) => [...rule.check(facts)].map((draft) => ({ rule, draft })));
  const findings = distinct(drafts).map(({ rule, draft }) => ({ rule, draft }));
  const completed = withFingerprints(findings, repository);
  const suppressions = new Map<string, readonly Suppression[]>();
  const kept: Finding[] = [];
  const suppressed: { finding: Finding; reason: string }[] = [];
  for (const finding of completed) {
    const known = suppressions.get(finding.file) ?? suppressionsOf(repository.lines(finding.file));
    suppressions.set(finding.file, known);
    const match = known.find(
      ({ ruleIds, lines }) => ruleIds.includes(finding.ruleId) && lines.includes(finding.line),
    );
    if (match) suppressed.push({ finding, reason: match.reason });
    else kept.push(finding);
  }
  return {
    findings: kept.sort(inOrder),
    suppressed,
    files: repository.files.length,
    unread: repository.unread,
  };
}

/** One place is reported once, whichever joins of files lead to it. */
function distinct(drafts: readonly { rule: Rule; draft: Draft }[]) {
  const seen = new Map<string, { rule: Rule; draft: Draft }>();
  for (const each of drafts) {
    const { file, line, message } = each.draft;
    const key = [each.rule.id, file, line, message].join('\0');
    if (!seen.has(key)) seen.set(key, each);
  }
  return [...seen.values()];
}

const MOST_QUOTED = 4;

function withFingerprints(
  drafts: readonly { rule: Rule; draft: Draft }[],
  repository: Repository,
): Finding[] {
  const times = new Map<string, number>();
  const split = new Map<string, readonly string[]>();
  return drafts.map(({ rule, draft }) => {
    const lines = split.get(draft.file) ?? repository.lines(draft.file);
    split.set(draft.file, lines);
    const line = Math.min(Math.max(1, draft.line), Math.max(1, lines.length));
    const last = Math.min(draft.endLine ?? line, line + MOST_QUOTED - 1);
    const quoted = lines.slice(line - 1, last).map((text) => text.slice(0, 400));
    const identity = [rule.id, draft.file, quoted[0]?.trim() ?? '', draft.message].join('\0');
    const time = times.get(identity) ?? 0;
    times.set(identity, time + 1);
    const fingerprint = createHash('sha256')
      .update(`${identity}\0${time}`)
      .digest('hex')
      .slice(0, 32);
    const severity = mildened(draft.severity ?? rule.severity, draft.file);
    return {
      ...draft,
      line,
      ruleId: rule.id,
      severity,
      fix: draft.fix ?? rule.fix,
      fingerprint,
      quoted,
    };
  });
}

/** What only teaches is not deployed; a fault there misleads, and brings nothing down. */
function mildened(severity: Severity, file: string): Severity {
  return severity === 'error' && isTeaching(file) ? 'warning' : severity;
}

const rank: Readonly<Record<Severity, number>> = { error: 0, warning: 1, note: 2 };

export function atLeast(severity: Severity, threshold: Severity): boolean {
  return rank[severity] <= rank[threshold];
}

function inOrder(a: Finding, b: Finding): number {
  return (
    rank[a.severity] - rank[b.severity] ||
    (a.file < b.file ? -1 : a.file > b.file ? 1 : 0) ||
    a.line - b.line ||
    (a.ruleId < b.ruleId ? -1 : 1)
  );
}
