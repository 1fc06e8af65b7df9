/**
 * Writes the page of the deployment audit from its rules:
 * node house/audit-page.ts
 */
import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { type Example, FAMILIES, type Rule } from '../src/deploy/audit/finding.ts';
import { rules } from '../src/deploy/audit/rules/index.ts';

/** The text that docs/audit.md must be equal to. */
export function auditPage(): string {
  const families = Object.entries(FAMILIES).map(([number, title]) => {
    const own = rules.filter(({ family }) => family === Number(number));
    return `## ${number}. ${title}\n\n${own.map(ruleSection).join('\n')}`;
  });
  const rows = rules.map(
    ({ id, severity, title, family }) =>
      `| [\`${id}\`](#${id}) | ${family} | ${severity} | ${title} |`,
  );
  const table = `| rule | family | severity | finds |\n| --- | --- | --- | --- |\n${rows.join('\n')}\n`;
  return `${INTRODUCTION}\n${table}\n${families.join('\n')}`;
}

function ruleSection({ id, severity, title, why, fix, references, bad, good }: Rule): string {
  return [
    `### ${id}\n`,
    `${title} (${severity}).\n`,
    `${why}\n`,
    `**Fix.** ${fix}\n`,
    exampleSection('Bad', bad[0]!),
    exampleSection('Good', good[0]!),
    `See ${references.map((reference) => `<${reference}>`).join(', ')}.\n`,
  ].join('\n');
}

function exampleSection(word: string, { name, files }: Example): string {
  const blocks = Object.entries(files).map(
    ([path, text]) => `\`\`\`text\n# ${path}\n${text.trimEnd()}\n\`\`\`\n`,
  );
  return `${word}: ${name}\n\n${blocks.join('\n')}`;
}

const INTRODUCTION = `# The deployment audit

\`parstock audit [path]\` reads the Dockerfiles, compose files, GitHub workflows, shell scripts and lockfiles of any repository,
joins what they say, and reports where a deployment will go wrong. It runs nothing of the repository, follows no link out of it
and opens no connection. This page is written from the rules: \`node house/audit-page.ts\`.

\`\`\`sh
parstock audit                                  # this folder; exit 1 from a warning on
parstock audit ../shop --severity error         # exit 1 only from an error on
parstock audit --format json|sarif|markdown     # for programs, code scanning, pull requests
parstock audit --explain mount-into-own-home    # one rule, with examples
parstock audit --fix                            # shows a diff, asks, then makes the mechanical fixes
parstock audit --write-baseline audit.json      # accepts what is there; later: --baseline audit.json
\`\`\`

Exit codes: 0 nothing of that severity, 1 findings, 2 the command was not understood.

**Severities.** An error is certainly a fault. A warning is one in most settings. A note is worth knowing. In folders that teach
(\`examples/\`, \`docs/\`) an error is a warning; tests and fixtures are not looked at.

**Suppressing one finding**, with its reason, on the line or above it; a suppression without a reason is a finding itself:

\`\`\`dockerfile
# parstock-audit: ignore base-image-pinned -- the mirror pins it
FROM internal/base:latest
\`\`\`

**Code scanning.** Findings appear in pull requests and under Security:

\`\`\`yaml
name: Deployment audit
on: [push, pull_request]
permissions:
  contents: read
jobs:
  audit:
    runs-on: ubuntu-24.04
    permissions:
      contents: read
      security-events: write
    steps:
      - uses: actions/checkout@08c6903cd8c0fde910a37f88322edcfb5dd907a8 # v5.0.0
      - uses: actions/setup-node@a0853c24544627f65ddf259abe73b1d18a591444 # v5.0.0
        with: { node-version: 24 }
      - run: npx --yes parstock@0.1.0 audit --format sarif > audit.sarif
        continue-on-error: true
      - uses: github/codeql-action/upload-sarif@192325c86100d080feab897ff886c34abd4c83a3 # v3.30.3
        with: { sarif_file: audit.sarif, category: parstock-audit }
\`\`\`
`;

if (process.argv[1] === fileURLToPath(import.meta.url))
  writeFileSync(new URL('../docs/audit.md', import.meta.url), auditPage());
