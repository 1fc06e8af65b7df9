import { readFileSync } from 'node:fs';
import { Refusal } from '../../contract/errors.ts';
import type { Run } from '../../contract/runs.ts';
import { recordAudit } from '../store/audit.ts';
import type { Tx } from '../store/database.ts';
import { findNewestSalesDate, recordsZeroSales } from '../store/demand.ts';
import { announceRun } from '../store/run-events.ts';
import {
  countForecastable,
  findLongestWindow,
  insertRun,
  isSecondActiveRun,
  type RunOptions,
} from '../store/runs.ts';
import type { ActionContext } from './context.ts';
import { getRun } from './get-run.ts';

const SHORTEST_HORIZON = 28;
const LONGEST_HORIZON = 365;
/** Three years show each season three times; older days cost time and rarely help. */
const HISTORY_DAYS = 1_100;
/** Central intervals of 50, 80 and 95 %, and the median. */
const LEVELS = [0.025, 0.1, 0.25, 0.5, 0.75, 0.9, 0.975];
/** Cumulative demand: any service level is read between these. */
const WINDOW_LEVELS = [0.01, 0.05, 0.1, 0.25, 0.5, 0.75, 0.8, 0.9, 0.95, 0.975, 0.99, 0.995];
const LARGEST_CHUNK = 32;
/** A small catalogue is cut finer, so that threads share it evenly and progress is seen. */
const FEWEST_CHUNKS = 32;

const { version } = JSON.parse(
  readFileSync(new URL('../../../package.json', import.meta.url), 'utf8'),
) as { version: string };

export interface RunRequest {
  readonly horizonDays?: number;
  readonly seed?: number;
}

/** Plans a forecast run over all active products with sales, and leaves it to the queue. */
export async function startRun(context: ActionContext, request: RunRequest = {}): Promise<Run> {
  const { tenantId } = context;
  const id = await context.database
    .withTenant(tenantId, (tx) => planRun(tx, context, request))
    .catch((error) => {
      if (isSecondActiveRun(error)) throw new Refusal('run_already_active');
      throw error;
    });
  if (id === null) throw new Refusal('nothing_to_forecast');
  await context.jobs.enqueue({ name: 'forecast-run', tenantId, runId: id });
  return getRun(context, { id });
}

/**
 * Writes a run down, in the caller's transaction; null without sales. It begins when the queue hears
 * of it: from the caller after its commit, or else from the next start.
 */
export async function planRun(
  tx: Tx,
  by: Pick<ActionContext, 'tenantId' | 'actor'>,
  request: RunRequest = {},
): Promise<string | null> {
  const asOf = await findNewestSalesDate(tx);
  const products = asOf === null ? 0 : await countForecastable(tx, asOf);
  if (asOf === null || products === 0) return null;
  const horizonDays = request.horizonDays ?? (await defaultHorizon(tx));
  const options: RunOptions = {
    seed: request.seed ?? 1,
    method: 'auto',
    historyDays: HISTORY_DAYS,
    backtestWindows: 3,
    levels: LEVELS,
    windowLevels: WINDOW_LEVELS,
    missingDays: (await recordsZeroSales(tx)) ? 'missing' : 'zero',
  };
  const run = await insertRun(tx, {
    tenantId: by.tenantId,
    asOf,
    horizonDays,
    options,
    engineVersion: version,
    requestedBy: by.actor,
    chunkSize: Math.min(LARGEST_CHUNK, Math.ceil(products / FEWEST_CHUNKS)),
  });
  await recordAudit(tx, by, {
    action: 'run.start',
    subject: `run ${run.id}`,
    details: { asOf, horizonDays, series: run.series },
  });
  await announceRun(tx, { tenantId: by.tenantId, runId: run.id });
  return run.id;
}

/** Long enough for the longest protection window, late deliveries and a weekend included. */
async function defaultHorizon(tx: Tx): Promise<number> {
  const longest = await findLongestWindow(tx);
  return Math.min(LONGEST_HORIZON, Math.max(SHORTEST_HORIZON, longest));
}
