import { type Selectable, sql } from 'kysely';
import type { Tx } from './database.ts';
import type { Schema } from './schema.ts';

/** What a run was asked to do; kept with it, so that a resumed run does exactly the same. */
export interface RunOptions {
  readonly seed: number;
  readonly method: string;
  readonly historyDays: number;
  readonly backtestWindows: number;
  readonly levels: readonly number[];
  readonly windowLevels: readonly number[];
  readonly missingDays: 'zero' | 'missing';
  /** How machine learning was when the run began; absent where it had not begun, or was older. */
  readonly machineLearning?: RunMachineLearning;
}

export interface RunMachineLearning {
  readonly state: string;
  readonly reason: string;
}

export interface NewRun {
  readonly tenantId: string;
  readonly asOf: string;
  readonly horizonDays: number;
  readonly options: RunOptions;
  readonly engineVersion: string;
  readonly requestedBy: string;
  readonly chunkSize: number;
}

export type RunRow = Omit<Selectable<Schema['forecast_runs']>, 'options'> & { options: RunOptions };

/** Plans a run: the run itself, and one chunk per `chunkSize` active products with sales. */
export async function insertRun(tx: Tx, run: NewRun): Promise<{ id: string; series: number }> {
  const { id } = await tx
    .insertInto('forecast_runs')
    .values({
      tenant_id: run.tenantId,
      state: 'queued',
      as_of: run.asOf,
      horizon_days: run.horizonDays,
      options: JSON.stringify(run.options),
      engine_version: run.engineVersion,
      requested_by: run.requestedBy,
    })
    .returning('id')
    .executeTakeFirstOrThrow();
  await sql`
    insert into forecast_chunks (tenant_id, run_id, chunk_no, product_ids)
    select ${run.tenantId}::uuid, ${id}::uuid, chunk_no, array_agg(product_id order by product_id)
    from (
      select p.id as product_id,
        ((row_number() over (order by p.id) - 1) / ${run.chunkSize}::int)::int as chunk_no
      from products p
      where p.active and exists (select from demand_daily d
        where d.tenant_id = p.tenant_id and d.product_id = p.id and d.date <= ${run.asOf}::date)
    ) numbered group by chunk_no`.execute(tx);
  const { series } = await tx
    .selectFrom('forecast_chunks')
    .select(sql<number>`coalesce(sum(cardinality(product_ids)), 0)::int`.as('series'))
    .where('run_id', '=', id)
    .executeTakeFirstOrThrow();
  await tx
    .updateTable('forecast_runs')
    .set({ series_total: series })
    .where('id', '=', id)
    .execute();
  return { id, series };
}

export async function findRun(tx: Tx, runId: string): Promise<RunRow | undefined> {
  return tx.selectFrom('forecast_runs').selectAll().where('id', '=', runId).executeTakeFirst();
}

/** Newest first; `before` is the creation time and id of the last one of the page before. */
export async function listRunRows(
  tx: Tx,
  page: { limit: number; before?: { createdAt: string; id: string } },
): Promise<(RunRow & { cursor_at: string })[]> {
  // The instant as text too: a Date keeps milliseconds, and rows within one would be skipped.
  let query = tx
    .selectFrom('forecast_runs')
    .selectAll()
    .select(sql<string>`created_at::text`.as('cursor_at'));
  const { before } = page;
  if (before)
    query = query.where(
      sql<boolean>`(created_at, id) < (${before.createdAt}::timestamptz, ${before.id}::uuid)`,
    );
  return query.orderBy('created_at', 'desc').orderBy('id', 'desc').limit(page.limit).execute();
}

export async function findNewestCompletedRun(tx: Tx): Promise<RunRow | undefined> {
  return tx
    .selectFrom('forecast_runs')
    .selectAll()
    .where('state', '=', 'completed')
    .orderBy('finished_at', 'desc')
    .limit(1)
    .executeTakeFirst();
}

/** Marks a run as under way; undefined when it has already ended. */
export async function beginRun(
  tx: Tx,
  runId: string,
  machineLearning?: RunMachineLearning,
): Promise<RunRow | undefined> {
  // The first beginning counts: a resumed run goes on as it was.
  const begun = JSON.stringify(machineLearning ? { machineLearning } : {});
  return tx
    .updateTable('forecast_runs')
    .set({
      state: 'running',
      attempts: sql`attempts + 1`,
      started_at: sql`coalesce(started_at, now())`,
      options: sql`${begun}::jsonb || options`,
    })
    .where('id', '=', runId)
    .where('state', 'in', ['queued', 'running'])
    .returningAll()
    .executeTakeFirst();
}

/** Ends a run, once: a run that has ended stays as it is. */
export async function endRun(
  tx: Tx,
  end: {
    runId: string;
    state: 'completed' | 'cancelled' | 'failed';
    error?: { code: string; message: string };
  },
): Promise<boolean> {
  const result = await tx
    .updateTable('forecast_runs')
    .set({
      state: end.state,
      error: end.error ? JSON.stringify(end.error) : null,
      finished_at: sql`clock_timestamp()`,
    })
    .where('id', '=', end.runId)
    .where('state', 'in', ['queued', 'running'])
    .executeTakeFirst();
  return result.numUpdatedRows > 0n;
}

/** Asks a run to stop at its next checkpoint; false when it has already ended. */
export async function requestCancel(tx: Tx, runId: string): Promise<boolean> {
  const result = await tx
    .updateTable('forecast_runs')
    .set({ cancel_requested: true })
    .where('id', '=', runId)
    .where('state', 'in', ['queued', 'running'])
    .executeTakeFirst();
  return result.numUpdatedRows > 0n;
}

export interface Chunk {
  readonly chunkNo: number;
  readonly productIds: number[];
}

/** Chunks that have no forecasts yet, in order. */
export async function listOpenChunks(tx: Tx, runId: string): Promise<Chunk[]> {
  const rows = await tx
    .selectFrom('forecast_chunks')
    .select(['chunk_no', 'product_ids'])
    .where('run_id', '=', runId)
    .where('done_at', 'is', null)
    .orderBy('chunk_no')
    .execute();
  return rows.map((row) => ({ chunkNo: row.chunk_no, productIds: row.product_ids }));
}

/** All products of a run, done or not, in the order of its chunks. */
export async function listRunProducts(tx: Tx, runId: string): Promise<number[]> {
  const rows = await tx
    .selectFrom('forecast_chunks')
    .select('product_ids')
    .where('run_id', '=', runId)
    .orderBy('chunk_no')
    .execute();
  return rows.flatMap((row) => row.product_ids);
}

/** How many active products have sales up to a day. */
export async function countForecastable(tx: Tx, asOf: string): Promise<number> {
  const { rows } = await sql<{ products: number }>`
    select count(*)::int as products from products p
    where p.active and exists (select from demand_daily d
      where d.tenant_id = p.tenant_id and d.product_id = p.id and d.date <= ${asOf}::date)`.execute(
    tx,
  );
  return rows[0]!.products;
}

/** The longest protection window over all preferred terms, days: two deviations late, one weekend. */
export async function findLongestWindow(tx: Tx): Promise<number> {
  const { rows } = await sql<{ days: number | null }>`
    select max(ceil(t.lead_time_days + t.review_period_days + 2 * t.lead_time_sd_days)::int + 3) as days
    from product_suppliers t join products p on p.tenant_id = t.tenant_id and p.id = t.product_id
    where t.preferred and p.active`.execute(tx);
  return rows[0]?.days ?? 0;
}

/** Whether an insert failed because another run is queued or under way. */
export function isSecondActiveRun(error: unknown): boolean {
  const { code, constraint } = error as { code?: string; constraint?: string };
  return code === '23505' && constraint === 'forecast_runs_one_active';
}

/** Order proposals per run, for some runs. */
export async function countProposals(tx: Tx, runIds: string[]): Promise<Map<string, number>> {
  if (runIds.length === 0) return new Map();
  const rows = await tx
    .selectFrom('order_proposals')
    .select(['run_id', sql<number>`count(*)::int`.as('proposals')])
    .where('run_id', 'in', runIds)
    .where('state', '!=', 'superseded')
    .groupBy('run_id')
    .execute();
  return new Map(rows.map((row) => [row.run_id!, row.proposals]));
}
