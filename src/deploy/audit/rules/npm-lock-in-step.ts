import { lockDrafts } from '../facts/lock-drafts.ts';
import type { Rule } from '../finding.ts';

const manifest = (dependencies: string) => `{
  "name": "shop",
  "dependencies": {
    ${dependencies}
  }
}
`;
const lock = (listed: string, version: string) => `{
  "name": "shop",
  "lockfileVersion": 3,
  "packages": {
    "": { "name": "shop", "dependencies": { ${listed} } },
    "node_modules/express": { "version": "${version}" }
  }
}
`;

export const npmLockInStep: Rule = {
  id: 'npm-lock-in-step',
  family: 1,
  severity: 'error',
  title: 'package-lock.json does not agree with package.json',
  why: '`npm ci` refuses such a lockfile, and `npm install` silently installs something that nobody tested.',
  fix: 'Run `npm install --package-lock-only`, commit the lockfile, and let CI run `npm ci`.',
  references: ['https://docs.npmjs.com/cli/v11/commands/npm-ci'],
  bad: [
    {
      name: 'required but not locked',
      files: {
        'package.json': manifest('"express": "^5.1.0",\n    "pino": "^10.0.0"'),
        'package-lock.json': lock('"express": "^5.1.0"', '5.1.0'),
      },
    },
    {
      name: 'locked but no longer required',
      files: {
        'package.json': manifest('"express": "^5.1.0"'),
        'package-lock.json': lock('"express": "^5.1.0", "moment": "^2.30.0"', '5.1.0'),
      },
    },
    {
      name: 'a range that the locked version is outside of',
      files: {
        'package.json': manifest('"express": "^5.1.0"'),
        'package-lock.json': lock('"express": "^4.18.0"', '4.18.2'),
      },
    },
    {
      name: 'a new workspace',
      files: {
        'package.json': '{ "name": "shop", "workspaces": ["packages/*"] }\n',
        'packages/cart/package.json': '{ "name": "cart", "dependencies": { "zod": "^4.0.0" } }\n',
        'package-lock.json':
          '{ "lockfileVersion": 3, "packages": { "": { "workspaces": ["packages/*"] } } }\n',
      },
    },
  ],
  good: [
    {
      name: 'in step',
      files: {
        'package.json': manifest('"express": "^5.1.0"'),
        'package-lock.json': lock('"express": "^5.1.0"', '5.1.0'),
      },
    },
  ],
  check: (facts) => lockDrafts(facts, 'npm'),
};
