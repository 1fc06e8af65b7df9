import { availableParallelism } from 'node:os';
import { Refusal } from '../contract/errors.ts';
import type { ForecastOptions } from '../forecast/index.ts';
import type { Series } from '../forecast/types.ts';
import { askAtOrigins } from '../ml/chronos/ask-at-origins.ts';
import { nameModel } from '../ml/chronos/name-model.ts';
import { openInstalled } from '../ml/chronos/open-installed.ts';
import type { Terminal } from './terminal.ts';

/**
 * The series with what an installed model says of each, for the engine to score it beside its own.
 * Refuses where the model or its runtime is not in the cache.
 */
export async function withModel<S extends Series>(
  series: readonly S[],
  options: {
    model: string;
    cacheDir: string;
    engine: ForecastOptions;
    workers: number | undefined;
    terminal: Terminal;
  },
): Promise<S[]> {
  const { model, cacheDir, engine, workers, terminal } = options;
  const stopping = new AbortController();
  const forget = terminal.onEnd(() => stopping.abort());
  const threads = workers ?? availableParallelism();
  const chronos = await openInstalled({ cacheDir, model, threads });
  if (!chronos) throw new Refusal('model_not_installed', { model });
  try {
    const { signal } = stopping;
    const said = await askAtOrigins(chronos, {
      named: nameModel(model),
      series,
      options: engine,
      signal,
    });
    return series.map((one, i) => ({ ...one, external: [said[i]!] }));
  } finally {
    forget();
    await chronos.close();
  }
}
