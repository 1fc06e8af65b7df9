import type { Command } from 'commander';
import type { Terminal } from './terminal.ts';

/** What a verb's file exports: its options, and what it does with them. */
export interface VerbModule {
  /** Adds arguments, options and examples to the command, and its action. */
  define(command: Command, terminal: Terminal): void;
}

/** One line of `parstock --help`; the verb's own file is loaded only when the verb is called. */
export interface Verb {
  readonly name: string;
  readonly summary: string;
  readonly load: () => Promise<VerbModule>;
}

export const verbs: readonly Verb[] = [
  {
    name: 'forecast',
    summary: 'forecast the series of a CSV file, with quantiles',
    load: () => import('./verbs/forecast.ts'),
  },
  {
    name: 'backtest',
    summary: 'compare methods on the past of a CSV file',
    load: () => import('./verbs/backtest.ts'),
  },
  {
    name: 'plan',
    summary: 'propose orders from sales, stock and product files',
    load: () => import('./verbs/plan.ts'),
  },
  {
    name: 'import',
    summary: 'send a file to a running server: check, then commit',
    load: () => import('./verbs/import.ts'),
  },
  {
    name: 'serve',
    summary: 'run the server: database, API and page',
    load: () => import('./verbs/serve.ts'),
  },
  {
    name: 'work',
    summary: 'do the jobs of servers that share a PostgreSQL',
    load: () => import('./verbs/work.ts'),
  },
  {
    name: 'status',
    summary: 'ask a running server how it is',
    load: () => import('./verbs/status.ts'),
  },
  {
    name: 'healthcheck',
    summary: 'exit 0 when the server is ready, 1 when it is not',
    load: () => import('./verbs/healthcheck.ts'),
  },
  {
    name: 'contract',
    summary: 'print which databases this version can work with',
    load: () => import('./verbs/contract.ts'),
  },
  {
    name: 'backup',
    summary: 'back up the database, and prove it by restoring a copy',
    load: () => import('./verbs/backup.ts'),
  },
  {
    name: 'restore',
    summary: 'put a backup in the place of the database, which is kept',
    load: () => import('./verbs/restore.ts'),
  },
  {
    name: 'models',
    summary: 'install, check and bring machine-learning models',
    load: () => import('./verbs/models.ts'),
  },
  {
    name: 'demo',
    summary: 'write the demo data as CSV files into a folder',
    load: () => import('./verbs/demo.ts'),
  },
  {
    name: 'release',
    summary: 'make an image of the tagged commit, try it out, push it',
    load: () => import('./verbs/release.ts'),
  },
  {
    name: 'prune',
    summary: 'remove what earlier deploys left on a destination',
    load: () => import('./verbs/prune.ts'),
  },
  {
    name: 'smoke',
    summary: 'use a running server as a shop does, and say what does not work',
    load: () => import('./verbs/smoke.ts'),
  },
  {
    name: 'gate',
    summary: 'compare the accuracy of two versions on the same data',
    load: () => import('./verbs/gate.ts'),
  },
  {
    name: 'deploy',
    summary: 'take a version to a destination, or leave the old one in place',
    load: () => import('./verbs/deploy.ts'),
  },
  {
    name: 'promote',
    summary: 'take the digest that serves on one destination to another',
    load: () => import('./verbs/promote.ts'),
  },
  {
    name: 'approve',
    summary: 'let a digest go to a destination that asks for approval',
    load: () => import('./verbs/approve.ts'),
  },
  {
    name: 'rollback',
    summary: 'go back to a version that served before',
    load: () => import('./verbs/rollback.ts'),
  },
  {
    name: 'unlock',
    summary: 'end the lease of a deployer that is gone',
    load: () => import('./verbs/unlock.ts'),
  },
  {
    name: 'audit',
    summary: 'find deployment faults in a repository before they bite',
    load: () => import('./verbs/audit.ts'),
  },
];
