import { lockDrafts } from '../facts/lock-drafts.ts';
import type { Rule } from '../finding.ts';

const pyproject = (dependencies: string) => `[tool.poetry]
name = "site"

[tool.poetry.dependencies]
python = "^3.12"
${dependencies}
`;
const lock = (...names: string[]) =>
  `${names.map((name) => `[[package]]\nname = "${name}"\nversion = "5.2.0"\noptional = false\n`).join('\n')}
[metadata]
lock-version = "2.1"
content-hash = "0000"
`;

export const poetryLockInStep: Rule = {
  id: 'poetry-lock-in-step',
  family: 1,
  severity: 'error',
  title: 'poetry.lock does not agree with pyproject.toml',
  why: '`poetry install` stops with "pyproject.toml changed significantly", in the middle of an image build.',
  fix: 'Run `poetry lock`, commit the lockfile, and let CI run `poetry check --lock`.',
  references: ['https://python-poetry.org/docs/cli/#check'],
  bad: [
    {
      name: 'required but not locked',
      files: {
        'pyproject.toml': pyproject('django = "^5.2"\ncelery = "^5.4"'),
        'poetry.lock': lock('django'),
      },
    },
    {
      name: 'locked but no longer required',
      files: {
        'pyproject.toml': pyproject('django = "^5.2"'),
        'poetry.lock': lock('django', 'redis'),
      },
    },
  ],
  good: [
    {
      name: 'in step',
      files: { 'pyproject.toml': pyproject('Django = "^5.2"'), 'poetry.lock': lock('django') },
    },
  ],
  check: (facts) => lockDrafts(facts, 'poetry'),
};
