import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Command } from 'commander';
import { Refusal } from '../../contract/errors.ts';
import {
  atLeast,
  auditFolder,
  clean,
  compareWithBaseline,
  editsOf,
  explainRule,
  type Finding,
  jsonOutput,
  markdownOutput,
  readBaseline,
  rules,
  SEVERITIES,
  type Severity,
  sarifOutput,
  terminalOutput,
  unifiedDiff,
  writeBaseline,
} from '../../deploy/audit/index.ts';
import { badOption } from '../options.ts';
import { EndWith, EXIT, packageVersion, type Terminal } from '../terminal.ts';

const FORMATS = ['terminal', 'json', 'sarif', 'markdown'] as const;
type Format = (typeof FORMATS)[number];
type Audited = ReturnType<typeof auditFolder>;

interface AuditWords {
  readonly format: Format;
  readonly json?: boolean;
  readonly severity: Severity;
  readonly baseline?: string;
  readonly writeBaseline?: string;
  readonly fix?: boolean;
  readonly yes?: boolean;
  readonly explain?: string;
}

export function define(command: Command, terminal: Terminal): void {
  command
    .argument('[path]', 'folder of a repository', '.')
    .option(
      '--format <name>',
      'terminal, json, sarif or markdown',
      oneOf('--format', FORMATS),
      'terminal',
    )
    .option('--json', 'the same as --format json')
    .option(
      '--severity <level>',
      'exit 1 from there on: error, warning or note',
      oneOf('--severity', SEVERITIES),
      'warning',
    )
    .option('--baseline <file>', 'findings that were accepted before and do not count')
    .option('--write-baseline <file>', 'accept what is found now')
    .option('--fix', 'make the fixes that are mechanical and safe, after showing them')
    .option('--yes', 'with --fix: do not ask')
    .option('--explain <rule>', 'say what a rule looks for, with examples')
    .addHelpText('after', EXAMPLES)
    .action((path: string, words: AuditWords) => run(path, words, terminal));
}

const EXAMPLES = `
Reads Dockerfiles, compose files, GitHub workflows, shell scripts and lockfiles of a repository and
says where a deployment will go wrong. Runs nothing of it and opens no connection. One finding is
accepted by a comment above its line: # parstock-audit: ignore <rule> -- <reason>

Examples:
  parstock audit                                    this folder; exit 1 from a warning on
  parstock audit ../shop --severity error           exit 1 only from an error on
  parstock audit --format sarif > audit.sarif       for code scanning; also json and markdown
  parstock audit --explain mount-into-own-home      one rule: why it bites, how to mend it
  parstock audit --fix                              show the mechanical fixes, ask, make them
  parstock audit --write-baseline accepted.json     accept what is found now …
  parstock audit --baseline accepted.json           … and hear of what is new

Exit codes: 0 nothing of that severity, 1 findings, 2 the command was not understood.
`;

function oneOf<T extends string>(option: string, wanted: readonly T[]): (text: string) => T {
  return (text) => {
    const found = wanted.find((each) => each === text);
    if (found !== undefined) return found;
    throw badOption(option, text, `one of ${wanted.join(', ')}`);
  };
}

async function run(path: string, words: AuditWords, terminal: Terminal): Promise<void> {
  if (words.explain !== undefined) {
    await explain(words.explain, terminal);
    return;
  }
  const format = words.json ? 'json' : words.format;
  const baseline = words.baseline === undefined ? undefined : openBaseline(words.baseline);
  const report = auditFolder(path);
  const compared = compareWithBaseline(report.findings, baseline ?? { version: 1, accepted: [] });
  if (words.writeBaseline !== undefined) {
    save(words.writeBaseline, writeBaseline(report.findings));
    terminal.note(`${report.findings.length} findings accepted in ${words.writeBaseline}`);
    return;
  }
  const shown = { ...report, findings: compared.fresh };
  const accepted = compared.accepted.length;
  await terminal.out(printed(shown, { format, accepted, colour: wantsColour(terminal) }));
  if (compared.gone.length > 0)
    terminal.note(`parstock: ${compared.gone.length} entries of the baseline are no longer found`);
  if (words.fix) await repair(path, { findings: compared.fresh, report, words, terminal });
  if (compared.fresh.some(({ severity }) => atLeast(severity, words.severity)))
    throw new EndWith(EXIT.refused);
}

function printed(
  report: Audited,
  { format, accepted, colour }: { format: Format; accepted: number; colour: boolean },
): string {
  if (format === 'json') return jsonOutput(report, { accepted });
  if (format === 'sarif')
    return sarifOutput(report, { version: packageVersion(), repository: report.repository });
  return format === 'markdown'
    ? markdownOutput(report)
    : terminalOutput(report, { colour, accepted });
}

function wantsColour({ interactive, env }: Terminal): boolean {
  return env.FORCE_COLOR !== undefined || (interactive && env.NO_COLOR === undefined);
}

async function explain(id: string, terminal: Terminal): Promise<void> {
  const text = explainRule(id);
  if (text === undefined)
    throw badOption('--explain', id, `one of ${rules.map((rule) => rule.id).join(', ')}`);
  await terminal.out(text);
}

function openBaseline(path: string) {
  try {
    return readBaseline(readFileSync(path, 'utf8'), path);
  } catch (error) {
    if (error instanceof Refusal) throw error;
    throw new Refusal('file_not_readable', { where: path, found: (error as Error).message });
  }
}

function save(path: string, text: string): void {
  try {
    writeFileSync(path, text);
  } catch (error) {
    throw new Refusal('file_not_writable', { where: path, found: (error as Error).message });
  }
}

interface Repair {
  readonly findings: readonly Finding[];
  readonly report: Audited;
  readonly words: AuditWords;
  readonly terminal: Terminal;
}

async function repair(path: string, { findings, report, words, terminal }: Repair): Promise<void> {
  const changes = editsOf(findings, report.repository);
  if (changes.length === 0) {
    terminal.note('Nothing here can be mended mechanically.');
    return;
  }
  for (const change of changes)
    for (const line of unifiedDiff(change).split('\n')) terminal.note(clean(line));
  const agreed = words.yes || (await terminal.confirm(`Change ${changes.length} files?`));
  if (!agreed) {
    terminal.note('Nothing was changed; --yes makes the changes without asking.');
    return;
  }
  for (const { file, after } of changes) {
    const target = join(path, file);
    if (existsSync(target)) save(target, after);
  }
  terminal.note(`Changed ${changes.map(({ file }) => file).join(', ')}; run the audit again.`);
}
