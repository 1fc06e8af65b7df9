import { availableParallelism } from 'node:os';
import { Refusal } from '../contract/errors.ts';
import {
  externalBacktestOrigins,
  externalOrigins,
  type ForecastOptions,
} from '../forecast/index.ts';
import { askAtOrigins } from '../ml/chronos/ask-at-origins.ts';
import { nameModel } from '../ml/chronos/name-model.ts';
import type { Chronos } from '../ml/chronos/open-chronos.ts';
import { openInstalled } from '../ml/chronos/open-installed.ts';
import { readConfig } from '../server/config.ts';
import { badOption } from './options.ts';
import type { DatedSeries } from './series-file.ts';
import type { Terminal } from './terminal.ts';

export interface Asked {
  readonly model: string;
  /** What the engine is asked for next: the model is asked wherever that will look. */
  readonly kind: 'forecast' | 'backtest';
  readonly engine: ForecastOptions;
  readonly workers: number | undefined;
  readonly terminal: Terminal;
}

/**
 * The series with what an installed model says of each, for the engine to score it beside its own.
 * Refuses where the model or its runtime is not in the cache.
 */
export async function withModel(
  series: readonly DatedSeries[],
  { model, kind, engine: options, workers, terminal }: Asked,
): Promise<DatedSeries[]> {
  const { cacheDir, precision } = readConfig(terminal.env);
  const stopping = new AbortController();
  const forget = terminal.onEnd(() => stopping.abort());
  const threads = workers ?? availableParallelism();
  const chronos = await openInstalled({ cacheDir, model, threads, precision });
  if (!chronos) throw new Refusal('model_not_installed', { model });
  try {
    checkGroups(series, { chronos, model });
    const said = await askAtOrigins(chronos, {
      named: nameModel(model),
      series,
      options,
      originsOf: kind === 'backtest' ? externalBacktestOrigins : externalOrigins,
      signal: stopping.signal,
    });
    return series.map((one, i) => ({ ...one, external: [said[i]!] }));
  } finally {
    forget();
    await chronos.close();
  }
}

/** Groups that the model would pass over in silence are refused. */
function checkGroups(
  series: readonly DatedSeries[],
  { chronos, model }: { chronos: Chronos; model: string },
): void {
  if (chronos.family === 'chronos-2' || series.every(({ group }) => group === undefined)) return;
  throw badOption('--group-column', model, 'a Chronos-2 model, such as --model chronos-2');
}
