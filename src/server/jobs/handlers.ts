import type { Job } from '../actions/context.ts';
import { refreshAfterImport } from '../actions/refresh-after-import.ts';
import { evaluateAccuracy } from './evaluate-accuracy.ts';
import { applyImport, checkImport, failImport } from './import-jobs.ts';
import { actingFor, type JobContext } from './job-context.ts';
import { failRun, runForecast } from './run-forecast.ts';

/** What is done with a job, and what when it has failed for good. Both may be called again. */
export interface Handler<J extends Job> {
  carryOut(context: JobContext, job: J): Promise<void>;
  giveUp(context: JobContext, job: J, error: unknown): Promise<void>;
}

type Handlers = { readonly [N in Job['name']]: Handler<Extract<Job, { name: N }>> };

const leaveIt = async () => {};

type ImportJob = Extract<Job, { importId: string }>;
const giveUpImport = (context: JobContext, { tenantId, importId }: ImportJob) =>
  failImport(actingFor(context, tenantId), importId);

/** Every kind of job there is. */
export const handlers: Handlers = {
  'check-import': {
    carryOut: (context, { tenantId, importId }) =>
      checkImport(actingFor(context, tenantId), importId),
    giveUp: giveUpImport,
  },
  'commit-import': {
    carryOut: async (context, { tenantId, importId }) => {
      const acting = actingFor(context, tenantId);
      await applyImport(acting, importId);
      await refreshAfterImport(acting, importId);
    },
    giveUp: giveUpImport,
  },
  'forecast-run': { carryOut: runForecast, giveUp: failRun },
  'evaluate-accuracy': { carryOut: evaluateAccuracy, giveUp: leaveIt },
};
