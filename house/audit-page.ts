/**
 * Writes the page of the deployment audit from its rules:
 * node house/audit-page.ts
 */
import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { type Example, FAMILIES, type Rule } from '../src/deploy/audit/finding.ts';
import { auditRepository, repositoryOf, rules, terminalOutput } from '../src/deploy/audit/index.ts';

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
  return `${INTRODUCTION.replace('SAMPLE\n', sampleOutput())}\n${table}\n${families.join('\n')}`;
}

/** What the program really prints, so that the page cannot fall behind it. */
function sampleOutput(): string {
  const [example] = rules.find(({ id }) => id === 'mount-into-own-home')!.bad;
  const report = auditRepository(repositoryOf(example!.files));
  return terminalOutput(report, { colour: false, accepted: 0 });
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

A deployment rarely breaks inside one file. The image runs as \`app\`, the compose file mounts its cache into \`/root\`, and nobody
sees it before the second start. \`parstock audit [path]\` reads the Dockerfiles, compose files, GitHub workflows, shell scripts and
lockfiles of any repository, joins what they say, and reports where a deployment will go wrong:

\`\`\`console
$ parstock audit ../shop
SAMPLE
\`\`\`

It runs nothing of the repository, follows no link out of it and opens no connection. A repository of 5,000 files takes about a
second (\`node bench/audit.ts\`).

\`\`\`sh
parstock audit                                  # this folder; exit 1 from a warning on
parstock audit ../shop --severity error         # exit 1 only from an error on
parstock audit --format json|sarif|markdown     # for programs, code scanning, pull requests
parstock audit --explain mount-into-own-home    # one rule, with examples
parstock audit --fix                            # shows a diff, asks, then makes the mechanical fixes
parstock audit --write-baseline accepted.json   # accepts what is there now …
parstock audit --baseline accepted.json         # … and reports what is new
\`\`\`

Exit codes: 0 nothing of that severity, 1 findings or a folder that cannot be read, 2 the command was not understood.

**What is read.** Dockerfiles (stages, arguments, here-documents) · compose files (overrides, \`extends\`, merge keys, \`.env\`) ·
\`.github/workflows\` with the reusable workflows and composite actions that they call · shell scripts · lockfiles of npm, pnpm, yarn, uv
and Poetry against their manifests, workspaces too. What \`.gitignore\` names, other people's code (\`node_modules\`, \`vendor\`) and
files larger than 4 MB (lockfiles: 24 MB) are left out.

**A baseline** lists findings by a fingerprint that survives lines coming and going above them. A finding that is in it does not count,
and an entry that is no longer found is named, so that the list shrinks.

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

**The rules.** Below, each with an example of what it finds and of what it leaves in peace; this page is written from them
(\`node house/audit-page.ts\`).
`;

if (process.argv[1] === fileURLToPath(import.meta.url))
  writeFileSync(new URL('../docs/audit.md', import.meta.url), auditPage());
