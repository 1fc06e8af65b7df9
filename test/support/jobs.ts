import type { ActionContext, Clock } from '../../src/server/actions/context.ts';
import { type JobsOptions, type RunningJobs, startJobs } from '../../src/server/jobs/queue.ts';
import type { TestDatabase } from './database.ts';

/** A clock that stands still at noon of a day. */
export function fixedClock(today: string): Clock {
  return { now: () => new Date(`${today}T12:00:00Z`), today: () => today };
}

const silent = { info: () => {}, warn: () => {}, error: () => {} };

export interface TestJobs extends RunningJobs {
  readonly context: ActionContext;
}

/** A job queue with its workers on a test database, and a context of its first tenant. */
export async function startTestJobs(
  test: TestDatabase,
  {
    today,
    workers = 2,
    machineLearning,
    chronos,
  }: { today: string; workers?: number } & Pick<JobsOptions, 'machineLearning' | 'chronos'>,
): Promise<TestJobs> {
  const clock = fixedClock(today);
  const uploadFolder = '';
  const jobs = await startJobs({
    ...test,
    clock,
    uploadFolder,
    workers,
    log: silent,
    machineLearning,
    chronos,
  });
  const { database, tenantId } = test;
  const context: ActionContext = {
    database,
    jobs: jobs.queue,
    clock,
    tenantId,
    actor: 'planner@example.com',
    userId: null,
    uploadFolder,
  };
  return { ...jobs, context };
}

/** Waits until a condition holds; says what was waited for when it never does. */
export async function eventually<T>(
  what: string,
  probe: () => Promise<T | undefined | false>,
  timeoutMs = 90_000,
): Promise<T> {
  const deadline = performance.now() + timeoutMs;
  while (performance.now() < deadline) {
    const found = await probe();
    if (found) return found;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error(`waited ${timeoutMs} ms in vain: ${what}`);
}
