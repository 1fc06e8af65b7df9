import { sql } from 'kysely';
import type { Tx } from './database.ts';

/** How a run fares against the sales that have arrived since, over all its products. */
export interface RunAccuracy {
  readonly series: number;
  readonly wape: number | null;
  readonly mase: number | null;
  readonly bias: number | null;
  readonly coverage80: number | null;
}

/** Completed runs whose horizon has sales in it that are newer than the last evaluation. */
export async function listRunsToEvaluate(
  tx: Tx,
  newestSales: string,
): Promise<{ runId: string; asOf: string; horizonDays: number }[]> {
  const { rows } = await sql<{ run_id: string; as_of: string; horizon_days: number }>`
    select r.id as run_id, r.as_of, r.horizon_days from forecast_runs r
    where r.state = 'completed' and r.as_of < ${newestSales}::date
      and r.as_of + r.horizon_days * 2 > ${newestSales}::date
    order by r.as_of`.execute(tx);
  return rows.map((row) => ({
    runId: row.run_id,
    asOf: row.as_of,
    horizonDays: row.horizon_days,
  }));
}

/**
 * Compares the forecasts of one run with the actuals of its elapsed days: set-based, and repeatable,
 * since a late or corrected sales file changes what was actual. Days not observed or out of stock do
 * not count (where sales list selling days only, a day without a row counts as nothing sold, and no
 * scale is taken from such rows). The naive forecast repeats the last week before the origin; MASE is scaled by the error
 * of the same weekly naive within the year before the origin.
 */
export async function evaluateRun(
  tx: Tx,
  run: { tenantId: string; runId: string },
): Promise<number> {
  const result = await sql`
    with run as (
      select as_of, least(horizon_days, (select max(date) from demand_daily) - as_of) as elapsed,
        horizon_days, options ->> 'missingDays' = 'zero' as sparse
      from forecast_runs where id = ${run.runId}::uuid
    ), points as (
      select f.product_id, step, coalesce(d.units, 0)::float8 as actual, run.as_of + step as date, f.mean[step] as mean,
        f.quantiles[(low.place - 1) * run.horizon_days + step] as lower,
        f.quantiles[(high.place - 1) * run.horizon_days + step] as upper,
        (select n.units::float8 from demand_daily n where n.tenant_id = f.tenant_id
          and n.product_id = f.product_id and n.date = run.as_of - 6 + (step - 1) % 7) as naive
      from run cross join forecasts f
      cross join lateral (select array_position(f.levels, 0.1::float8) as place) low
      cross join lateral (select array_position(f.levels, 0.9::float8) as place) high
      cross join lateral generate_series(1, run.elapsed) as step
      left join demand_daily d on d.tenant_id = f.tenant_id and d.product_id = f.product_id
        and d.date = run.as_of + step
      where f.run_id = ${run.runId}::uuid and f.mean is not null and d.in_stock is not false
        and (run.sparse or d.units is not null)
    ), scales as (
      select d.product_id, avg(abs(d.units - w.units))::float8 as scale
      from run, demand_daily d
      join demand_daily w on w.tenant_id = d.tenant_id and w.product_id = d.product_id
        and w.date = d.date - 7
      where d.date between run.as_of - 365 and run.as_of and not run.sparse
        and d.product_id in (select distinct product_id from points)
      group by d.product_id
    )
    insert into forecast_accuracy (tenant_id, run_id, product_id, periods, through, actual_units,
      forecast_units, absolute_error, naive_absolute_error, mase, inside80, evaluated_at)
    select ${run.tenantId}::uuid, ${run.runId}::uuid, p.product_id, count(*)::int, max(p.date),
      sum(p.actual), sum(p.mean), sum(abs(p.actual - p.mean)), sum(abs(p.actual - p.naive)),
      avg(abs(p.actual - p.mean)) / nullif(max(s.scale), 0),
      count(*) filter (where p.actual between p.lower and p.upper)::int, clock_timestamp()
    from points p left join scales s using (product_id)
    group by p.product_id
    on conflict (tenant_id, run_id, product_id) do update set periods = excluded.periods,
      through = excluded.through, actual_units = excluded.actual_units,
      forecast_units = excluded.forecast_units, absolute_error = excluded.absolute_error,
      naive_absolute_error = excluded.naive_absolute_error, mase = excluded.mase,
      inside80 = excluded.inside80, evaluated_at = excluded.evaluated_at`.execute(tx);
  return Number(result.numAffectedRows ?? 0n);
}

/** Accuracy per run, for the runs that have any. */
export async function readRunAccuracy(
  tx: Tx,
  runIds: readonly string[],
): Promise<Map<string, RunAccuracy>> {
  if (runIds.length === 0) return new Map();
  const { rows } = await sql<RunAccuracy & { run_id: string }>`
    select run_id, count(*)::int as series, sum(absolute_error) / nullif(sum(actual_units), 0) as wape,
      avg(mase) as mase, (sum(forecast_units) - sum(actual_units)) / nullif(sum(actual_units), 0) as bias,
      sum(inside80)::float8 / nullif(sum(periods), 0) as coverage80
    from forecast_accuracy where run_id = any(${runIds}::uuid[]) group by run_id`.execute(tx);
  return new Map(rows.map(({ run_id, ...accuracy }) => [run_id, accuracy]));
}
