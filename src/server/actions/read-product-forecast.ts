import { Refusal } from '../../contract/index.ts';
import { addDays } from '../store/calendar-day.ts';
import { findNewestAccuracy, findNewestForecast, findProductId } from '../store/products.ts';
import { findNewestCompletedRun } from '../store/runs.ts';
import type { ActionContext } from './context.ts';
import { describeMachineLearning } from './describe-machine-learning.ts';

type Forecast = NonNullable<Awaited<ReturnType<typeof findNewestForecast>>>;
type Accuracy = NonNullable<Awaited<ReturnType<typeof findNewestAccuracy>>>;

/** The newest completed forecast of a product; null while no run has ended. */
export async function readProductForecast(context: ActionContext, { sku }: { sku: string }) {
  const { run, forecast, accuracy } = await context.database.withTenant(
    context.tenantId,
    async (tx) => {
      const productId = await findProductId(tx, sku);
      if (productId === undefined) throw new Refusal('not_found', { sku });
      const run = await findNewestCompletedRun(tx);
      const found = run && (await findNewestForecast(tx, { productId, runId: run.id }));
      return { run, forecast: found, accuracy: found && (await findNewestAccuracy(tx, productId)) };
    },
  );
  if (!run || !forecast) return null;
  return {
    runId: forecast.run_id,
    origin: forecast.origin,
    refusal: forecast.refusal_code
      ? { code: forecast.refusal_code, details: forecast.refusal_details ?? {} }
      : null,
    method: forecast.method,
    reason: forecast.reason,
    demandClass: forecast.demand_class,
    machineLearning: describeMachineLearning(run)?.note ?? null,
    scores: forecast.scores ?? [],
    ...toSeries(forecast),
    accuracy: accuracy ? toAccuracy(accuracy) : null,
  };
}

function toSeries({ origin, mean, levels, quantiles }: Forecast) {
  const points = mean ?? [];
  const horizon = points.length;
  return {
    dates: points.map((_, step) => addDays(origin, step + 1)),
    mean: points,
    levels: levels ?? [],
    // Stored in one row, level after level.
    quantiles: (levels ?? []).map((_, level) =>
      (quantiles ?? []).slice(level * horizon, (level + 1) * horizon),
    ),
  };
}

function toAccuracy(accuracy: Accuracy) {
  const { periods, through, mase } = accuracy;
  const error = accuracy.forecast_units - accuracy.actual_units;
  return {
    periods,
    through,
    mase,
    bias: accuracy.actual_units > 0 ? error / accuracy.actual_units : null,
    inside80: accuracy.inside80 / periods,
  };
}
