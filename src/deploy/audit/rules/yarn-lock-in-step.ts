import { lockDrafts } from '../facts/lock-drafts.ts';
import type { Rule } from '../finding.ts';

const manifest = `{
  "name": "api",
  "dependencies": { "fastify": "^5.0.0" }
}
`;
const entry = (key: string, version: string) => `"${key}":
  version "${version}"
  resolved "https://registry.yarnpkg.com/x/-/x-${version}.tgz"

`;
const berry = (dependencies: string) => `__metadata:
  version: 8

"api@workspace:.":
  version: 0.0.0-use.local
  resolution: "api@workspace:."
  dependencies:
${dependencies}
  languageName: unknown
  linkType: soft

"fastify@npm:^5.0.0":
  version: 5.6.1
  resolution: "fastify@npm:5.6.1"
  languageName: node
  linkType: hard
`;

export const yarnLockInStep: Rule = {
  id: 'yarn-lock-in-step',
  family: 1,
  severity: 'error',
  title: 'yarn.lock does not agree with package.json',
  why: '`yarn install --immutable` (or `--frozen-lockfile`) stops at it, and a plain install changes what runs.',
  fix: 'Run `yarn install`, and commit the lockfile.',
  references: ['https://yarnpkg.com/cli/install'],
  bad: [
    {
      name: 'yarn 1: required but not locked',
      files: {
        'package.json': manifest,
        'yarn.lock': `# yarn lockfile v1\n\n${entry('pino@^10.0.0', '10.1.0')}`,
      },
    },
    {
      name: 'yarn 1: locked but no longer required',
      files: {
        'package.json': manifest,
        'yarn.lock': `# yarn lockfile v1\n\n${entry('fastify@^5.0.0', '5.6.1')}${entry('moment@^2.30.0', '2.30.1')}`,
      },
    },
    {
      name: 'berry: another range and one name too many',
      files: {
        'package.json': manifest,
        'yarn.lock': berry('    fastify: "npm:^4.0.0"\n    moment: "npm:^2.30.0"'),
      },
    },
  ],
  good: [
    {
      name: 'yarn 1 in step',
      files: {
        'package.json': manifest,
        'yarn.lock': `# yarn lockfile v1\n\n${entry('fastify@^5.0.0', '5.6.1')}`,
      },
    },
    {
      name: 'berry in step',
      files: { 'package.json': manifest, 'yarn.lock': berry('    fastify: "npm:^5.0.0"') },
    },
  ],
  check: (facts) => lockDrafts(facts, 'yarn'),
};
