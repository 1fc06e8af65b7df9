import type { Database } from '../store/database.ts';

/** Work that outlives a request. Every job names its tenant: a worker sees nothing else. */
export type Job =
  | { readonly name: 'check-import'; readonly tenantId: string; readonly importId: string }
  | { readonly name: 'commit-import'; readonly tenantId: string; readonly importId: string }
  | { readonly name: 'forecast-run'; readonly tenantId: string; readonly runId: string }
  | { readonly name: 'evaluate-accuracy'; readonly tenantId: string };

/** Where actions leave work; jobs/ implements it on the real queue. */
export interface JobQueue {
  enqueue(job: Job): Promise<void>;
}

export interface Clock {
  now(): Date;
  /** Today's date of business, YYYY-MM-DD. */
  today(): string;
}

/** What every action is handed: who asks, for which tenant, and what it may use. */
export interface ActionContext {
  readonly database: Database;
  readonly jobs: JobQueue;
  readonly clock: Clock;
  readonly tenantId: string;
  /** E-mail of the user or name of the key, for the audit log. */
  readonly actor: string;
  readonly userId: string | null;
  /** Folder where uploaded files wait for their commit. */
  readonly uploadFolder: string;
}
