import type { ExternalForecast, ForecastOptions } from '../../forecast/index.ts';
import { askAtOrigins } from '../../ml/chronos/ask-at-origins.ts';
import { type NamedModel, nameModel } from '../../ml/chronos/name-model.ts';
import type { Chronos } from '../../ml/chronos/open-chronos.ts';
import { openInstalled } from '../../ml/chronos/open-installed.ts';
import type { DemandSeries } from '../store/demand.ts';
import type { JobContext } from './job-context.ts';
import { withKnownDays } from './known-days.ts';

/** A model that a run asks beside the engine, for as long as the run lasts. */
export interface ExternalForecaster extends NamedModel {
  /** What it says of each series at the origins of its backtest and at its end. */
  ask(series: readonly DemandSeries[], options: ForecastOptions): Promise<ExternalForecast[]>;
  close(): Promise<void>;
}

/** Time that a chunk of series may take, in seconds. */
export interface TimeBudget {
  readonly perSeries: number;
  readonly atLeast: number;
}

/** A run on one processor shall not take a night for a second opinion. */
const BUDGET: TimeBudget = { perSeries: 0.5, atLeast: 20 };

/**
 * Opens the first model of the settings for a run, where it is installed; null where it is not, or
 * where machine learning is switched off. One that is installed and cannot be opened says why.
 */
export async function openExternalForecaster(
  context: JobContext,
): Promise<ExternalForecaster | null> {
  const { chronos: settings, workers, log } = context;
  if (!settings) return null;
  const named = nameModel(settings.model);
  try {
    const chronos = await openInstalled({ ...settings, threads: Math.max(1, workers) });
    return chronos && forecasterOn(chronos, { named, context });
  } catch (error) {
    // The run has the engine; what is wrong with the model is the administrator's to see.
    log.warn({ err: error, model: settings.model }, 'the model could not be opened');
    const unavailable = 'it could not be loaded, see the log of the server';
    return {
      ...named,
      ask: async (series) => series.map(() => silent(named, unavailable)),
      close: async () => undefined,
    };
  }
}

/** A loaded model as a run asks it: within its time, and no more once it has failed. */
export function forecasterOn(
  chronos: Chronos,
  {
    named,
    context,
    budget = BUDGET,
  }: { named: NamedModel; context: Pick<JobContext, 'signal' | 'log'>; budget?: TimeBudget },
): ExternalForecaster {
  let unavailable: string | null = null;
  return {
    ...named,
    close: () => chronos.close(),
    ask: async (series, options) => {
      if (unavailable !== null) return series.map(() => silent(named, unavailable!));
      const seconds = Math.max(budget.atLeast, budget.perSeries * series.length);
      const timeout = AbortSignal.timeout(seconds * 1000);
      const signal = AbortSignal.any([context.signal, timeout]);
      try {
        const all = series.map(withKnownDays);
        return await askAtOrigins(chronos, { named, series: all, options, signal });
      } catch (error) {
        context.signal.throwIfAborted();
        // One chunk that was too slow, or failed, speaks for the others: the run goes on without.
        unavailable = timeout.aborted
          ? `it had not answered after ${seconds} seconds for ${series.length} products`
          : 'it failed, see the log of the server';
        context.log.warn({ err: error, model: named.method }, 'the run goes on without the model');
        return series.map(() => silent(named, unavailable!));
      }
    },
  };
}

function silent({ method, title }: NamedModel, unavailable: string): ExternalForecast {
  return { method, title, levels: [], said: [], unavailable };
}
