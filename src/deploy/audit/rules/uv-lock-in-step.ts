import { lockDrafts } from '../facts/lock-drafts.ts';
import type { Rule } from '../finding.ts';

const pyproject = (dependencies: string, more = '') => `[project]
name = "api"
version = "1.0.0"
dependencies = [${dependencies}]
${more}`;
const lock = (requires: string, more = '') => `version = 1

[[package]]
name = "api"
version = "1.0.0"
source = { editable = "." }
dependencies = [{ name = "fastapi" }]

[package.metadata]
requires-dist = [${requires}]
${more}
[[package]]
name = "fastapi"
version = "0.121.0"
source = { registry = "https://pypi.org/simple" }
`;
const fastapi = '{ name = "fastapi", specifier = ">=0.120" }';

export const uvLockInStep: Rule = {
  id: 'uv-lock-in-step',
  family: 1,
  severity: 'error',
  title: 'uv.lock does not agree with pyproject.toml',
  why: '`uv sync --locked` refuses it; `--frozen` installs without the new package, and the import fails in production.',
  fix: 'Run `uv lock`, commit the lockfile, and let CI run `uv lock --check`.',
  references: ['https://docs.astral.sh/uv/concepts/projects/sync/'],
  bad: [
    {
      name: 'required but not locked',
      files: {
        'pyproject.toml': pyproject('"fastapi>=0.120", "httpx>=0.28"'),
        'uv.lock': lock(fastapi),
      },
    },
    {
      name: 'locked but no longer required',
      files: {
        'pyproject.toml': pyproject('"fastapi>=0.120"'),
        'uv.lock': lock(`${fastapi}, { name = "pandas", specifier = ">=2" }`),
      },
    },
    {
      name: 'a dependency group with another range',
      files: {
        'pyproject.toml': pyproject(
          '"fastapi>=0.120"',
          '\n[dependency-groups]\ndev = ["fastapi>=0.121"]\n',
        ),
        'uv.lock': lock(
          fastapi,
          '\n[package.metadata.requires-dev]\ndev = [{ name = "fastapi", specifier = ">=0.100" }]\n',
        ),
      },
    },
    {
      name: 'a package that nothing leads to',
      files: {
        'pyproject.toml': pyproject('"fastapi>=0.120"'),
        'uv.lock': `${lock(fastapi)}\n[[package]]\nname = "boto3"\nversion = "1.40.0"\n`,
      },
    },
  ],
  good: [
    {
      name: 'in step, another spelling',
      files: { 'pyproject.toml': pyproject('"FastAPI >= 0.120"'), 'uv.lock': lock(fastapi) },
    },
  ],
  check: (facts) => lockDrafts(facts, 'uv'),
};
