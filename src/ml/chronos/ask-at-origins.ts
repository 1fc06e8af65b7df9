import type {
  ExternalForecast,
  ExternalOrigin,
  ForecastOptions,
  Series,
} from '../../forecast/index.ts';
import { externalOrigins } from '../../forecast/index.ts';
import type { NamedModel } from './name-model.ts';
import type { Chronos } from './open-chronos.ts';

interface Question {
  readonly index: number;
  readonly origin: ExternalOrigin;
  readonly y: Float64Array;
}

/**
 * What a model says of each series at the origins of the engine's backtest and at its end, as the
 * engine wants it: series by series, with nothing said where no backtest is possible.
 */
export async function askAtOrigins(
  chronos: Chronos,
  work: {
    named: NamedModel;
    series: readonly Series[];
    options: ForecastOptions;
    signal?: AbortSignal;
  },
): Promise<ExternalForecast[]> {
  const { named, series, options, signal } = work;
  const { levels } = chronos;
  const questions = series.flatMap(({ id, y }, index) => {
    const values = y instanceof Float64Array ? y : Float64Array.from(y);
    return externalOrigins({ id, y }, options).map(
      (origin): Question => ({ index, origin, y: values.subarray(0, origin.known) }),
    );
  });
  const said: ExternalForecast['said'][number][][] = series.map(() => []);
  // A shorter horizon is asked for at the origins of a short history only.
  for (const [horizon, alike] of Map.groupBy(questions, ({ origin }) => origin.horizon)) {
    const contexts = alike.map(({ y }) => y);
    const answers = await chronos.forecast(contexts, { horizon, levels }, signal);
    for (const [i, { index, origin }] of alike.entries())
      said[index]!.push({ ...origin, quantiles: answers[i]! });
  }
  return said.map((one) => ({ ...named, levels, said: one }));
}
