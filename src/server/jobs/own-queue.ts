import type { Job } from '../actions/context.ts';
import type { OwnQueue } from '../actions/scratch-tenants.ts';
import { handlers } from './handlers.ts';
import type { JobContext } from './job-context.ts';

/**
 * Carries jobs out in this process, at once and once: nothing is kept in the database, so that no other
 * server takes them over and nothing is resumed after a kill.
 */
export function openOwnQueue(context: Omit<JobContext, 'jobs'>): OwnQueue {
  const underWay = new Map<string, { stop: AbortController; work: Set<Promise<void>> }>();
  const queue: OwnQueue = {
    enqueue: async (job) => {
      const { tenantId } = job;
      const tenant = underWay.get(tenantId) ?? { stop: new AbortController(), work: new Set() };
      underWay.set(tenantId, tenant);
      const signal = AbortSignal.any([context.signal, tenant.stop.signal]);
      const work = carryOut(job, { ...context, jobs: queue, signal }).finally(() => {
        tenant.work.delete(work);
        if (tenant.work.size === 0) underWay.delete(tenantId);
      });
      tenant.work.add(work);
    },
    abandon: async (tenantId) => {
      const tenant = underWay.get(tenantId);
      tenant?.stop.abort();
      while (tenant && tenant.work.size > 0) await Promise.all(tenant.work);
    },
  };
  return queue;
}

/** Never rejects: what goes wrong is told by the state of what the job was about. */
async function carryOut(job: Job, context: JobContext): Promise<void> {
  const handler = handlers[job.name];
  try {
    await handler.carryOut(context, job as never);
  } catch (error) {
    if (context.signal.aborted) return;
    context.log.warn({ err: error, job }, 'job of a scratch tenant failed');
    await handler
      .giveUp(context, job as never, error)
      .catch((err) => context.log.warn({ err, job }, 'its failure could not be written down'));
  }
}
