import { sql } from 'kysely';
import type { Tx } from './database.ts';

/** What a model from outside of the engine did in one run. */
export interface RunModelRow {
  readonly method: string;
  readonly title: string;
  readonly scored: number;
  readonly used: number;
  readonly median_gain: number | null;
  readonly unavailable: number;
  readonly unavailable_reason: string | null;
}

/** A product whose forecast is a model's, wholly or in part. */
export interface RunModelSeriesRow {
  readonly method: string;
  readonly sku: string;
  readonly name: string;
  readonly weight: number;
  readonly gain: number | null;
}

/** One row for each series and model: what was said of it, and its part in the forecast. */
function saidIn(runId: string) {
  return sql`
    select f.product_id, e->>'method' as method, e->>'title' as title,
      (e->>'gain')::float8 as gain, e->>'unavailable' as unavailable,
      (select sum((m->>'weight')::float8) from jsonb_array_elements(f.reason_data->'members') m
        where m->>'method' = e->>'method') as weight
    from forecasts f cross join lateral jsonb_array_elements(f.reason_data->'external') e
    where f.run_id = ${runId}::uuid and jsonb_typeof(f.reason_data->'external') = 'array'`;
}

/** The models that had a say in a run, most used first. */
export async function listRunModels(tx: Tx, runId: string): Promise<RunModelRow[]> {
  const { rows } = await sql<RunModelRow>`
    select method, max(title) as title,
      count(*) filter (where unavailable is null)::int as scored,
      count(*) filter (where weight > 0)::int as used,
      percentile_cont(0.5) within group (order by gain) filter (where weight > 0) as median_gain,
      count(unavailable)::int as unavailable,
      mode() within group (order by unavailable) as unavailable_reason
    from (${saidIn(runId)}) said group by method order by used desc, method`.execute(tx);
  return rows;
}

/** Products that models forecast, for each model those that it saved most of. */
export async function listRunModelSeries(
  tx: Tx,
  { runId, most }: { runId: string; most: number },
): Promise<RunModelSeriesRow[]> {
  const { rows } = await sql<RunModelSeriesRow>`
    select ranked.method, p.sku, p.name, ranked.weight, ranked.gain
    from (
      select said.*, row_number() over
        (partition by method order by gain desc nulls last, product_id) as place
      from (${saidIn(runId)}) said where weight > 0
    ) ranked join products p on p.id = ranked.product_id
    where ranked.place <= ${most}::int order by ranked.method, ranked.place`.execute(tx);
  return rows;
}
