import { sql } from 'kysely';
import type { Tx } from './database.ts';

/** What the engine found for one product; arrays are laid out as the table says. */
export type ForecastRecord =
  | {
      readonly ok: false;
      readonly productId: number;
      readonly code: string;
      readonly details: Readonly<Record<string, unknown>>;
    }
  | {
      readonly ok: true;
      readonly productId: number;
      readonly method: string;
      readonly reason: string;
      readonly reasonData: unknown;
      readonly demandClass: string;
      readonly scores: unknown;
      readonly mean: Float64Array;
      readonly quantiles: Float64Array;
      readonly windowMeans: Float64Array;
      readonly windowQuantiles: Float64Array;
    };

/** The chunk that some forecasts belong to. */
export interface ChunkOf {
  readonly tenantId: string;
  readonly runId: string;
  readonly chunkNo: number;
  readonly origin: string;
  readonly levels: readonly number[];
  readonly windowLevels: readonly number[];
}

/**
 * Writes the forecasts of a chunk, marks it done and counts it on the run, or does nothing and says
 * false when the chunk is done already or its run has ended. Belongs in one transaction.
 */
export async function completeChunk(
  tx: Tx,
  chunk: ChunkOf,
  records: readonly ForecastRecord[],
): Promise<boolean> {
  const run = await tx
    .selectFrom('forecast_runs')
    .select(['state', 'methods'])
    .where('id', '=', chunk.runId)
    .forUpdate()
    .executeTakeFirst();
  if (run?.state !== 'running' || !(await claimChunk(tx, chunk))) return false;
  if (records.length > 0)
    await tx
      .insertInto('forecasts')
      .values(records.map((record) => toRow(chunk, record)))
      .execute();
  const methods = { ...run.methods };
  for (const record of records)
    if (record.ok) methods[record.method] = (methods[record.method] ?? 0) + 1;
  const refused = records.filter((record) => !record.ok).length;
  await tx
    .updateTable('forecast_runs')
    .set((eb) => ({
      series_done: eb('series_done', '+', records.length),
      series_refused: eb('series_refused', '+', refused),
      methods: JSON.stringify(methods),
    }))
    .where('id', '=', chunk.runId)
    .execute();
  return true;
}

async function claimChunk(tx: Tx, chunk: ChunkOf): Promise<boolean> {
  const result = await tx
    .updateTable('forecast_chunks')
    .set({ done_at: sql`clock_timestamp()` })
    .where('run_id', '=', chunk.runId)
    .where('chunk_no', '=', chunk.chunkNo)
    .where('done_at', 'is', null)
    .executeTakeFirst();
  return result.numUpdatedRows > 0n;
}

function toRow(chunk: ChunkOf, record: ForecastRecord) {
  const key = {
    tenant_id: chunk.tenantId,
    run_id: chunk.runId,
    product_id: record.productId,
    origin: chunk.origin,
  };
  if (!record.ok)
    return {
      ...key,
      refusal_code: record.code,
      refusal_details: JSON.stringify(record.details),
    };
  return {
    ...key,
    method: record.method,
    reason: record.reason,
    reason_data: JSON.stringify(record.reasonData),
    demand_class: record.demandClass,
    scores: JSON.stringify(record.scores),
    mean: arrayLiteral(record.mean),
    levels: arrayLiteral(chunk.levels),
    quantiles: arrayLiteral(record.quantiles),
    window_levels: arrayLiteral(chunk.windowLevels),
    window_means: arrayLiteral(record.windowMeans),
    window_quantiles: arrayLiteral(record.windowQuantiles),
  };
}

/** pg would quote and escape every number of a JavaScript array; these need neither. */
function arrayLiteral(values: ArrayLike<number>) {
  return sql<number[]>`${`{${Array.prototype.join.call(values, ',')}}`}::float8[]`;
}
