import { lockDrafts } from '../facts/lock-drafts.ts';
import type { Rule } from '../finding.ts';

const manifest = `{
  "name": "web",
  "dependencies": { "next": "^16.0.0", "react": "^19.2.0" }
}
`;

export const pnpmLockInStep: Rule = {
  id: 'pnpm-lock-in-step',
  family: 1,
  severity: 'error',
  title: 'pnpm-lock.yaml does not agree with package.json',
  why: 'In CI pnpm installs with a frozen lockfile and stops; elsewhere it installs what nobody tested.',
  fix: 'Run `pnpm install --lockfile-only`, and commit the lockfile.',
  references: ['https://pnpm.io/cli/install#--frozen-lockfile'],
  bad: [
    {
      name: 'version 9, a dependency that is not listed',
      files: {
        'package.json': manifest,
        'pnpm-lock.yaml': `lockfileVersion: '9.0'

importers:

  .:
    dependencies:
      next:
        specifier: ^16.0.0
        version: 16.0.1
`,
      },
    },
    {
      name: 'version 5, made for another range, with one name too many',
      files: {
        'package.json': manifest,
        'pnpm-lock.yaml': `lockfileVersion: 5.4

specifiers:
  left-pad: ^1.3.0
  next: ^15.0.0
  react: ^19.2.0

dependencies:
  next: 15.0.0
`,
      },
    },
  ],
  good: [
    {
      name: 'in step',
      files: {
        'package.json': manifest,
        'pnpm-lock.yaml': `lockfileVersion: '9.0'

importers:

  .:
    dependencies:
      next:
        specifier: ^16.0.0
        version: 16.0.1
      react:
        specifier: ^19.2.0
        version: 19.2.0
`,
      },
    },
    {
      name: 'an override decides the range',
      files: {
        'package.json': manifest,
        'pnpm-lock.yaml': `lockfileVersion: '9.0'

overrides:
  react: 19.2.0

importers:

  .:
    dependencies:
      next:
        specifier: ^16.0.0
        version: 16.0.1
      react:
        specifier: 19.2.0
        version: 19.2.0
`,
      },
    },
  ],
  check: (facts) => lockDrafts(facts, 'pnpm'),
};
